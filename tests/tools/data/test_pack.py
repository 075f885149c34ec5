"""The command line tool, run in this process."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.datasets.packed_store import open_store
from skeletonmae_plugin.toy import make_dataset

ROOT = Path(__file__).parents[3]
TOOL = ROOT / 'tools' / 'data' / 'pack.py'


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('data/pack').main


@pytest.fixture(scope='module')
def toy():
    return make_dataset('toy', 12)


@pytest.fixture
def write(tmp_path):
    def write(data, name='in.pkl'):
        path = tmp_path / name
        path.write_bytes(pickle.dumps(data))
        return str(path)

    return write


def part(data, clips):
    """A few clips of a data set."""
    chosen = data['annotations'][clips]
    names = {clip['frame_dir'] for clip in chosen}
    splits = {
        k: [n for n in v if n in names] for k, v in data['split'].items()
    }
    return dict(data, annotations=chosen, split=splits)


def test_packs_appends_and_verifies(main, toy, write, tmp_path, capsys):
    out = str(tmp_path / 'deep' / 'store')
    main([write(part(toy, slice(5))), out, '--layout', 'coco'])
    assert '5 clips' in capsys.readouterr().out
    more = write(part(toy, slice(5, None)), 'more.pkl')
    main([more, out, '--layout', 'coco', '--append'])
    main(['--verify', out])
    text = capsys.readouterr().out
    assert '12 clips' in text and 'checksums are right' in text
    store = open_store(out)
    assert store.classes == tuple(toy['classes'])
    for split, names in toy['split'].items():
        found = [store.table.names[i] for i in store.splits[split]]
        assert sorted(found) == sorted(names)
    for i, clip in enumerate(toy['annotations']):
        np.testing.assert_array_equal(
            store.annotation(i)['keypoint'], clip['keypoint']
        )


def test_bad_clips_stop_or_are_skipped(main, toy, write, tmp_path, capsys):
    data = part(toy, slice(3))
    data['annotations'][1] = dict(data['annotations'][1], label=-2)
    data['split']['train'] = [c['frame_dir'] for c in data['annotations']]
    data['split']['train'].append('gone')
    source, out = write(data), str(tmp_path / 'out')
    with pytest.raises(SystemExit, match="'gone'.*--on-bad-clip skip"):
        main([source, out, '--layout', 'coco'])
    data['split']['train'].pop()
    with pytest.raises(SystemExit, match='label must be at least 0, got -2'):
        main([write(data), out, '--layout', 'coco'])
    skip = ['--layout', 'coco', '--on-bad-clip', 'skip']
    main([source, out, *skip])
    store = open_store(out)
    assert len(store) == 2 and store.splits['train'].tolist() == [0, 1]
    both = part(toy, slice(3))
    both['split']['both'] = [c['frame_dir'] for c in both['annotations']]
    whole = write(both, 'whole.pkl')
    with pytest.raises(SystemExit, match='2 of 3 clips are in .* already'):
        main([whole, out, '--layout', 'coco', '--append'])
    main([whole, out, *skip, '--append'])
    store = open_store(out)
    assert len(store) == 3
    # Those that were there already are in the splits of the second as well.
    found = {store.table.names[i] for i in store.splits['both']}
    assert found == set(both['split']['both'])
    with pytest.raises(SystemExit, match='no clip is left to pack'):
        main([whole, out, *skip, '--append'])


def test_a_layout_of_ones_own(main, write, tmp_path):
    clip = dict(frame_dir='a', keypoint=np.ones((1, 3, 2, 2)))
    layout = tmp_path / 'two.json'
    layout.write_text(
        json.dumps(
            dict(
                name='two',
                joints=['a', 'b'],
                bones=[['a', 'b']],
                parts=dict(a=['a'], b=['b']),
            )
        )
    )
    source = write(dict(split={}, annotations=[clip]))
    main([source, str(tmp_path / 'out'), '--layout', str(layout)])
    assert open_store(tmp_path / 'out').num_joints == 2


@pytest.mark.parametrize(
    'options, message',
    [
        (['no.pkl', 'out', '--layout', 'coco'], 'no.pkl: no such skeleton'),
        (['{in}', 'out', '--layout', 'cocoa'], "unknown layout 'cocoa'"),
        (['{in}', 'out', '--layout', 'x.json'], 'x.json'),
        (['{in}', 'out', '--layout', 'jhmdb15'], 'has 15 joints but'),
        (['{in}', 'out', '--layout', 'coco', '--append'], 'no packed store t'),
        (['--verify', 'out'], 'not a packed store'),
    ],
)
def test_errors_are_one_line(
    main, toy, write, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    source = write(part(toy, slice(2)))
    with pytest.raises(SystemExit, match=rf'^error: .*{message}'):
        main([option.replace('{in}', source) for option in options])


@pytest.mark.parametrize(
    'options', [[], ['in.pkl'], ['in.pkl', 'out'], ['a', '--verify', 'out']]
)
def test_wrong_usage(main, options, capsys):
    with pytest.raises(SystemExit):
        main(options)
    assert 'usage:' in capsys.readouterr().err


@pytest.mark.slow
def test_help():
    done = subprocess.run(
        [sys.executable, str(TOOL), '--help'], capture_output=True, text=True
    )
    assert done.returncode == 0 and '--append' in done.stdout
