"""The tool as a user runs it: killed, resumed, asked something else."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.toy import make_dataset

ROOT = Path(__file__).resolve().parents[2]
SMALL = (
    'train_cfg.max_epochs=1',
    'train_dataloader.batch_size=8',
    'train_dataloader.sampler.min_clips=None',
)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Two classes of the toy set."""
    made = make_dataset('toy', 72)
    clips = [clip for clip in made['annotations'] if clip['label'] < 2]
    names = {clip['frame_dir'] for clip in clips}
    split = {
        key: [name for name in ids if name in names]
        for key, ids in made['split'].items()
    }
    path = tmp_path_factory.mktemp('data') / 'two.pkl'
    path.write_bytes(pickle.dumps(dict(split=split, annotations=clips)))
    return path


def command(data, out, *words):
    return [
        *(sys.executable, ROOT / 'tools' / 'label_efficiency.py'),
        *('--ann-file', data, '--layout', 'coco', '--clip-len', '16'),
        *('--train-split', 'train', '--test-split', 'test', '--out', out),
        *('--fractions', '0.5', '1.0', '--seeds', '1', '--no-sweep'),
        *('--train-options', *SMALL, '--pretrain-options', *SMALL),
        *words,
    ]


def run(*args):
    words = [str(word) for word in command(*args)]
    return subprocess.run(words, capture_output=True, text=True)


@pytest.mark.slow
def test_ctrl_c_ends_it_in_words(data, tmp_path):
    words = ('--arms', 'scratch', '--jobs', '1')
    process = subprocess.Popen(
        [str(word) for word in command(data, tmp_path, *words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert 'scratch_f0.5_s0 begins' in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.rstrip().endswith('repeat the command to go on')
    assert 'Traceback' not in errors
    with pytest.raises(ProcessLookupError):  # nobody is left
        for _ in range(100):
            os.killpg(process.pid, 0)
            time.sleep(0.1)


@pytest.mark.slow
def test_killed_run_goes_on(data, tmp_path):
    arms = ('scratch', 'pretrained', 'frozen_knn', 'raw_knn')
    words = ('--arms', *arms, '--jobs', '1')
    process = subprocess.Popen(
        [str(word) for word in command(data, tmp_path, *words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    done = tmp_path / 'cells' / 'scratch_f0.5_s0.json'
    for _ in range(1200):
        if done.exists():
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert done.exists()
    kept = {
        path.name: path.stat().st_mtime_ns
        for path in (tmp_path / 'cells').glob('*.json')
    }
    assert len(kept) < 2 * len(arms) + 1

    ended = run(data, tmp_path, *words)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for name, when in kept.items():
        assert (tmp_path / 'cells' / name).stat().st_mtime_ns == when
    rows = json.loads((tmp_path / 'results.json').read_text())
    assert {(r['arm'], r['fraction']) for r in rows} == {
        (arm, fraction) for arm in arms for fraction in (0.5, 1.0)
    }
    assert {r['num_labels'] for r in rows} == {4, 8}
    truth = json.loads((tmp_path / 'clips.json').read_text())['labels']
    for row in rows:
        name = f'{row["arm"]}_f{row["fraction"]:g}_s0'
        name += '' if row['pretrain_seed'] is None else '_p0'
        cell = json.loads((tmp_path / 'cells' / f'{name}.json').read_text())
        right = np.equal(cell['predicted'], truth)
        assert row['top1'] == pytest.approx(right.mean())
    table = (tmp_path / 'table.md').read_text()
    assert '| 4 (50 %) | pretrained |' in table
    assert 'MISSING' not in table
    assert (tmp_path / 'answer.txt').read_text().startswith('With 4 labels, ')
    assert (tmp_path / 'figure.png').stat().st_size > 5000
    assert not list(tmp_path.glob('work/scratch*/*.pth'))

    other = run(data, tmp_path, '--pretrain-on', 'all', *words)
    assert other.returncode == 1
    assert "pretrain_on was 'train' and is 'all'" in other.stderr


@pytest.mark.slow
def test_failed_cell_is_named_and_the_others_go_on(data, tmp_path):
    for kind in ('pretrain', 'scratch', 'finetune'):
        prefix = 'skeletonmae' if kind == 'pretrain' else 'strl'
        base = ROOT / 'configs' / f'{prefix}_{kind}_any.py'
        (tmp_path / f'my_{kind}.py').write_text(f"_base_ = '{base}'\n")
    with (tmp_path / 'my_finetune.py').open('a') as file:
        file.write("custom_hooks = [dict(type='NoSuchHook')]\n")
    words = ('--arms', 'scratch', 'pretrained')
    words += ('--configs', tmp_path / 'my_{}.py')
    ended = run(data, tmp_path / 'out', *words)
    assert ended.returncode == 1
    assert 'error: 2 processes failed' in ended.stderr
    log = tmp_path / 'out' / 'logs' / 'pretrained_f1_s0_p0.txt'
    assert str(log) in (tmp_path / 'out' / 'table.md').read_text()
    assert 'NoSuchHook' in log.read_text()
    rows = json.loads((tmp_path / 'out' / 'results.json').read_text())
    assert [row['arm'] for row in rows] == ['scratch', 'scratch']


def test_bad_file_is_refused_in_words(tmp_path):
    ended = run(tmp_path / 'none.pkl', tmp_path / 'out')
    assert ended.returncode == 1
    assert 'none.pkl: no such skeleton file' in ended.stderr
    assert 'Traceback' not in ended.stderr
