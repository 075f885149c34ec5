"""The command line tool, run in this process on recordings that we make."""

import pickle

import numpy as np
import pytest

from skeletonmae_plugin.datasets import SkeletonDataset


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('data/ntu_raw').main


def write_raw(clip, folder):
    """The recording of an annotation; a person at the origin is not seen."""
    lines = [str(clip['total_frames'])]
    for frame in range(clip['total_frames']):
        persons = [
            (number, points[frame])
            for number, points in enumerate(clip['keypoint'])
            if points[frame].any()
        ]
        lines.append(str(len(persons)))
        for number, points in persons:
            lines += [f'{number} 0 1 1 1 1 0 0.1 0.1 2', '25']
            lines += [
                ' '.join(str(float(v)) for v in point) + ' 1 2 3 4 0 0 0 0 2'
                for point in points
            ]
    folder.mkdir(exist_ok=True)
    path = folder / f'{clip["frame_dir"]}.skeleton'
    path.write_text('\n'.join(lines))
    return path


@pytest.fixture(scope='module')
def made(made_data):
    """A miniature of NTU RGB+D 60, of clips in which somebody is seen."""
    data = pickle.loads(made_data('ntu60_3d', 12).read_bytes())
    clips = [c for c in data['annotations'] if c['keypoint'].any()]
    return dict(data, annotations=clips)


@pytest.fixture
def raw(made, tmp_path):
    for clip in made['annotations']:
        write_raw(clip, tmp_path / 'raw')
    return tmp_path / 'raw'


def test_recordings_come_back_in_a_set_to_train_on(
    main, made, raw, tmp_path, capsys
):
    out = tmp_path / 'ntu60_3d.pkl'
    main([str(raw), str(out), '--jobs', '1'])
    told = capsys.readouterr().out
    count = len(made['annotations'])
    assert f'ntu60: {count} clips' in told
    assert 'left out: 0 with missing skeletons, 0 broken' in told
    written = pickle.loads(out.read_bytes())
    alone = 0
    for clip in made['annotations']:
        (found,) = (
            c
            for c in written['annotations']
            if c['frame_dir'] == clip['frame_dir']
        )
        assert found['label'] == clip['label']
        if len(clip['keypoint']) == 1:
            np.testing.assert_array_equal(found['keypoint'], clip['keypoint'])
            alone += 1
    assert alone > 3
    for split, names in made['split'].items():
        data = SkeletonDataset(
            str(out), 'nturgb+d', split=split, num_classes=60
        )
        present = {c['frame_dir'] for c in made['annotations']}
        assert len(data) == len([n for n in names if n in present])


def test_broken_files_are_listed(main, raw, tmp_path, capsys):
    bad = sorted(raw.iterdir())[0]
    bad.write_text(bad.read_text()[:500])
    out = tmp_path / 'out.pkl'
    words = [str(raw), str(out), '--jobs', '1']
    with pytest.raises(SystemExit, match='1 recordings cannot be used'):
        main(words)
    assert f'{bad}: line' in capsys.readouterr().out and not out.exists()
    main([*words, '--skip-broken'])
    told = capsys.readouterr().out
    assert f'{bad}: line' in told and '1 broken' in told and out.exists()


def test_wrong_usage(main, tmp_path, capsys):
    with pytest.raises(SystemExit, match='^error: .*gone: no such folder'):
        main([str(tmp_path / 'gone'), str(tmp_path / 'out.pkl')])
    for words, message in (
        (['a', 'b'], 'must end in .pkl'),
        (['a', 'b.pkl', '--jobs', '0'], '--jobs must be at least 1'),
        (['a', 'b.pkl', '--set', 'ntu'], "invalid choice: 'ntu'"),
        (['a.pkl'], 'OUT.pkl'),
    ):
        with pytest.raises(SystemExit):
            main(words)
        assert message in capsys.readouterr().err


def test_help(main, capsys):
    with pytest.raises(SystemExit) as done:
        main(['--help'])
    assert done.value.code == 0 and 'Example:' in capsys.readouterr().out
