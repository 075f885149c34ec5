import re
import subprocess
import sys
from base64 import b64encode
from html import escape
from pathlib import Path

import pytest

from skeletonmae_plugin.demo import run
from skeletonmae_plugin.demo.steps import Step
from skeletonmae_plugin.label_efficiency.spec import PROBED_ARMS

ROOT = Path(__file__).resolve().parents[2]


def test_results_of_an_earlier_demo_are_not_taken(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(Step, 'run', lambda step: ran.append(step))
    demo = run._Demo(ROOT, tmp_path, run.QUICK)
    (demo.compared / 'cells').mkdir(parents=True)
    demo.compare()
    assert len(ran) == 1 and not demo.compared.exists()


def test_files_of_somebody_else_are_not_touched(tmp_path, monkeypatch):
    monkeypatch.setattr(Step, 'run', lambda step: 1 / 0)
    theirs = tmp_path / 'label_efficiency' / 'mine' / 'answer.txt'
    theirs.parent.mkdir(parents=True)
    theirs.write_text('kept')
    with pytest.raises(FileExistsError, match='give another --out'):
        run.run_demo(ROOT, tmp_path, run.QUICK)
    assert theirs.read_text() == 'kept'
    # What a demo has left is its own.
    (tmp_path / 'logs').mkdir()
    (tmp_path / 'logs' / 'data.txt').write_text('')
    with pytest.raises(ZeroDivisionError):
        run.run_demo(ROOT, tmp_path, run.QUICK)


def test_make_installs_what_the_demo_needs():
    assert set(run._ARMS.split()) & set(PROBED_ARMS)
    text = (ROOT / 'Makefile').read_text()
    (extras,) = re.findall(
        r"^\$\(VENV\)/\.installed:.*\n.*\n.* -e '\.\[([\w,]+)\]'$", text, re.M
    )
    assert 'probe' in extras.split(',')


@pytest.mark.slow
def test_demo_and_pictures(tmp_path):
    """The whole of `make demo`, small, and the pictures tool after it."""
    command = [
        sys.executable,
        ROOT / 'tools' / 'demo.py',
        '--quick',
        '--out',
        tmp_path,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '13 of 13 cells' in said.stdout
    answer = (tmp_path / 'label_efficiency' / 'answer.txt').read_text()
    assert answer in said.stdout
    page = (tmp_path / 'report.html').read_text()
    assert page.count('<canvas') == 3 and 'strl_finetune_any.py' in page
    assert escape(answer.strip()) in page
    figure = (tmp_path / 'label_efficiency' / 'figure.png').read_bytes()
    assert b64encode(figure).decode() in page
    assert (tmp_path / 'reconstruction_0.png').stat().st_size > 10000

    weights = tmp_path / 'label_efficiency' / 'pretrained' / 'pretrain_p0.pth'
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
