"""Files of few labels: readable, and always the same."""

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.label_efficiency.clips import Clips
from skeletonmae_plugin.label_efficiency.protocol import (
    PERCENTS,
    SEEDS,
    write_protocol,
)

CLIPS = Clips(
    tuple(f'clip{i:03}' for i in range(90)),
    tuple([0] * 40 + [1] * 40 + [-1] * 10),
    2,
)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_a_function_of_names_labels_and_seed(tmp_path):
    counts = write_protocol('a.pkl', CLIPS, 'train', tmp_path / 'a')
    assert counts == [(1, 2), (5, 4), (10, 8), (25, 20), (50, 40)]
    back = Clips(CLIPS.ids[::-1], CLIPS.labels[::-1], 2)
    write_protocol('a.pkl', back, 'train', tmp_path / 'b')
    ours, theirs = contents(tmp_path / 'a'), contents(tmp_path / 'b')
    readme = ours.pop('README.md').decode()
    theirs.pop('README.md')  # its checksum knows the order
    assert ours == theirs
    assert len(ours) == len(PERCENTS) * len(SEEDS)
    assert len(set(ours.values())) == len(ours)
    assert '| 25 | 20 | 0 to 4 |' in readme and '80 of' in readme


def test_equal_files_are_told(tmp_path):
    clips = Clips(CLIPS.ids[:4], (0, 0, 1, 1), 2)
    write_protocol('a.pkl', clips, 'train', tmp_path)
    readme = (tmp_path / 'README.md').read_text()
    assert '| 5 | 2 (as the row above) |' in readme


def test_data_set_reads_a_file(made_data, tmp_path):
    path = str(made_data('toy'))
    whole = SkeletonDataset(path, 'coco', split='train')
    names, labels = whole.store.table.names, whole.store.table.label
    clips = Clips(tuple(names), tuple(labels.tolist()), 2)
    write_protocol('toy.pkl', clips, 'train', tmp_path)
    file = tmp_path / 'train_50_seed3.txt'
    few = SkeletonDataset(path, 'coco', split='train', include=str(file))
    assert sorted(few.store.table.names) == file.read_text().split()
