"""The command line tool, run in this process."""

import pickle

import pytest

from skeletonmae_plugin.datasets import SkeletonDataset


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('data/gym').main


def test_gym_of_two_lists(main, made, tmp_path, capsys):
    files = []
    for split, clips in zip(
        ('train', 'val'),
        (made['annotations'][:8], made['annotations'][8:]),
        strict=True,
    ):
        path = tmp_path / f'gym_{split}.pkl'
        path.write_bytes(pickle.dumps(clips))
        files.append(f'{split}={path}')
    out = tmp_path / 'gym99.pkl'
    main([*files, str(out)])
    told = capsys.readouterr().out
    assert 'broken: 0' in told and 'splits: train 8, val 4' in told
    data = SkeletonDataset(str(out), 'coco', split='val', num_classes=99)
    assert len(data) == 4


def test_subset_and_renamed_split(main, made, tmp_path, capsys):
    path, out = tmp_path / 'in.pkl', tmp_path / 'out.pkl'
    path.write_bytes(pickle.dumps(made))
    main([str(path), str(out), '--rename', 'test=val', '--subset', 'VT'])
    data = SkeletonDataset(str(out), 'coco', split='val', num_classes=6)
    expected = [
        c['frame_dir']
        for c in made['annotations']
        if c['label'] < 6 and c['frame_dir'] in made['split']['test']
    ]
    assert len(data) == len(expected) > 0


def test_help(main, capsys):
    with pytest.raises(SystemExit) as done:
        main(['--help'])
    assert done.value.code == 0
    told = capsys.readouterr().out
    assert 'Example:' in told and '--subset' in told
