"""Whole data sets: plan every clip, perform it, record it."""

import zlib
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from skeletonmae_plugin.layouts import Layout, LayoutLike, get_layout

from .performers import Performer
from .points import joint_indices
from .recording import record_metres, record_pixels
from .scene import clip_time, perform
from .sets import MINIATURES, SetSpec, toy_classes, toy_plan

SETS: tuple[str, ...] = ('toy', *MINIATURES)
Track = Callable[[Iterable[int]], Iterable[int]]


def make_dataset(
    set: str = 'toy',
    num_clips: int | None = None,
    layout: LayoutLike | None = None,
    dims: int | None = None,
    persons: int | None = None,
    seed: int = 0,
    aliases: Mapping[str, str] | None = None,
    track: Track = iter,
) -> dict:
    """Make a data set in MMAction2's skeleton format.

    Args:
        set: ``toy``, or a miniature of a real set: ``ntu60``, ``ntu60_3d``,
            ``ntu120``, ``ntu120_3d``, ``finegym``, ``diving48``, ``nwucla``,
            ``jhmdb``, ``routine16``, ``sbu``.
        num_clips: Number of clips of all splits; by default 900 for ``toy``
            (600 train, 300 test), a few of each class for a miniature.
        layout: Joints to record, for ``toy`` only (default ``coco``).
        dims: 2 for pixels with scores, 3 for metres in camera coordinates;
            for ``toy`` only (default 2).
        persons: Most people in a clip, for ``toy`` only (default 1). With 2
            there are passers-by, and two classes more, of two people.
        seed: The same seed gives the same data.
        aliases: Joint name of the layout -> a name that the body knows.
        track: Wraps the clip numbers, to show progress.

    Returns:
        ``dict(split={name: [frame_dir]}, annotations=[dict(frame_dir, label,
        total_frames, keypoint (M, T, V, C), ...)])``, for ``toy`` with
        ``classes``. Pixels come with ``img_shape``, ``original_shape`` and
        ``keypoint_score`` (M, T, V).

    Raises:
        ValueError: If an argument does not fit the set, or the body has no
            point for a joint of the layout.
    """
    spec, classes = _spec(set, layout, dims, persons)
    num_clips = spec.num_clips if num_clips is None else num_clips
    if num_clips < 1:
        raise ValueError(f'num_clips must be at least 1, got {num_clips}')
    layout = set_layout(set, layout)
    joints = joint_indices(layout, aliases)
    world = [seed, zlib.crc32(set.encode())]
    people: dict[int, Performer] = {}
    split: dict[str, list] = {name: [] for name in spec.splits}
    annotations = []
    for index in track(range(num_clips)):
        rng = np.random.default_rng([*world, 1, index])
        clip = spec.plan(index, rng)
        motion = np.random.default_rng([*world, 2, clip.take])
        for number in clip.performers:
            people.setdefault(number, Performer.sample(seed, number))
        points = perform(
            clip.action,
            [people[number] for number in clip.performers],
            clip_time(clip.num_frames, motion),
            motion,
            clip.accent,
        )
        record = spec.record(clip, points[:, :, joints], layout, rng)
        record['keypoint'] = record['keypoint'].astype(spec.dtype)
        annotations.append(
            dict(
                frame_dir=clip.name,
                label=clip.label,
                total_frames=clip.num_frames,
                **record,
            )
        )
        for name in clip.splits:
            split[name].append(clip.name)
    dataset = dict(split=split, annotations=annotations)
    return dict(dataset, classes=list(classes)) if classes else dataset


def set_layout(set: str, layout: LayoutLike | None = None) -> Layout:
    """Layout of a set's joints; ``layout`` is a choice for the toy set."""
    fixed = MINIATURES[set].layout if set in MINIATURES else 'coco'
    return get_layout(fixed if layout is None else layout)


def _spec(
    set: str, layout: LayoutLike | None, dims: int | None, persons: int | None
) -> tuple[SetSpec, tuple[str, ...]]:
    """The plan of a set, and its class names if the file holds them."""
    if set not in SETS:
        raise ValueError(f'unknown set {set!r}; there are {", ".join(SETS)}')
    if set != 'toy':
        fixed = dict(layout=layout, dims=dims, persons=persons)
        given = [name for name, value in fixed.items() if value is not None]
        if given:
            raise ValueError(
                f'{", ".join(given)} cannot be chosen for '
                f"{set!r}, only for 'toy': the miniatures "
                'have the format of the real files'
            )
        return MINIATURES[set], ()
    dims, persons = dims or 2, persons or 1
    if dims not in (2, 3) or persons not in (1, 2):
        raise ValueError(
            'dims must be 2 or 3 and persons 1 or 2, got '
            f'dims={dims}, persons={persons}'
        )
    record, dtype = (
        (record_pixels, np.float16)
        if dims == 2
        else (record_metres, np.float32)
    )
    return SetSpec(
        toy_plan(persons), ('train', 'test'), 900, 'coco', record, dtype
    ), toy_classes(persons)
