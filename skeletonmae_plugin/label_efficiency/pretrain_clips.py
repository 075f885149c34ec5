"""Clips of several files in one, without their labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..datasets.skeleton_dataset import SkeletonDataset
from ..skeleton_pickle import write_dataset
from .clips import read_layout
from .spec import Spec

#: The only split of the file.
SPLIT = 'pretrain'


def merged_file(
    spec: Spec, splits: Sequence[str], folder: Path
) -> tuple[str, list[str]]:
    """Write the clips of the question's file and of the unlabelled ones.

    Args:
        spec: The question; ``unlabelled`` are taken whole.
        splits: Of the question's file.
        folder: Where the file is to lie.

    Returns:
        The file and its split.

    Raises:
        ValueError: If a file has other joints.
    """
    layout = read_layout(spec.layout)
    sources = [SkeletonDataset(spec.ann_file, layout, split=list(splits))]
    sources += [SkeletonDataset(file, layout) for file in spec.unlabelled]
    annotations = []
    for number, source in enumerate(sources):
        for place in source.data_list:
            clip = dict(source.store.annotation(place))
            clip.pop('label', None)
            # Two files may use the same name.
            clip['frame_dir'] = f'{number}/{clip["frame_dir"]}'
            annotations.append(clip)
    names = [clip['frame_dir'] for clip in annotations]
    path = folder / 'pretrain_clips.pkl'
    # Several pre-trainings may write it at a time.
    write_dataset(dict(split={SPLIT: names}, annotations=annotations), path)
    return str(path), [SPLIT]
