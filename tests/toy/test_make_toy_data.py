"""The command line tool, run in this process."""

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
