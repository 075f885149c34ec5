"""MMAction2's own tools on a stock model, through the tools of this project.

The data and the model are stock, so that what fails here is a cure.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.serialization import get_unsafe_globals_in_checkpoint

from skeletonmae_plugin.stock_tools import (
    find_stock_tool,
    list_stock_tools,
    run_stock_tool,
)

TOOLS = Path(__file__).resolve().parents[1] / 'tools'
CONFIG = """
custom_imports = dict(
    imports=['skeletonmae_plugin'], allow_failed_imports=False)
default_scope = 'mmaction'
custom_hooks = [dict(type='PlainCheckpointHook')]
default_hooks = dict(
    checkpoint=dict(type='CheckpointHook', interval=1),
    logger=dict(type='LoggerHook', interval=1),
    sampler_seed=dict(type='DistSamplerSeedHook'))
model = dict(
    type='RecognizerGCN',
    backbone=dict(
        type='STGCN',
        base_channels=4,
        num_stages=2,
        graph_cfg=dict(layout='coco', mode='stgcn_spatial')),
    cls_head=dict(type='GCNHead', num_classes=2, in_channels=4))
pipeline = [
    dict(type='UniformSampleFrames', clip_len=8),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=1),
    dict(type='PackActionInputs')]
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='PoseDataset', ann_file={ann_file!r}, split='train',
        pipeline=pipeline))
test_dataloader = val_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='PoseDataset', ann_file={ann_file!r}, split='train',
        test_mode=True, pipeline=pipeline))
test_evaluator = val_evaluator = dict(type='AccMetric')
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=1, val_begin=1, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.01))
"""


@pytest.fixture
def config(tmp_path):
    """Return the path of a tiny stock ST-GCN config with its own data."""
    rng = np.random.default_rng(0)
    clips = [
        dict(
            frame_dir=f'clip{i}',
            label=i % 2,
            total_frames=9,
            img_shape=(100, 100),
            keypoint=rng.uniform(1, 99, (1, 9, 17, 2)).astype('f4'),
            keypoint_score=np.ones((1, 9, 17), 'f4'),
        )
        for i in range(7)
    ]
    split = dict(train=[clip['frame_dir'] for clip in clips])
    ann_file = tmp_path / 'data.pkl'
    ann_file.write_bytes(pickle.dumps(dict(split=split, annotations=clips)))
    path = tmp_path / 'tiny_stgcn.py'
    path.write_text(CONFIG.format(ann_file=str(ann_file)))
    return path


def run(*command: object) -> str:
    """Run a command from a neutral folder and return what it says."""
    python = str(Path(sys.executable).parent)
    env = dict(os.environ, PATH=f'{python}:{os.environ["PATH"]}')
    done = subprocess.run(
        [str(word) for word in command],
        cwd='/',
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_tools_of_the_installed_mmaction_are_listed():
    tools = list_stock_tools()
    assert {'train', 'test', 'analysis_tools/confusion_matrix'} <= set(tools)


@pytest.mark.parametrize(
    'name',
    ['confusion_matrix', 'confusion_matrix.py', 'analysis_tools/get_flops'],
)
def test_tool_is_found_by_name_or_path(name):
    path = find_stock_tool(name)
    assert path.is_file()
    assert path.stem == Path(name).stem


def test_unknown_tool_is_answered_with_a_list():
    with pytest.raises(ValueError, match='analysis_tools/confusion_matrix'):
        find_stock_tool('confusion')


def test_tool_runs_on_this_process_arguments(monkeypatch, capsys):
    monkeypatch.setattr(sys, 'argv', ['train.py', '--help'])
    with pytest.raises(SystemExit, match='0'):
        run_stock_tool('train')
    assert '--auto-scale-lr' in capsys.readouterr().out


@pytest.mark.slow
def test_train_amp_resume_test_and_confusion_matrix(config, tmp_path):
    work_dir = tmp_path / 'work'
    train = (sys.executable, TOOLS / 'train.py', config)
    run(*train, '--work-dir', work_dir, '--amp')
    checkpoint = work_dir / 'epoch_1.pth'
    assert get_unsafe_globals_in_checkpoint(checkpoint) == []
    more = ('--cfg-options', 'train_cfg.max_epochs=2')
    out = run(*train, '--work-dir', work_dir, '--resume', *more)
    assert 'resumed epoch: 1' in out
    checkpoint = work_dir / 'epoch_2.pth'
    test = (sys.executable, TOOLS / 'test.py', config, checkpoint)
    assert 'acc/top1' in run(*test, '--work-dir', tmp_path / 'test')
    # Loads mmaction.models before it reads the config.
    matrix = tmp_path / 'matrix.pkl'
    tool = (sys.executable, TOOLS / 'run.py', 'confusion_matrix')
    run(*tool, config, checkpoint, '--out', matrix)
    assert pickle.loads(matrix.read_bytes()).sum() == 7


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason='CPU data-parallel')
def test_two_processes_train_and_test_on_a_cpu(config, tmp_path, monkeypatch):
    monkeypatch.setenv('PORT', str(20000 + os.getpid() % 20000))
    train = (TOOLS / 'dist_train.sh', config, 2)
    out = run(*train, '--work-dir', tmp_path / 'work', '--seed', 1)
    assert 'GPU number: 2' in out
    # 7 clips, 2 processes, 2 a batch: 2 iterations an epoch.
    checkpoint = tmp_path / 'work' / 'epoch_1.pth'
    assert torch.load(checkpoint)['meta']['iter'] == 2
    test = (TOOLS / 'dist_test.sh', config, checkpoint, 2)
    assert 'acc/top1' in run(*test, '--work-dir', tmp_path / 'test')
