"""Skeleton layouts: joints by name, and all that follows from them.

A layout is the only place that knows joints. The graph, the bone vectors, the
part masks, the left/right flip, the origin of the normalisation and the
drawing are derived from it, so that another skeleton is a dict in a config
and no code.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Union

import numpy as np

LayoutLike = Union[str, Mapping[str, Any], 'Layout']  # noqa: UP007
JointRef = int | str


@dataclass(frozen=True)
class Layout:
    """A named skeleton.

    Args:
        name: Name of the layout, used in messages.
        joints: Joint names in the order of the data's V axis.
        bones: Undirected edges (joint, joint); a connected graph.
        parts: Part name -> joints. The parts partition the joints: these
            are the units that the paper hides.
        root: Joint from which bone vectors point outwards.
        centre: Joints whose mean is the body's centre (the origin of the
            normalisation).
        flip_pairs: (left, right) joints that change places when a clip is
            mirrored.

    Joints may be given by index or by name. ``ValueError`` names the first
    thing that does not fit.

    Example:
        >>> get_layout('coco').num_joints
        17
        >>> arm = get_layout(dict(
        ...     name='arm', joints=('shoulder', 'elbow', 'wrist'),
        ...     bones=(('shoulder', 'elbow'), ('elbow', 'wrist')),
        ...     parts=dict(upper=('shoulder', 'elbow'), hand=('wrist', )),
        ...     root='shoulder'))
        >>> arm.bones
        ((0, 1), (1, 2))
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    parts: dict[str, tuple[int, ...]]
    root: int = 0
    centre: tuple[int, ...] = ()
    flip_pairs: tuple[tuple[int, int], ...] = field(default=())

    def __post_init__(self) -> None:
        joints = tuple(self.joints)
        if len(set(joints)) != len(joints):
            raise ValueError(f'layout {self.name!r} names a joint twice')
        index = {joint: i for i, joint in enumerate(joints)}

        def resolve(ref: JointRef) -> int:
            known = (
                ref in index
                if isinstance(ref, str)
                else (
                    isinstance(ref, (int, np.integer))
                    and 0 <= ref < len(joints)
                )
            )
            if not known:
                raise ValueError(
                    f'layout {self.name!r} has no joint {ref!r}; it has '
                    f'{len(joints)}: {", ".join(joints)}'
                )
            return index[ref] if isinstance(ref, str) else int(ref)

        def resolve_pairs(pairs: Sequence, what: str) -> tuple:
            for pair in pairs:
                if len(pair) != 2:
                    raise ValueError(
                        f'layout {self.name!r}: {what} must be '
                        f'pairs of joints, got {pair!r}'
                    )
            return tuple((resolve(a), resolve(b)) for a, b in pairs)

        # A frozen dataclass is normalised once, here, and never again.
        set_ = object.__setattr__
        set_(self, 'joints', joints)
        set_(self, 'bones', resolve_pairs(self.bones, 'bones'))
        set_(self, 'flip_pairs', resolve_pairs(self.flip_pairs, 'flip_pairs'))
        set_(self, 'root', resolve(self.root))
        set_(self, 'centre', tuple(map(resolve, self.centre)) or (self.root,))
        set_(
            self,
            'parts',
            {
                part: tuple(map(resolve, members))
                for part, members in self.parts.items()
            },
        )
        self._check()

    def _check(self) -> None:
        members = sorted(v for part in self.parts.values() for v in part)
        if members != list(range(self.num_joints)):
            raise ValueError(
                f'the parts of layout {self.name!r} must hold each of its '
                f'{self.num_joints} joints once, they hold {members}'
            )
        unreached = [
            joint
            for joint, parent in zip(self.joints, self._search(), strict=True)
            if parent is None
        ]
        if unreached:
            raise ValueError(
                f'the bones of layout {self.name!r} do not reach '
                f'{", ".join(unreached)} from {self.joints[self.root]}'
            )
        flipped = [v for pair in self.flip_pairs for v in pair]
        if len(set(flipped)) != len(flipped):
            raise ValueError(f'layout {self.name!r} flips a joint twice')

    def _search(self) -> list:
        """Parent of each joint, breadth first from the root."""
        neighbours: dict[int, list] = {v: [] for v in range(self.num_joints)}
        for a, b in self.bones:
            neighbours[a].append(b)
            neighbours[b].append(a)
        parents: list = [None] * self.num_joints
        parents[self.root] = self.root
        queue = deque([self.root])
        while queue:
            joint = queue.popleft()
            for other in neighbours[joint]:
                if parents[other] is None:
                    parents[other] = joint
                    queue.append(other)
        return parents

    @property
    def num_joints(self) -> int:
        """V, the number of joints."""
        return len(self.joints)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """For each joint, the next one on the way to the root (root: itself).

        The bone vector of a joint is its position minus its parent's.
        """
        return tuple(self._search())

    @cached_property
    def adjacency(self) -> np.ndarray:
        """(V, V) float32, 1 where two joints share a bone, no self-loops.

        The paper's A in {0, 1}^(N x N).
        """
        matrix = np.zeros((self.num_joints, self.num_joints), np.float32)
        for a, b in self.bones:
            matrix[a, b] = matrix[b, a] = 1
        np.fill_diagonal(matrix, 0)
        return matrix

    @cached_property
    def part_matrix(self) -> np.ndarray:
        """(K, V) bool, True where joint v belongs to part k."""
        matrix = np.zeros((len(self.parts), self.num_joints), bool)
        for k, members in enumerate(self.parts.values()):
            matrix[k, list(members)] = True
        return matrix

    @cached_property
    def flip_index(self) -> np.ndarray:
        """(V,) int: ``x[..., flip_index, :]`` exchanges left and right."""
        index = np.arange(self.num_joints)
        for left, right in self.flip_pairs:
            index[left], index[right] = right, left
        return index

    def part_indices(self, parts: Sequence[JointRef]) -> tuple[int, ...]:
        """Numbers of parts that are given by name or number."""
        names = list(self.parts)
        for part in parts:
            if part not in names and part not in range(len(names)):
                raise ValueError(
                    f'layout {self.name!r} has no part {part!r}; '
                    f'it has {", ".join(names)}'
                )
        return tuple(
            names.index(part) if isinstance(part, str) else int(part)
            for part in parts
        )

    def check_num_joints(
        self, num_joints: int, what: str = 'keypoint'
    ) -> None:
        """Raise ``ValueError`` if data with V joints does not fit."""
        if num_joints != self.num_joints:
            fits = [
                n
                for n, layout in _LAYOUTS.items()
                if len(layout['joints']) == num_joints
            ]
            hint = (
                f'layout {" or ".join(map(repr, fits))} fits'
                if fits
                else 'give the layout as a dict, see docs/layouts.md'
            )
            raise ValueError(
                f'layout {self.name!r} has {self.num_joints} joints but '
                f'{what} has V={num_joints}; {hint}'
            )

    def to_mmaction(self) -> dict:
        """The ``layout`` dict that MMAction2's own ``Graph`` takes."""
        inward = [(v, p) for v, p in enumerate(self.parents) if v != p]
        return dict(num_node=self.num_joints, inward=inward, center=self.root)


def get_layout(layout: LayoutLike) -> Layout:
    """The layout of a name, of a dict of ``Layout``'s arguments, or itself.

    A name that ends in ``.json`` is the path of a file that holds such a
    dict; without ``name`` in it the layout is named after the file.

    Raises:
        ValueError: If the name is unknown, a file is no dict in JSON, or a
            dict does not describe a connected skeleton whose parts partition
            its joints.
        FileNotFoundError: If there is no such file.
    """
    if isinstance(layout, Layout):
        return layout
    if isinstance(layout, str) and layout.lower().endswith('.json'):
        return _read_layout(Path(layout))
    if isinstance(layout, str):
        if layout not in _LAYOUTS:
            raise ValueError(
                f'unknown layout {layout!r}; shipped are '
                f'{", ".join(_LAYOUTS)}; any other can be given as a dict '
                'or as the path of a .json file'
            )
        return Layout(name=layout, **_LAYOUTS[layout])
    missing = {'joints', 'bones', 'parts'} - set(layout)
    unknown = set(layout) - set(Layout.__dataclass_fields__)
    if missing or unknown:
        raise ValueError(
            f'a layout dict needs joints, bones and parts (missing: '
            f'{sorted(missing)}) and takes {list(Layout.__dataclass_fields__)}'
            f' (unknown: {sorted(unknown)})'
        )
    return Layout(**{'name': 'custom', **layout})


def _read_layout(path: Path) -> Layout:
    """The layout of a JSON file; errors name the file."""
    if not path.is_file():
        raise FileNotFoundError(
            f'there is no layout file {path} (looked for from '
            f'{Path.cwd()}); give its path, or one of '
            f'{", ".join(_LAYOUTS)}'
        )
    try:
        layout = json.loads(path.read_text(encoding='utf-8'))
    except ValueError as error:  # no JSON, or no text
        raise ValueError(
            f'layout file {path} is not JSON: {error}; see docs/layouts.md'
        ) from error
    if not isinstance(layout, dict):
        raise ValueError(
            f'layout file {path} must hold an object with joints, bones and '
            f'parts, got a {type(layout).__name__}; see docs/layouts.md'
        )
    for key, value in layout.items():
        kind, fits = _JSON_KINDS.get(key, ('', lambda value: True))
        if not fits(value):
            raise ValueError(
                f'layout file {path}: {key} must be {kind}, got '
                f'{json.dumps(value)}; see docs/layouts.md'
            )
    try:
        return get_layout({'name': path.stem, **layout})
    except ValueError as error:
        raise ValueError(f'layout file {path}: {error}') from error


def _all(value: Any, kind: type | tuple) -> bool:
    return isinstance(value, list) and all(isinstance(v, kind) for v in value)


#: What the values of a layout file must be, in words and as a check.
_JSON_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = dict(
    name=('a string', lambda value: isinstance(value, str)),
    joints=('a list of names', lambda value: _all(value, str)),
    bones=('a list of pairs', lambda value: _all(value, list)),
    parts=(
        'an object of lists of joints',
        lambda value: (
            isinstance(value, dict) and _all([*value.values()], list)
        ),
    ),
    root=('a joint', lambda value: isinstance(value, JointRef)),
    centre=('a list of joints', lambda value: _all(value, (int, str))),
    flip_pairs=('a list of pairs', lambda value: _all(value, list)),
)


def layout_names() -> tuple[str, ...]:
    """Names of the shipped layouts."""
    return tuple(_LAYOUTS)


def _sides(*joints: str) -> tuple:
    return tuple((f'left_{j}', f'right_{j}') for j in joints)


def _limbs(arm: Sequence[str], leg: Sequence[str]) -> dict:
    return {
        f'{side}_{limb}': tuple(f'{side}_{joint}' for joint in joints)
        for limb, joints in (('arm', arm), ('leg', leg))
        for side in ('left', 'right')
    }


# fmt: off  (tables)
# coco, openpose and nturgb+d have the edges of MMAction2's own Graph
# (mmaction/models/utils/graph.py); kinect20, jhmdb15 and sbu15 those of the
# sensors and data sets that use them. The parts of coco are the paper's.
_LAYOUTS: dict[str, dict] = {
    'coco': dict(
        joints=(
            'nose',
            'left_eye',
            'right_eye',
            'left_ear',
            'right_ear',
            'left_shoulder',
            'right_shoulder',
            'left_elbow',
            'right_elbow',
            'left_wrist',
            'right_wrist',
            'left_hip',
            'right_hip',
            'left_knee',
            'right_knee',
            'left_ankle',
            'right_ankle',
        ),
        bones=(
            (15, 13),
            (13, 11),
            (16, 14),
            (14, 12),
            (11, 5),
            (12, 6),
            (9, 7),
            (7, 5),
            (10, 8),
            (8, 6),
            (5, 0),
            (6, 0),
            (1, 0),
            (3, 1),
            (2, 0),
            (4, 2),
        ),
        parts=dict(
            head=(0, 1, 2, 3, 4),
            torso=(5, 6, 11, 12),
            **_limbs(('elbow', 'wrist'), ('knee', 'ankle')),
        ),
        root='nose',
        centre=('left_hip', 'right_hip'),
        flip_pairs=_sides(
            'eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'
        ),
    ),
    'nturgb+d': dict(
        joints=(
            'hip_centre',
            'spine',
            'neck',
            'head',
            'left_shoulder',
            'left_elbow',
            'left_wrist',
            'left_hand',
            'right_shoulder',
            'right_elbow',
            'right_wrist',
            'right_hand',
            'left_hip',
            'left_knee',
            'left_ankle',
            'left_foot',
            'right_hip',
            'right_knee',
            'right_ankle',
            'right_foot',
            'shoulder_centre',
            'left_hand_tip',
            'left_thumb',
            'right_hand_tip',
            'right_thumb',
        ),
        bones=(
            (0, 1),
            (1, 20),
            (2, 20),
            (3, 2),
            (4, 20),
            (5, 4),
            (6, 5),
            (7, 6),
            (8, 20),
            (9, 8),
            (10, 9),
            (11, 10),
            (12, 0),
            (13, 12),
            (14, 13),
            (15, 14),
            (16, 0),
            (17, 16),
            (18, 17),
            (19, 18),
            (21, 7),
            (22, 7),
            (23, 11),
            (24, 11),
        ),
        parts=dict(
            head=('neck', 'head'),
            torso=(
                'hip_centre',
                'spine',
                'shoulder_centre',
                'left_shoulder',
                'right_shoulder',
                'left_hip',
                'right_hip',
            ),
            **_limbs(
                ('elbow', 'wrist', 'hand', 'hand_tip', 'thumb'),
                ('knee', 'ankle', 'foot'),
            ),
        ),
        root='shoulder_centre',
        centre=('hip_centre',),
        flip_pairs=_sides(
            'shoulder',
            'elbow',
            'wrist',
            'hand',
            'hand_tip',
            'thumb',
            'hip',
            'knee',
            'ankle',
            'foot',
        ),
    ),
    'openpose': dict(
        joints=(
            'nose',
            'neck',
            'right_shoulder',
            'right_elbow',
            'right_wrist',
            'left_shoulder',
            'left_elbow',
            'left_wrist',
            'right_hip',
            'right_knee',
            'right_ankle',
            'left_hip',
            'left_knee',
            'left_ankle',
            'right_eye',
            'left_eye',
            'right_ear',
            'left_ear',
        ),
        bones=(
            (4, 3),
            (3, 2),
            (7, 6),
            (6, 5),
            (13, 12),
            (12, 11),
            (10, 9),
            (9, 8),
            (11, 5),
            (8, 2),
            (5, 1),
            (2, 1),
            (0, 1),
            (15, 0),
            (14, 0),
            (17, 15),
            (16, 14),
        ),
        parts=dict(
            head=('nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear'),
            torso=(
                'neck',
                'left_shoulder',
                'right_shoulder',
                'left_hip',
                'right_hip',
            ),
            **_limbs(('elbow', 'wrist'), ('knee', 'ankle')),
        ),
        root='neck',
        centre=('left_hip', 'right_hip'),
        flip_pairs=_sides(
            'eye', 'ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'
        ),
    ),
    'kinect20': dict(
        joints=(
            'hip_centre',
            'spine',
            'shoulder_centre',
            'head',
            'left_shoulder',
            'left_elbow',
            'left_wrist',
            'left_hand',
            'right_shoulder',
            'right_elbow',
            'right_wrist',
            'right_hand',
            'left_hip',
            'left_knee',
            'left_ankle',
            'left_foot',
            'right_hip',
            'right_knee',
            'right_ankle',
            'right_foot',
        ),
        bones=(
            (0, 1),
            (1, 2),
            (2, 3),
            (2, 4),
            (4, 5),
            (5, 6),
            (6, 7),
            (2, 8),
            (8, 9),
            (9, 10),
            (10, 11),
            (0, 12),
            (12, 13),
            (13, 14),
            (14, 15),
            (0, 16),
            (16, 17),
            (17, 18),
            (18, 19),
        ),
        parts=dict(
            head=('head',),
            torso=(
                'hip_centre',
                'spine',
                'shoulder_centre',
                'left_shoulder',
                'right_shoulder',
                'left_hip',
                'right_hip',
            ),
            **_limbs(('elbow', 'wrist', 'hand'), ('knee', 'ankle', 'foot')),
        ),
        root='shoulder_centre',
        centre=('hip_centre',),
        flip_pairs=_sides(
            'shoulder',
            'elbow',
            'wrist',
            'hand',
            'hip',
            'knee',
            'ankle',
            'foot',
        ),
    ),
    'jhmdb15': dict(
        joints=(
            'neck',
            'belly',
            'head',
            'right_shoulder',
            'left_shoulder',
            'right_hip',
            'left_hip',
            'right_elbow',
            'left_elbow',
            'right_knee',
            'left_knee',
            'right_wrist',
            'left_wrist',
            'right_ankle',
            'left_ankle',
        ),
        bones=(
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 4),
            (1, 5),
            (1, 6),
            (3, 7),
            (4, 8),
            (5, 9),
            (6, 10),
            (7, 11),
            (8, 12),
            (9, 13),
            (10, 14),
        ),
        parts=dict(
            head=('head',),
            torso=(
                'neck',
                'belly',
                'left_shoulder',
                'right_shoulder',
                'left_hip',
                'right_hip',
            ),
            **_limbs(('elbow', 'wrist'), ('knee', 'ankle')),
        ),
        root='neck',
        centre=('left_hip', 'right_hip'),
        flip_pairs=_sides(
            'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle'
        ),
    ),
    'sbu15': dict(
        joints=(
            'head',
            'neck',
            'torso',
            'left_shoulder',
            'left_elbow',
            'left_hand',
            'right_shoulder',
            'right_elbow',
            'right_hand',
            'left_hip',
            'left_knee',
            'left_foot',
            'right_hip',
            'right_knee',
            'right_foot',
        ),
        bones=(
            (0, 1),
            (1, 2),
            (1, 3),
            (3, 4),
            (4, 5),
            (1, 6),
            (6, 7),
            (7, 8),
            (2, 9),
            (9, 10),
            (10, 11),
            (2, 12),
            (12, 13),
            (13, 14),
        ),
        parts=dict(
            head=('head',),
            torso=(
                'neck',
                'torso',
                'left_shoulder',
                'right_shoulder',
                'left_hip',
                'right_hip',
            ),
            **_limbs(('elbow', 'hand'), ('knee', 'foot')),
        ),
        root='neck',
        centre=('torso',),
        flip_pairs=_sides('shoulder', 'elbow', 'hand', 'hip', 'knee', 'foot'),
    ),
}
# fmt: on
