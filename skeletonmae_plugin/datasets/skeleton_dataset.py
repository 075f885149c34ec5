"""Skeleton clips in MMAction2's file format."""

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from ..layouts import LayoutLike, get_layout
from ..variables import unset_variable, where_from
from .batches import BatchMaker, check_serving, why_not_whole
from .choosing import (
    choose_by_name,
    choose_classes,
    choose_few,
    only_labels,
)
from .clip_store import ClipStore
from .collate import Batch
from .labels import label_column, read_labels, relabelled
from .packed_format import is_store
from .packed_store import open_store
from .randomness import ClipRandom, clip_keys, global_keys, name_keys
from .reading import (
    Complaints,
    one_dimension,
    read_annotations,
    usable_clips,
    usable_positions,
)
from .steps import complete_steps
from .subsets import check_amount, read_ids, write_ids

#: Of files whose joints are (x, y, score).
_SCORE_AS_THIRD = (
    '; is the third number of a joint a score, move it to keypoint_score, '
    'for it would be taken for depth'
)


@DATASETS.register_module()
class SkeletonDataset(BaseDataset):
    """Skeleton clips of a packed store, or of MMAction2's and pyskl's pickle.

    The pickle is ``dict(split={name: [frame_dir, ...]}, annotations=[...])``
    with one dict a clip: ``frame_dir`` (or ``filename``), ``keypoint``
    (M, T, V, C) and, where known, ``keypoint_score`` (M, T, V), ``label``
    (absent: the clip is unlabelled), ``total_frames``, ``img_shape`` (h, w).
    It is read without running code (see ``safe_pickle``) and every clip is
    checked. A packed store is the folder that ``tools/data/pack.py`` makes of
    it: checked when packed, mapped into memory and not read. Either way the
    frames of all clips lie in one array (``ClipStore``). Arrays stay as in
    the file, half precision for one; the first transform of every pipeline,
    ``LoadSkeleton``, makes float32 and ``valid`` from them. Files that keep
    the skeletons of a clip elsewhere (``frame_inds`` and a folder, as for
    Kinetics-400) are not read.

    A sample carries ``test_mode`` and ``rng``, the generator that all our
    transforms draw from: in training a function of (seed, epoch, index),
    which ``SkeletonSampler`` hands out, in a test of ``frame_dir``. Without
    that sampler ``rng`` is seeded from numpy's global state.

    With ``batched=True`` a data loader gets whole batches, the same numbers
    many times as fast: a pipeline that begins with ``LoadSkeleton``,
    ``RankPersons``, ``SampleSkeletonFrames`` and goes on with transforms that
    are ``batched`` runs once for all clips. Any other pipeline runs clip by
    clip, and the log says so. The loader needs
    ``collate_fn=dict(type='skeleton_collate')``. Wrappers of data sets ask
    for single clips and get them.

    Args:
        ann_file: The pickle file, or the folder of a packed store.
        layout: Name of the layout of its joints, or a dict.
        pipeline: Transforms.
        split: Name or number of a split, or several, which are joined. None:
            all clips.
        test_mode: Whether the clips are for a test.
        num_classes: If given, labels must be in [0, num_classes).
        num_coordinates: If given, clips must have this C, 2 or 3.
        num_person: Number of persons. This, ``clip_len``, ``up`` and
            ``layout`` are filled into the transforms that ask for them and
            are not told (``complete_steps``), so that a pipeline's text fits
            all sets.
        clip_len: Number of frames to take of a clip.
        up: Which way is up in the file, for 3D: 'z' in the files of many
            motion capture systems (``NormalizeSkeleton``).
        include: Names of the only clips to take, or a file of them, as
            ``subset_file`` is written.
        labels_file: A JSON file ``{frame_dir: label}`` whose labels take the
            place of those of ``ann_file``: a clip that it does not name is
            unlabelled. It may name clips of other splits, none that
            ``ann_file`` lacks. The order is ``split``, ``include``, these
            labels, ``num_classes``, ``classes``, ``label_fraction`` or
            ``labels_per_class``, ``indices``.
        classes: Labels of the only clips to take. They keep their labels.
        label_fraction: Take this part of the clips of each class, at least
            one. Unlabelled clips are left out.
        labels_per_class: Or take so many clips of each class.
        label_seed: Seed of the choice of clips.
        keep_unlabelled: The clips that ``label_fraction`` or
            ``labels_per_class`` does not choose stay, without their labels,
            and so do those that have none.
        subset_file: Write the names of the clips taken here, with
            ``keep_unlabelled`` of those with a label: a JSON list (.json) or
            one name a line.
        on_bad_clip: 'raise' at a clip that cannot be used, or 'skip' it and
            log its name and the reason.
        data_root: Folder of ``ann_file``.
        metainfo: Additional facts about the data set.
        indices: Take only the first so many clips, or these positions.
        serialize_data: MMEngine's option. The clips are in one block of
            memory, whether it is set or not. Workers that are forked share
            it; others map a packed store anew, and copy any other block.
        lazy_init: Whether to read the file when first asked.
        batched: Whether to make whole batches.
        transforms_on: Where the transforms behind ``SampleSkeletonFrames`` of
            a whole batch run: in the 'worker', or on the device of the
            'model', in ``SkeletonDataPreprocessor``.
        preload: 'memory' reads the clips of a packed store into memory,
            'device' keeps them on the model's device, which needs
            ``batched`` and a loader with ``num_workers=0``. This and
            ``transforms_on='model'`` are for whole batches only.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If file, split or a clip cannot be used, if a transform
            needs a fact that is not given, or if an option for whole batches
            meets a pipeline that cannot make them.
    """

    def __init__(
        self,
        ann_file: str,
        layout: LayoutLike,
        pipeline: Sequence[dict | Callable] = (),
        split: str | int | Sequence[str | int] | None = None,
        test_mode: bool = False,
        num_classes: int | None = None,
        num_coordinates: int | None = None,
        num_person: int | None = None,
        clip_len: int | None = None,
        up: str | None = None,
        include: str | Sequence[str] | None = None,
        labels_file: str | None = None,
        classes: Sequence[int] | None = None,
        label_fraction: float | None = None,
        labels_per_class: int | None = None,
        label_seed: int = 0,
        keep_unlabelled: bool = False,
        subset_file: str | None = None,
        on_bad_clip: str = 'raise',
        data_root: str = '',
        metainfo: dict | None = None,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        batched: bool = False,
        transforms_on: str = 'worker',
        preload: str | None = None,
    ) -> None:
        self._complaints = Complaints(ann_file, on_bad_clip)
        check_serving(batched, transforms_on, preload)
        if label_fraction is not None or labels_per_class is not None:
            check_amount(label_fraction, labels_per_class)
        elif keep_unlabelled:
            raise ValueError(
                'keep_unlabelled=True keeps what is left by a choice of '
                'labelled clips, but none is asked for: give label_fraction '
                'or labels_per_class'
            )
        self.layout = get_layout(layout)
        if isinstance(split, (str, int)):
            split = [split]
        self.split = None if split is None else [str(s) for s in split]
        self.num_classes = num_classes
        self.num_coordinates = num_coordinates
        self.include = (
            read_ids(include) if isinstance(include, str) else include
        )
        self.labels_file = labels_file
        self.classes = classes
        self.label_fraction = label_fraction
        self.labels_per_class = labels_per_class
        self.label_seed = label_seed
        self.keep_unlabelled = keep_unlabelled
        self.subset_file = subset_file
        self.batched = batched
        self.transforms_on = transforms_on
        self.preload = preload
        self.store: ClipStore
        self.data_list: np.ndarray  # positions in the store
        self._maker: BatchMaker | None = None
        self._made_for: tuple[ClipStore, list] | None = None
        # Seed and epoch, -1 = not told; see set_clock.
        self._clock = torch.full((2,), -1, dtype=torch.int64)
        super().__init__(
            ann_file,
            metainfo=metainfo,
            data_root=data_root,
            data_prefix={},
            indices=indices,
            # What it would serialise are the positions of clips in the store.
            serialize_data=False,
            pipeline=complete_steps(
                pipeline, layout, num_person, clip_len, up
            ),
            test_mode=test_mode,
            lazy_init=lazy_init,
        )

    # Reading and choosing clips, in the order of the steps. MMEngine's
    # data_list holds the positions of the clips in the store.

    def load_data_list(self) -> np.ndarray:
        """Read the file, take the split and leave out what is not asked."""
        labels_file = self.labels_file
        called = '' if labels_file is None else f' (labels of {labels_file})'
        self._complaints = replace(
            self._complaints, file=f'{self.ann_file}{called}'
        )
        path = Path(self.ann_file).expanduser()
        if is_store(path):
            clips = self._from_store(path)
        elif path.is_file():
            clips = self._from_pickle(path)
        else:
            raise FileNotFoundError(self._missing_file())
        dims = self.store.num_coordinates
        if self.num_coordinates not in (None, dims):
            hint = _SCORE_AS_THIRD if dims == 3 else ''
            raise ValueError(
                f'{self.ann_file}: the {len(clips)} clips have C={dims} '
                f'coordinates, but the config is for '
                f'{self.num_coordinates}; set in_channels and '
                f'num_coordinates, or take a config of such a set{hint}'
            )
        if self.store.classes:
            # Names for pictures and reports; a config's own take precedence.
            self._metainfo.setdefault('classes', self.store.classes)
        # MMEngine keeps this in checkpoints: whose joints the weights know.
        self._metainfo.setdefault('joints', self.layout.joints)
        return clips

    def filter_data(self) -> np.ndarray:
        """Keep the classes and the few labelled clips that are asked for."""
        clips, table = self.data_list, self.store.table
        if self.classes is not None:
            clips = choose_classes(clips, table, self.classes, self.ann_file)
        if self.label_fraction is not None or self.labels_per_class:
            few = choose_few(
                clips,
                table,
                self.ann_file,
                self.label_fraction,
                self.labels_per_class,
                self.label_seed,
            )
            if self.keep_unlabelled:
                # Gone from the store, the other labels can reach nobody.
                self.store = self.store.relabel(only_labels(table, few))
                table = self.store.table
            else:
                clips = few
        return clips

    def _tell(self) -> None:
        """Log what was taken."""
        labels = self.store.table.label[self.data_list]
        labels = labels[labels >= 0]
        print_log(
            f'{self.ann_file}: {len(self)} clips of split {self.split}, '
            f'{len(labels)} labelled, {len(np.unique(labels))} classes',
            'current',
        )

    def _from_pickle(self, path: Path) -> np.ndarray:
        found = read_annotations(path, self.ann_file)
        clips = self._choose(found.clips, found.splits)
        labels = self._own_labels(found.clips)
        if labels is not None:
            clips = relabelled(clips, labels)
        clips = usable_clips(
            clips, self.layout, self.num_classes, self._complaints
        )
        self._require_any(clips)
        one_dimension(clips, self.ann_file)
        store = ClipStore.from_annotations(clips)
        self.store = replace(store, classes=found.classes)
        return np.arange(len(store))

    def _from_store(self, path: Path) -> np.ndarray:
        self.store = open_store(path)
        names = self.store.table.names
        places = dict(zip(names, range(len(names)), strict=True))
        labels = self._own_labels(places)
        if labels is not None:
            self.store = self.store.relabel(label_column(names, labels))
        clips = self._choose(
            places,
            {
                split: [names[i] for i in positions]
                for split, positions in self.store.splits.items()
            },
        )
        positions = usable_positions(
            self.store,
            np.fromiter(clips.values(), np.int64),
            self.layout,
            self.num_classes,
            self._complaints,
        )
        self._require_any(positions)
        return positions

    def _choose(
        self, clips: dict[str, Any], splits: Mapping[str, Sequence[str]]
    ) -> dict[str, Any]:
        return choose_by_name(
            clips, splits, self.split, self.include, self._complaints
        )

    def _own_labels(self, there: Mapping[str, Any]) -> dict[str, int] | None:
        """What ``labels_file`` says; the clips of ``ann_file`` are there."""
        if self.labels_file is None:
            return None
        labels = read_labels(self.labels_file)
        self._complaints.require('labels_file', list(labels), there)
        return labels

    def _require_any(self, clips: Sized) -> None:
        if not len(clips):
            raise ValueError(
                f'{self.ann_file}: no clip is left of split '
                f'{self.split}; check split, include, classes and indices'
            )

    def _write_subset(self, file: str) -> None:
        table, clips = self.store.table, self.data_list
        if self.keep_unlabelled:
            clips = clips[table.label[clips] >= 0]
        write_ids(file, [table.names[i] for i in clips])

    def _missing_file(self) -> str:
        # In a test_mode data set this can be val or test: name all.
        options = ' '.join(
            f'{part}_dataloader.dataset.ann_file=FILE.pkl'
            for part in ('train', 'val', 'test')
        )
        option = f'--cfg-options {options}'
        variable = unset_variable(self.ann_file)
        if variable:
            return (
                f'the data file is not given: set the environment '
                f'variable {variable} to its path, or pass {option}'
            )
        return (
            f'{self.ann_file}{where_from(self.ann_file)}: no such skeleton '
            f'file; give its path there or by {option} (python '
            'tools/make_toy_data.py --out data/toy.pkl makes one to try)'
        )

    def _get_unserialized_subset(self, indices: int | Sequence) -> np.ndarray:
        subset = super()._get_unserialized_subset(indices)
        return np.asarray(subset, np.int64)

    def _copy_without_annotation(
        self, memo: dict | None = None
    ) -> 'SkeletonDataset':
        # MMEngine keeps one memo for ever: what was copied once is found
        # again under the address of an object that lies there by now.
        return super()._copy_without_annotation({} if memo is None else memo)

    # Handing out clips.

    def full_init(self) -> None:
        """Read and choose the clips, once."""
        if self._fully_initialized:
            return
        super().full_init()
        self._require_any(self.data_list)
        self._tell()
        if self.subset_file is not None:
            self._write_subset(self.subset_file)
        if self.preload is not None:
            self.store = self.store.select(self.data_list)
            self.data_list = np.arange(len(self.store))
        if self.batched:  # the workers inherit what it finds out
            self._find_maker()

    def set_clock(self, seed: int, epoch: int) -> None:
        """Tell seed and epoch, to workers that are already running as well."""
        self._clock.share_memory_()
        self._clock[0], self._clock[1] = seed, epoch

    def prepare_data(self, idx: int) -> Any:
        """The idx-th clip after the pipeline."""
        results = self.get_data_info(int(idx))
        results['rng'] = self._rng([idx], [results['frame_dir']])
        return self.pipeline(results)

    def __getitems__(self, indices: Sequence[int]) -> Batch | list:
        """The clips of a batch after the pipeline, for a data loader.

        Returns:
            A whole batch (see ``PackSkeletonInputs``) if ``batched``, for
            ``skeleton_collate``; otherwise a list of clips.
        """
        self.full_init()
        maker = self._find_maker() if self.batched else None
        if maker is None:
            return [self[index] for index in indices]
        places = np.asarray(indices, np.int64)
        clips = self.data_list[places]
        names = [self.store.table.names[clip] for clip in clips]
        rng = self._rng(indices, names)
        return maker(clips, places % len(self), rng, self.test_mode)

    def _find_maker(self) -> BatchMaker | None:
        """What makes batches of the pipeline as it is now, if that can be."""
        transforms = self.pipeline.transforms
        if self._made_for != (self.store, transforms):
            self._maker = self._new_maker(transforms)
            self._made_for = self.store, list(transforms)
        return self._maker

    def _new_maker(self, transforms: Sequence[Callable]) -> BatchMaker | None:
        on_device = self.preload == 'device'
        reason = why_not_whole(transforms)
        if reason is None:
            return BatchMaker(
                self.store, transforms, self.transforms_on, on_device
            )
        if on_device or self.transforms_on == 'model':
            raise ValueError(
                f'{self.ann_file}: transforms_on={self.transforms_on!r} and '
                f'preload={self.preload!r} are for whole batches, on which '
                f'the pipeline cannot run: {reason}; change the pipeline, or '
                "set transforms_on='worker' and preload=None"
            )
        print_log(
            f'{self.ann_file}: clips are served one by one, for the '
            f'pipeline cannot run on whole batches: {reason}',
            'current',
        )
        return None

    def get_data_info(self, idx: int) -> dict:
        """The idx-th clip as it is in the file, ``test_mode`` beside it."""
        self.full_init()
        results = self.store.annotation(self.data_list[idx])
        results['sample_idx'] = idx % len(self)
        results['test_mode'] = self.test_mode
        # MMAction2's Flip asks for the first, its SampleFrames for the second.
        results.update(modality='Pose', start_index=0)
        return results

    def get_cat_ids(self, idx: int) -> list[int]:
        """Label of the idx-th clip, for ``ClassBalancedDataset``."""
        self.full_init()
        table, clip = self.store.table, self.data_list[idx]
        if table.label[clip] < 0:
            raise ValueError(
                f'{self.ann_file}: clip {table.names[clip]!r} has no label, '
                'and ClassBalancedDataset needs one of every clip; leave it '
                'out by classes=[...] or label_fraction=1.'
            )
        return [int(table.label[clip])]

    def _rng(self, indices: Sequence[int], names: Sequence[str]) -> ClipRandom:
        """Random numbers of some clips of the data set."""
        if self.test_mode:
            return ClipRandom(name_keys(names))
        seed, epoch = self._clock.tolist()
        if epoch < 0:  # a sampler that tells nothing
            return ClipRandom(global_keys(len(indices)))
        draws = [getattr(index, 'draw', int(index)) for index in indices]
        return ClipRandom(clip_keys(seed, epoch, draws))
