"""The command line tool, run in this process."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('make_toy_data').main


def test_writes_the_file_and_a_summary(main, tmp_path, capsys):
    out = tmp_path / 'deep' / 'toy.pkl'
    main(
        [
            '--out',
            str(out),
            '--num-clips',
            '9',
            '--persons',
            '2',
            '--layout',
            'openpose',
            '--dims',
            '3',
            '--seed',
            '4',
        ]
    )
    clips = pickle.loads(out.read_bytes())['annotations']
    assert len(clips) == 9 and clips[0]['keypoint'].shape[2:] == (18, 3)
    text = capsys.readouterr().out
    assert '9 clips' in text and 'train 6, test 3' in text
    assert str(out) in text.replace('\n', '')


def test_draws_a_preview(main, tmp_path):
    picture = tmp_path / 'pictures' / 'sbu.png'
    main(
        [
            '--out',
            str(tmp_path / 'sbu.pkl'),
            '--set',
            'sbu',
            '--num-clips',
            '6',
            '--preview',
            str(picture),
        ]
    )
    assert picture.read_bytes()[:4] == b'\x89PNG'


def test_joints_of_ones_own(main, tmp_path, capsys):
    layout = dict(
        joints=['hip_centre', 'thorax', 'head', 'left_wrist', 'right_wrist'],
        bones=[[0, 1], [1, 2], [1, 3], [1, 4]],
        parts=dict(trunk=[0, 1, 2], hands=[3, 4]),
        flip_pairs=[[3, 4]],
    )
    file, out = tmp_path / 'mine.json', tmp_path / 'mine.pkl'
    file.write_text(json.dumps(layout))
    words = ['--out', str(out), '--num-clips', '3', '--layout', str(file)]
    with pytest.raises(SystemExit, match='joints thorax .*--alias thorax='):
        main(words)
    main([*words, '--alias', 'thorax=chest', '--dims', '3'])
    mine = pickle.loads(out.read_bytes())['annotations']
    assert mine[0]['keypoint'].shape[2:] == (5, 3)
    names = [*layout['joints'][:1], 'chest', *layout['joints'][2:]]
    file.write_text(json.dumps(dict(layout, joints=names)))
    main([*words, '--dims', '3'])
    same = pickle.loads(out.read_bytes())['annotations']
    for one, other in zip(mine, same, strict=True):
        assert (one['keypoint'] == other['keypoint']).all()
    with pytest.raises(SystemExit, match='no joint thorax that could'):
        main([*words, '--alias', 'thorax=chest'])
    with pytest.raises(SystemExit, match='error: .*lost.json'):
        main(['--out', str(out), '--layout', str(tmp_path / 'lost.json')])
    with pytest.raises(SystemExit):
        main([*words, '--alias', 'thorax=chest', '--alias', 'thorax=neck'])
    assert '--alias names thorax twice' in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*words, '--alias', 'thorax'])
    assert "expected JOINT=POINT, got 'thorax'" in capsys.readouterr().err


def test_refuses_what_does_not_fit_in_one_line(main, tmp_path):
    out = tmp_path / 'a.pkl'
    with pytest.raises(SystemExit, match='error: layout cannot be chosen'):
        main(['--out', str(out), '--set', 'ntu60', '--layout', 'coco'])
    assert not out.exists()


def test_the_generator_needs_numpy_alone():
    # The package's own __init__ brings in MMAction2, so it is stepped round.
    code = f"""
import sys, types
package = types.ModuleType('skeletonmae_plugin')
package.__path__ = [{str(ROOT / 'skeletonmae_plugin')!r}]
sys.modules['skeletonmae_plugin'] = package
import skeletonmae_plugin.toy as toy
toy.make_dataset(num_clips=1)
heavy = {{'torch', 'mmengine', 'mmaction', 'matplotlib', 'scipy', 'rich'}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    subprocess.run([sys.executable, '-c', code], check=True)


def test_a_folder_is_no_file_to_write(main, tmp_path):
    with pytest.raises(SystemExit, match='error: '):
        main(['--out', str(tmp_path), '--num-clips', '9'])
