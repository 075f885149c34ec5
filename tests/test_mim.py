"""The commands of the documentation, as a user starts them.

Each start costs seconds, so that by default only two sets are run; ``make
test-all`` runs them all. What happens within a run is tested in
tests/test_end_to_end.py.
"""

import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from skeletonmae_plugin.toy import SETS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
VARIABLES = dict(
    diving48='DIVING48_2D',
    finegym='FINEGYM_2D',
    jhmdb='JHMDB_2D',
    ntu120='NTU120_2D',
    ntu120_3d='NTU120_3D',
    ntu60='NTU60_2D',
    ntu60_3d='NTU60_3D',
    nwucla='NWUCLA_3D',
    routine16='ROUTINE16_2D',
    sbu='SBU_3D',
    toy='TOY_2D',
)
SMALL = (
    'train_cfg.max_epochs=2',
    'train_cfg.val_interval=2',
    'default_hooks.checkpoint.interval=2',
    'train_dataloader.batch_size=8',
    'train_dataloader.sampler.min_clips=None',
    *(
        f'{part}_dataloader.{option}'
        for part in ('train', 'val', 'test')
        for option in ('num_workers=0', 'persistent_workers=False')
    ),
)
SMALL_TEST = tuple(option for option in SMALL if option.startswith('test_'))


def run(*command: object, cwd: Path, path: Path = ROOT, **variables) -> str:
    """Run a command and return what it says.

    Args:
        command: Its words.
        cwd: Where.
        path: What Python finds first.
        variables: Environment variables beside the present ones.
    """
    gone = {*VARIABLES.values(), 'SKELETONMAE_CHECKPOINT'}
    env = {k: v for k, v in os.environ.items() if k not in gone}
    env.update(PATH=f'{BIN}:{env["PATH"]}', PYTHONPATH=str(path))
    env.update({key: str(value) for key, value in variables.items()})
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def results(folder: Path) -> dict:
    """The numbers that a test has written."""
    (path,) = folder.glob('*/*.json')
    return json.loads(path.read_text())


SLOW = [s for s in SETS if s in VARIABLES and s != 'sbu']


@pytest.mark.parametrize(
    'name',
    ['sbu', *(pytest.param(s, marks=pytest.mark.slow) for s in SLOW)],
)
def test_pretrain_finetune_and_test(made_data, tmp_path, name):
    variables = {VARIABLES[name]: made_data(name)}
    pretrain, finetune = (
        f'configs/{kind}_{name}.py'
        for kind in ('skeletonmae_pretrain', 'strl_finetune')
    )
    small = ('--cfg-options', *SMALL)
    work = tmp_path / 'pretrain'
    words = ('mim', 'train', 'mmaction2', pretrain, '--work-dir', work)
    out = run(*words, *small, cwd=ROOT, **variables)
    assert 'masked_error' in out

    variables['SKELETONMAE_CHECKPOINT'] = work / 'epoch_2.pth'
    work = tmp_path / 'finetune'
    words = ('mim', 'train', 'mmaction2', finetune, '--work-dir', work)
    out = run(*words, *small, cwd=ROOT, **variables)
    assert 'tensors of STRL loaded from' in out

    del variables['SKELETONMAE_CHECKPOINT']
    words = ('mim', 'test', 'mmaction2', finetune, '--checkpoint')
    words = (*words, work / 'epoch_2.pth', '--work-dir', tmp_path / 'test')
    run(*words, '--cfg-options', *SMALL_TEST, cwd=ROOT, **variables)
    assert 0 <= results(tmp_path / 'test')['acc/top1'] <= 1


@pytest.mark.slow
def test_stock_neighbour_and_literal_reading(made_data, tmp_path):
    data = dict(TOY_2D=made_data('toy'))
    for name in ('stgcnpp_toy', 'skeletonmae_pretrain_toy_paper'):
        words = ('mim', 'train', 'mmaction2', f'configs/{name}.py')
        words = (*words, '--work-dir', tmp_path / name, '--cfg-options')
        run(*words, *SMALL, cwd=ROOT, **data)
        path = tmp_path / name / 'epoch_2.pth'
        words = ('mim', 'test', 'mmaction2', f'configs/{name}.py')
        words = (*words, '--checkpoint', path, '--work-dir', tmp_path / 'test')
        run(*words, '--cfg-options', *SMALL_TEST, cwd=ROOT, **data)


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    """A folder where the wheel of this project is installed."""
    folder = tmp_path_factory.mktemp('site')
    code = 'from setuptools import build_meta\n'
    code += f'build_meta.build_wheel({str(folder)!r})'
    source = tmp_path_factory.mktemp('source') / 'checkout'
    names = (
        'configs',
        'tools',
        'skeletonmae_plugin',
        'setup.py',
        'pyproject.toml',
        'model-index.yml',
        'LICENSE',
        'MANIFEST.in',
    )
    source.mkdir()
    for name in names:
        run('cp', '-r', ROOT / name, source / name, cwd=source)
    run('python', '-c', code, cwd=source, path=source)
    (wheel,) = folder.glob('*.whl')
    with zipfile.ZipFile(wheel) as file:
        file.extractall(folder)
    return folder


@pytest.mark.slow
def test_installed_package_is_run_by_file_name(site, made_data, tmp_path):
    """From any folder, without a checkout."""
    data = dict(TOY_2D=made_data('toy'))
    name = 'skeletonmae_pretrain_toy.py'
    words = ('mim', 'train', 'skeletonmae_plugin', name, '--work-dir', 'work')
    words = (*words, '--cfg-options', *SMALL)
    out = run(*words, cwd=tmp_path, path=site, **data)
    assert f'{site}/skeletonmae_plugin/.mim/tools/train.py' in out
    path = tmp_path / 'work' / 'epoch_2.pth'
    words = ('mim', 'test', 'skeletonmae_plugin', name, '--checkpoint', path)
    words = (*words, '--work-dir', 'test', '--cfg-options', *SMALL_TEST)
    run(*words, cwd=tmp_path, path=site, **data)
    assert results(tmp_path / 'test')['masked_error'] > 0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason='CPU data-parallel')
@pytest.mark.parametrize('paper', ['', '_paper'])
def test_two_processes_pretrain_finetune_and_test(made_data, tmp_path, paper):
    data = dict(SBU_3D=made_data('sbu'))

    def train(kind: str, **variables: object) -> Path:
        config = f'configs/{kind}_sbu{paper}.py'
        words = ('tools/dist_train.sh', config, 2, '--work-dir')
        words = (*words, tmp_path / kind, '--seed', 1, '--cfg-options', *SMALL)
        if 'pretrain' in kind:  # the collapse monitor, in every step
            words = (*words, 'default_hooks.collapse.interval=1')
        out = run(*words, cwd=ROOT, PORT=free_port(), **data, **variables)
        assert 'GPU number: 2' in out
        assert ('latent_spread' in out) == ('pretrain' in kind)
        path = tmp_path / kind / 'epoch_2.pth'
        checkpoint = torch.load(path)
        # Each process takes its half of the 18 clips, 8 a batch.
        assert checkpoint['meta']['iter'] == 4
        assert all(
            v.isfinite().all() for v in checkpoint['state_dict'].values()
        )
        return path

    pretrained = train('skeletonmae_pretrain')
    path = train('strl_finetune', SKELETONMAE_CHECKPOINT=pretrained)
    config = f'configs/strl_finetune_sbu{paper}.py'
    words = ('tools/dist_test.sh', config, path, 2, '--work-dir')
    words = (*words, tmp_path / 'test', '--cfg-options', *SMALL_TEST)
    run(*words, cwd=ROOT, PORT=free_port(), **data)
    assert 'acc/top1' in results(tmp_path / 'test')
