"""The page "write your own" is followed word for word."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ROOT / 'projects'
PAGE = (PROJECTS / 'write_your_own.md').read_text('utf-8')
FILES = dict(
    re.findall(
        r'^`projects/mine/(\S+)`:\n\n```python\n(.*?)^```$', PAGE, re.M | re.S
    )
)
COMMANDS = re.findall(r'^```bash\n(.*?)^```$', PAGE, re.M | re.S)


def code_lines(text: str) -> int:
    """Lines that are neither blank nor of a docstring."""
    lines = {i for i, x in enumerate(text.splitlines(), 1) if x.strip()}
    for node in ast.walk(ast.parse(text)):
        value = getattr(node, 'value', None)
        if isinstance(node, ast.Expr) and isinstance(value, ast.Constant):
            lines -= set(range(node.lineno, node.end_lineno + 1))
    return len(lines)


def test_the_template_is_what_the_page_says():
    folder = PROJECTS / 'template'
    there = {
        str(path.relative_to(folder)): path.read_text('utf-8')
        for path in folder.rglob('*.py')
    }
    assert there == {
        name: text.replace('projects.mine', 'projects.template')
        for name, text in FILES.items()
    }


def test_it_is_thirty_lines():
    assert sum(code_lines(text) for text in FILES.values()) <= 30
    assert code_lines('"""Words."""\n\nx = \'word\'\n') == 1


def test_the_template_trains_and_tests(read, train_step, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    losses = {}
    for kind in ('pretrain', 'scratch'):
        cfg = read(f'template/configs/mine_{kind}_any.py')
        model, losses[kind], _ = train_step(cfg)
        assert type(model.backbone.backbone).__name__ == 'MyNetwork'
    assert losses['pretrain']['loss_reconstruction'].isfinite()
    assert losses['scratch']['loss_cls'].isfinite()


@pytest.mark.slow
def test_followed_word_for_word(tmp_path):
    for name in ('projects', 'configs', 'tools', 'skeletonmae_plugin'):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns('__pycache__', 'template', '.mim'),
        )
    for name, text in FILES.items():
        path = tmp_path / 'projects' / 'mine' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, 'utf-8')
    environment = {
        **os.environ,
        'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}',
    }
    environment.pop('PYTHONPATH', None)
    first, by_hand = COMMANDS
    # The same command, with shorter trainings.
    first = first.rstrip() + (
        ' --train-options train_cfg.max_epochs=2'
        ' train_dataloader.sampler.min_clips=None'
        ' --pretrain-options train_cfg.max_epochs=2'
        ' train_dataloader.sampler.min_clips=None'
    )
    run(first, tmp_path, environment)
    answer = tmp_path / 'work_dirs/projects/mine/answer.txt'
    assert answer.read_text().startswith('With ')
    for command in by_hand.replace('\\\n', ' ').splitlines():
        options = ['train_dataloader.sampler.min_clips=None']
        if 'pretrain_any.py' not in command:
            options.append('train_cfg.max_epochs=1')
        run(
            f'{command} --cfg-options {" ".join(options)}',
            tmp_path,
            environment,
        )
    assert list((tmp_path / 'work_dirs/mine_finetune_any').glob('epoch_1.pth'))


def run(command: str, folder: Path, environment: dict) -> str:
    done = subprocess.run(
        ['bash', '-c', f'set -e\n{command}'],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-6000:]
