"""The tool as a user runs it: killed, resumed, launched, across bodies."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def command(made_data, tmp_path, monkeypatch):
    """Words of a trial of some steps, and the environment of its sets."""
    variables = dict(toy='TOY_2D', jhmdb='JHMDB_2D', nwucla='NWUCLA_3D')
    for name, variable in variables.items():
        monkeypatch.setenv(variable, str(made_data(name, 72)))
    path = f'{ROOT}:{os.environ.get("PYTHONPATH", "")}'
    monkeypatch.setenv('PYTHONPATH', path)

    def words(table, name, *rest):
        return [
            *(sys.executable, str(ROOT / 'tools' / 'reproduce.py')),
            *(table, '--set', name, '--out', str(tmp_path)),
            *('--seeds', '1', '--epochs-scale', '0.02', *rest),
        ]

    return words


def run(words):
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def written(folder):
    """Results by file -> when they were written."""
    files = folder.glob('runs/*/cells/*.json')
    return {path: path.stat().st_mtime_ns for path in files}


@pytest.mark.slow
def test_killed_table_goes_on(command, tmp_path):
    words = command('scratch', 'toy', '--jobs', '1')
    name = 'scratch_toy_train_x0.02'
    process = subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(6000):
        if written(tmp_path) or process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    process.wait()
    before = written(tmp_path)
    assert 0 < len(before) < 4 and not list(tmp_path.glob('*.md'))
    output = run(words)
    after = written(tmp_path)
    assert before.items() <= after.items()
    assert '| from scratch | 86.3 (FineGym) | ' in output
    content = json.loads((tmp_path / f'{name}.json').read_text())
    assert [row['num_seeds'] for row in content['rows']] == [1, 1, 1]
    assert content['missing'] == {}
    assert all(row['updates'] == 2 for row in content['rows'])
    assert (tmp_path / f'{name}.png').exists()
    # A table is made again of what is there; others take what they share.
    run(words)
    assert written(tmp_path) == after


@pytest.mark.slow
def test_weights_of_another_body_are_fine_tuned(command, tmp_path):
    run(command('transfer', 'jhmdb', '--sources', 'nwucla'))
    file = tmp_path / 'transfer_jhmdb_train1_x0.02.json'
    content = json.loads(file.read_text())
    found = {row['row']: row for row in content['rows']}
    assert list(found) == ['jhmdb itself', 'nwucla', 'no pre-training']
    assert all(row['num_seeds'] == 1 for row in found.values())
    spec = next(
        content
        for path in tmp_path.glob('runs/*/spec.json')
        for content in [json.loads(path.read_text())]
        if 'source' in content
    )
    source = spec['source']
    assert (source['layout'], spec['layout']) == ('kinect20', 'jhmdb15')
    assert spec['recipes']['pretrain'] == source['recipes']['pretrain']
    # Each pre-training is made once, and that of nwucla on its own clips.
    logs = [x.read_text() for x in tmp_path.glob('runs/*/logs/pretrain_*')]
    assert len(logs) == 2
    assert sum('nwucla' in log for log in logs) == 1


@pytest.mark.slow
def test_trainings_are_launched(command, tmp_path):
    run(command('scratch', 'toy', '--launcher', 'pytorch', '--nproc', '2'))
    file = tmp_path / 'scratch_toy_train_x0.02.json'
    content = json.loads(file.read_text())
    assert [row['num_seeds'] for row in content['rows']] == [1, 1, 1]
    assert all(row['updates'] == 2 for row in content['rows'])
    (log,) = tmp_path.glob('runs/*/logs/pretrained_*')
    assert '--nproc_per_node=2' in log.read_text()
    (cell,) = tmp_path.glob('runs/*/cells/pretrained_*')
    result = json.loads(cell.read_text())
    assert len(result['predicted']) == 24 and result['finite'] is True
