"""Clips of several files in one, without their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..datasets.skeleton_dataset import SkeletonDataset
from ..health.measure import clip_facts
from ..skeleton_pickle import write_dataset
from .clips import read_layout
from .spec import Spec

#: The only split of the file.
SPLIT = 'pretrain'


def require_unseen_test(spec: Spec) -> None:
    """Refuse unlabelled files that would show the test to a pre-training.

    Args:
        spec: The question.

    Raises:
        ValueError: If a clip of the test is in one of them, under whatever
            name, and the question does not say so; or if one has other
            joints.
        FileNotFoundError: If one is not there.
    """
    if spec.transductive or not spec.unlabelled:
        return
    layout = read_layout(spec.layout)
    test = SkeletonDataset(spec.ann_file, layout, split=spec.test_split)
    asked = {content for _, content in _contents(test)} - {None}
    for file in spec.unlabelled:
        clips = _contents(read_unlabelled(file, spec.layout))
        seen = [name for name, content in clips if content in asked]
        if seen:
            raise ValueError(
                f'{file}: {len(seen)} of its clips are clips of '
                f'{spec.test_split!r}, for instance {seen[0]!r}; leave them '
                'out, or let it be known by --pretrain-on all'
            )


def read_unlabelled(file: str, layout: str) -> SkeletonDataset:
    """All clips of a file.

    Raises:
        FileNotFoundError: If it is not there.
        ValueError: If it has other joints.
    """
    if not Path(file).exists():
        raise FileNotFoundError(
            f'{file}: no such file of unlabelled clips; expected a pickle or '
            'a packed store'
        )
    return SkeletonDataset(file, read_layout(layout))


def _contents(
    data: SkeletonDataset,
) -> Iterator[tuple[str | None, bytes | None]]:
    """Name of each clip, and its checksum, see ``same_content``."""
    for place in data.data_list:
        facts = clip_facts(data.store.annotation(place), data.layout)
        yield facts.name, facts.numbers.content if facts.numbers else None


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
    sources += [read_unlabelled(f, spec.layout) for f in spec.unlabelled]
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
