"""Skeleton clips in MMAction2's file format."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from ..layouts import LayoutLike, get_layout
from .checks import check_clip, clip_name
from .randomness import ClipRandom, clip_keys, global_keys, name_keys
from .safe_pickle import load_pickle
from .subsets import check_amount, choose_labelled, read_ids, write_ids

_KEYS = (
    'label',
    'total_frames',
    'img_shape',
    'original_shape',
    'keypoint',
    'keypoint_score',
)


@DATASETS.register_module()
class SkeletonDataset(BaseDataset):
    """Skeleton clips of a pickle in the format of MMAction2 and pyskl.

    The file holds ``dict(split={name: [frame_dir, ...]}, annotations=[...])``
    with one dict a clip: ``frame_dir`` (or ``filename``), ``keypoint``
    (M, T, V, C) and, where known, ``keypoint_score`` (M, T, V), ``label``
    (absent: the clip is unlabelled), ``total_frames``, ``img_shape`` (h, w).
    It is read without running code (see ``safe_pickle``) and every clip is
    checked. Arrays stay as in the file, half precision for one; the first
    transform of every pipeline, ``LoadSkeleton``, makes float32 and ``valid``
    from them. Files that keep the skeletons of a clip elsewhere
    (``frame_inds`` and a folder, as for Kinetics-400) are not read.

    A sample carries ``test_mode`` and ``rng``, the generator that all our
    transforms draw from: in training a function of (seed, epoch, index),
    which ``SkeletonSampler`` hands out, in a test of ``frame_dir``. Without
    that sampler ``rng`` is seeded from numpy's global state.

    Args:
        ann_file: The pickle file.
        layout: Name of the layout of its joints, or a dict.
        pipeline: Transforms.
        split: Name of a split, or several, which are joined. None: all clips.
        test_mode: Whether the clips are for a test.
        num_classes: If given, labels must be in [0, num_classes).
        num_coordinates: If given, clips must have this C, 2 or 3.
        include: Names of the only clips to take, or a file of them, as
            ``subset_file`` is written.
        classes: Labels of the only clips to take. They keep their labels.
        label_fraction: Take this part of the clips of each class, at least
            one. Unlabelled clips are left out.
        labels_per_class: Or take so many clips of each class.
        label_seed: Seed of the choice of clips.
        subset_file: Write the names of the clips taken here: a JSON list
            (.json) or one name a line.
        on_bad_clip: 'raise' at a clip that cannot be used, or 'skip' it and
            log its name and the reason.
        data_root: Folder of ``ann_file``.
        metainfo: Additional facts about the data set.
        indices: Take only the first so many clips, or these positions.
        serialize_data: Whether to keep the clips in one block of memory that
            the workers share.
        lazy_init: Whether to read the file when first asked.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If file, split or a clip cannot be used.
    """

    def __init__(
        self,
        ann_file: str,
        layout: LayoutLike,
        pipeline: Sequence[dict | Callable] = (),
        split: str | Sequence[str] | None = None,
        test_mode: bool = False,
        num_classes: int | None = None,
        num_coordinates: int | None = None,
        include: str | Sequence[str] | None = None,
        classes: Sequence[int] | None = None,
        label_fraction: float | None = None,
        labels_per_class: int | None = None,
        label_seed: int = 0,
        subset_file: str | None = None,
        on_bad_clip: str = 'raise',
        data_root: str = '',
        metainfo: dict | None = None,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
    ) -> None:
        if on_bad_clip not in ('raise', 'skip'):
            raise ValueError(
                f"on_bad_clip must be 'raise' or 'skip', got {on_bad_clip!r}"
            )
        if label_fraction is not None or labels_per_class is not None:
            check_amount(label_fraction, labels_per_class)
        self.layout = get_layout(layout)
        self.split = [split] if isinstance(split, str) else split
        self.num_classes = num_classes
        self.num_coordinates = num_coordinates
        self.include = (
            read_ids(include) if isinstance(include, str) else include
        )
        self.classes = classes
        self.label_fraction = label_fraction
        self.labels_per_class = labels_per_class
        self.label_seed = label_seed
        self.subset_file = subset_file
        self.on_bad_clip = on_bad_clip
        # Seed and epoch, -1 = not told; see set_clock.
        self._clock = torch.full((2,), -1, dtype=torch.int64)
        super().__init__(
            ann_file,
            metainfo=metainfo,
            data_root=data_root,
            data_prefix={},
            indices=indices,
            serialize_data=serialize_data,
            pipeline=list(pipeline),
            test_mode=test_mode,
            lazy_init=lazy_init,
        )

    # Reading and choosing clips, in the order of the steps.

    def load_data_list(self) -> list[dict]:
        """Read the file, take the split and leave out what is not asked."""
        split, annotations = self._read()
        clips = self._name_clips(annotations)
        for what, names in self._wanted(split):
            self._require(what, names, clips)
            wanted = set(names)
            clips = {n: clip for n, clip in clips.items() if n in wanted}
        clips = self._usable(clips)
        if not clips:
            raise ValueError(
                f'{self.ann_file}: no clip is left of split '
                f'{self.split}; check split and include'
            )
        dims = Counter(clip['keypoint'].shape[-1] for clip in clips.values())
        if len(dims) > 1:
            raise ValueError(
                f'{self.ann_file}: clips have different numbers of '
                f'coordinates ({dict(dims)} by C); write 2D and 3D clips to '
                'files of their own'
            )
        if self.num_coordinates not in (None, *dims):
            raise ValueError(
                f'{self.ann_file}: the {len(clips)} clips have C={min(dims)} '
                f'coordinates, but the config is for '
                f'{self.num_coordinates}; set in_channels and '
                'num_coordinates, or take a config of such a set'
            )
        return [
            dict(
                frame_dir=name,
                **{k: clip[k] for k in _KEYS if clip.get(k) is not None},
            )
            for name, clip in clips.items()
        ]

    def filter_data(self) -> list[dict]:
        """Keep the classes and the few labelled clips that are asked for."""
        clips = self.data_list
        if self.classes is not None:
            self._require_classes(clips)
            clips = [c for c in clips if c.get('label') in set(self.classes)]
        if self.label_fraction is not None or self.labels_per_class:
            clips = self._few_labelled(clips)
        labels = [clip['label'] for clip in clips if 'label' in clip]
        print_log(
            f'{self.ann_file}: {len(clips)} clips of split {self.split}, '
            f'{len(labels)} labelled, {len(set(labels))} classes',
            'current',
        )
        if self.subset_file is not None:
            write_ids(self.subset_file, [c['frame_dir'] for c in clips])
        return clips

    def _read(self) -> tuple[dict[str, list], list]:
        """Splits and annotations of the file."""
        path = Path(self.ann_file).expanduser()
        if not path.is_file():
            raise FileNotFoundError(self._missing_file())
        data = load_pickle(path)
        if isinstance(data, list):  # annotations without splits
            data = dict(split={}, annotations=data)
        if (
            not isinstance(data, dict)
            or not isinstance(data.get('annotations'), list)
            or not isinstance(data.get('split', {}), dict)
        ):
            found = (
                f'a dict with keys {", ".join(map(repr, data))}'
                if isinstance(data, dict)
                else type(data).__name__
            )
            raise ValueError(
                f'{self.ann_file}: not a skeleton file; expected dict(split='
                '{name: [frame_dir, ...]}, annotations=[dict, ...]), got '
                f'{found}'
            )
        if isinstance(data.get('classes'), (list, tuple)):
            # Names for pictures and reports; a config's own take precedence.
            self._metainfo.setdefault('classes', tuple(data['classes']))
        return data.get('split', {}), data['annotations']

    def _missing_file(self) -> str:
        # In a test_mode data set this can be val or test: name all.
        options = ' '.join(
            f'{part}_dataloader.dataset.ann_file=FILE.pkl'
            for part in ('train', 'val', 'test')
        )
        option = f'--cfg-options {options}'
        variable = re.search(r'<(\w+)>$', self.ann_file)
        if variable:
            return (
                f'the data file is not given: set the environment '
                f'variable {variable[1]} to its path, or pass {option}'
            )
        return (
            f'{self.ann_file}: no such skeleton file; give its path by '
            f'{option} (python tools/make_toy_data.py --out data/toy.pkl '
            'makes one to try)'
        )

    def _name_clips(self, annotations: list) -> dict[str, dict]:
        """Annotations by name."""
        clips: dict[str, dict] = {}
        for place, clip in enumerate(annotations):
            try:
                name = clip_name(clip)
            except ValueError as error:
                raise ValueError(
                    f'{self.ann_file}: annotation number {place} {error}'
                ) from None
            if name in clips:
                raise ValueError(
                    f'{self.ann_file}: two annotations are '
                    f'called {name!r}; a frame_dir must be '
                    'unique'
                )
            clips[name] = clip
        return clips

    def _wanted(self, splits: dict) -> list[tuple[str, list]]:
        """(origin, names) of each list of clips that is asked for."""
        wanted = []
        if self.split is not None:
            unknown = [name for name in self.split if name not in splits]
            if unknown:
                raise ValueError(
                    f'{self.ann_file}: no split {unknown[0]!r}; it has '
                    f'{", ".join(map(repr, splits)) or "none"}'
                )
            names = [clip for name in self.split for clip in splits[name]]
            wanted.append((f'split {" + ".join(self.split)}', names))
        if self.include is not None:
            wanted.append(('include', list(self.include)))
        return wanted

    def _require(self, what: str, names: list, clips: dict) -> None:
        """All names must be there, or are reported."""
        absent = [name for name in names if name not in clips]
        if absent:
            self._report(
                f'{what}: {len(absent)} of {len(names)} clips are not among '
                f'the annotations: {_listing(map(repr, absent))}'
            )

    def _usable(self, clips: dict[str, dict]) -> dict[str, dict]:
        """The clips that pass ``check_clip``."""
        bad = {}
        for name, clip in clips.items():
            try:
                check_clip(clip, self.layout, self.num_classes)
            except ValueError as error:
                bad[name] = f'clip {name!r}: {error}'
                if self.on_bad_clip == 'raise':
                    break
        if bad:
            self._report(_listing(bad.values()), len(bad))
        return {name: clips[name] for name in clips if name not in bad}

    def _report(self, problem: str, skipped: int = 0) -> None:
        """Raise, or log what is skipped."""
        if self.on_bad_clip == 'raise':
            raise ValueError(
                f'{self.ann_file}: {problem}. Mend the file, or '
                "set on_bad_clip='skip' to go on without"
            )
        print_log(
            f'{self.ann_file}: skipped {skipped or ""} {problem}',
            'current',
            30,
        )

    def _require_classes(self, clips: list[dict]) -> None:
        present = {clip['label'] for clip in clips if 'label' in clip}
        absent = set(self.classes or ()) - present
        if absent:
            raise ValueError(
                f'{self.ann_file}: no clip has the label '
                f'{sorted(absent)[0]}; labels are '
                f'{sorted(present)}'
            )

    def _few_labelled(self, clips: list[dict]) -> list[dict]:
        labelled = [clip for clip in clips if 'label' in clip]
        if not labelled:
            raise ValueError(
                f'{self.ann_file}: no clip has a label, so none '
                'can be chosen by label_fraction or '
                'labels_per_class'
            )
        chosen = set(
            choose_labelled(
                [clip['frame_dir'] for clip in labelled],
                [clip['label'] for clip in labelled],
                self.label_fraction,
                self.labels_per_class,
                self.label_seed,
            )
        )
        few = [clip for clip in labelled if clip['frame_dir'] in chosen]
        counts = Counter(int(clip['label']) for clip in few)
        print_log(
            f'{self.ann_file}: {len(few)} of {len(clips)} clips are '
            f'taken with their labels, by class: '
            f'{dict(sorted(counts.items()))}',
            'current',
        )
        return few

    # Handing out clips.

    def set_clock(self, seed: int, epoch: int) -> None:
        """Tell seed and epoch, to workers that are already running as well."""
        self._clock.share_memory_()
        self._clock[0], self._clock[1] = seed, epoch

    def prepare_data(self, idx: int) -> Any:
        """The idx-th clip after the pipeline."""
        results = self.get_data_info(int(idx))
        results['rng'] = self._rng(results, getattr(idx, 'draw', int(idx)))
        return self.pipeline(results)

    def get_data_info(self, idx: int) -> dict:
        """The idx-th clip as it is in the file, ``test_mode`` beside it."""
        results = super().get_data_info(idx)
        results['test_mode'] = self.test_mode
        results.setdefault('total_frames', results['keypoint'].shape[1])
        return results

    def get_cat_ids(self, idx: int) -> list[int]:
        """Label of the idx-th clip, for ``ClassBalancedDataset``."""
        clip = self.get_data_info(idx)
        if 'label' not in clip:
            raise ValueError(
                f'{self.ann_file}: clip {clip["frame_dir"]!r} has no label, '
                'and ClassBalancedDataset needs one of every clip; leave it '
                'out by classes=[...] or label_fraction=1.'
            )
        return [clip['label']]

    def _rng(self, results: dict, draw: int) -> ClipRandom:
        if self.test_mode:
            return ClipRandom(name_keys([results['frame_dir']]))
        seed, epoch = self._clock.tolist()
        if epoch < 0:  # a sampler that tells nothing
            return ClipRandom(global_keys(1))
        return ClipRandom(clip_keys(seed, epoch, [draw]))


def _listing(items: Iterable[str], most: int = 50) -> str:
    """The items in one line, the number of the rest where they are many."""
    items = list(items)
    rest = len(items) - most
    return '; '.join(items[:most]) + (f'; and {rest} more' if rest > 0 else '')
