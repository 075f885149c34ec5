import subprocess
import sys
from pathlib import Path

import pytest

from skeletonmae_plugin.demo import run
from skeletonmae_plugin.demo.steps import Step

ROOT = Path(__file__).resolve().parents[2]


def test_every_training_has_a_seed(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(Step, 'run', lambda step: ran.append(step))
    monkeypatch.setattr(run.logs, 'last_checkpoint', lambda folder: folder)
    monkeypatch.setattr(run.logs, 'read_test_metrics', lambda folder: {})
    demo = run._Demo(ROOT, tmp_path, run.QUICK, seed=3)
    demo.pretrain()
    demo.recognise(labels_per_class=1, seed=4)
    seeds = {
        step.name: step.command[step.command.index('--seed') + 1]
        for step in ran
        if 'train.py' in step.command[1]
    }
    assert seeds == dict(pretrain='3', finetune_4='4', scratch_4='4')


@pytest.mark.slow
def test_demo_and_pictures(tmp_path):
    """The whole of `make demo`, small, and the pictures tool after it."""
    run = [
        sys.executable,
        ROOT / 'tools' / 'demo.py',
        '--quick',
        '--out',
        tmp_path,
    ]
    said = subprocess.run(run, capture_output=True, text=True, check=True)
    assert 'epoch 2/2' in said.stdout
    assert 'guessing' in said.stdout
    page = (tmp_path / 'report.html').read_text()
    assert page.count('<canvas') == 3 and 'strl_finetune_toy.py' in page
    assert (tmp_path / 'reconstruction_0.png').stat().st_size > 10000

    weights = (tmp_path / 'pretrain' / 'last_checkpoint').read_text()
    draw = [
        sys.executable,
        ROOT / 'tools' / 'visualize_reconstruction.py',
        ROOT / 'configs' / 'skeletonmae_pretrain_toy.py',
        weights,
        '--out',
        tmp_path / 'pictures',
        '--num',
        '2',
        '--cfg-options',
        f'test_dataloader.dataset.ann_file={tmp_path / "toy.pkl"}',
    ]
    subprocess.run(draw, check=True, capture_output=True)
    assert len(list((tmp_path / 'pictures').glob('*.png'))) == 2
