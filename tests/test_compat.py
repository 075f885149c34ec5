import io
import os
import pickle
import socket
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch
from mmaction.apis import init_recognizer
from mmaction.datasets.transforms import MMCompact, PoseCompact
from mmaction.models import GCNHead
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.logging import HistoryBuffer
from mmengine.model import MMDistributedDataParallel
from mmengine.runner import CheckpointLoader, Runner
from torch.serialization import (
    get_safe_globals,
    get_unsafe_globals_in_checkpoint,
)

from skeletonmae_plugin import compat

# ----------------------------------------------------------------- imports


def test_mmaction_imports_after_the_plugin_in_a_fresh_process():
    packages = ('models', 'evaluation', 'apis', 'datasets', 'engine')
    code = 'import skeletonmae_plugin\n' + '\n'.join(
        f'import mmaction.{name}' for name in packages
    )
    # As for `_base_ = 'mmaction::...'`.
    code += '\nfrom mmengine.utils import get_installed_path'
    code += "\nget_installed_path('mmaction2')"
    done = subprocess.run(
        [sys.executable, '-c', code], check=True, capture_output=True
    )
    assert b'MultiScaleDeformableAttention' not in done.stderr
    assert b'pkg_resources' not in done.stderr


def test_absent_drn_says_where_to_get_it(monkeypatch):
    for name in (compat._DRN, f'{compat._DRN}.drn'):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(compat.osp, 'isdir', lambda path: False)
    compat.provide_drn()
    with pytest.raises(ImportError, match='from its source'):
        sys.modules[f'{compat._DRN}.drn'].DRN()


def test_real_drn_is_left_alone(monkeypatch):
    monkeypatch.delitem(sys.modules, compat._DRN, raising=False)
    monkeypatch.setattr(compat.osp, 'isdir', lambda path: True)
    compat.provide_drn()
    assert compat._DRN not in sys.modules


@pytest.mark.parametrize(
    'check, remedy',
    [
        (compat.require_pkg_resources, 'setuptools>=77.0.3,<82'),
        (compat.require_mmcv, 'mmcv-lite>=2.1,<2.2'),
        (compat.provide_drn, 'mmaction2>=1.2,<1.3'),
    ],
)
def test_missing_package_is_named_with_its_remedy(monkeypatch, check, remedy):
    check()
    monkeypatch.setattr(compat.importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(ImportError, match=remedy):
        check()


def test_old_torch_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setattr(torch, '__version__', '2.5.1+cu121')
    with pytest.raises(ImportError, match='torch>=2.6, got 2.5.1'):
        compat.apply()


@pytest.mark.parametrize(
    'transform', [PoseCompact(allow_imgpad=True), MMCompact()]
)
def test_compacting_transforms_run_on_numpy_2(transform):
    keypoint = np.random.default_rng(0).uniform(20, 60, (1, 4, 17, 2))
    results = dict(
        keypoint=keypoint,
        img_shape=(100, 100),
        imgs=[np.zeros((100, 100, 3), np.uint8)] * 4,
    )
    out = transform(results)
    assert out['img_shape'][0] < 100


def test_applying_twice_changes_nothing():
    start = compat.dist_utils._init_dist_pytorch
    init = MMDistributedDataParallel.__init__
    loss_by_feat = GCNHead.loss_by_feat
    hooks = Runner.register_default_hooks
    compat.apply()
    assert Runner.register_default_hooks is hooks
    assert GCNHead.loss_by_feat is loss_by_feat
    assert compat.dist_utils._init_dist_pytorch is start
    assert MMDistributedDataParallel.__init__ is init


# ------------------------------------------------------------- checkpoints


def stock_checkpoint() -> dict:
    """Return what MMEngine saves beside the weights."""
    buffer = HistoryBuffer([3.0, 1.0], [1, 2], max_length=50)
    return dict(
        state_dict=dict(weight=torch.arange(3.0)),
        meta=dict(epoch=1),
        message_hub=dict(
            log_scalars={'train/loss': buffer},
            runtime_info=dict(eta=np.float64(2.5), best=np.float32(0.5)),
            resumed_keys={'train/loss': True},
        ),
    )


@pytest.fixture
def stock_file(tmp_path):
    path = tmp_path / 'stock.pth'
    torch.save(stock_checkpoint(), path)
    return path


def check_loaded(checkpoint: dict) -> None:
    buffer = checkpoint['message_hub']['log_scalars']['train/loss']
    assert type(buffer) is HistoryBuffer
    assert buffer.data[0].tolist() == [3.0, 1.0]
    assert buffer.data[1].tolist() == [1, 2]
    assert buffer.max_length == 50
    assert buffer.statistics('mean') == pytest.approx(4 / 3)
    assert checkpoint['message_hub']['runtime_info']['eta'] == 2.5


def test_stock_checkpoint_loads_and_nothing_stays_allowed(stock_file):
    allowed = set(get_safe_globals())
    methods = dict(HistoryBuffer._statistics_methods)
    check_loaded(CheckpointLoader.load_checkpoint(str(stock_file)))
    assert set(get_safe_globals()) == allowed
    assert HistoryBuffer._statistics_methods == methods
    with pytest.raises(pickle.UnpicklingError):
        torch.load(stock_file)


def test_checkpoint_written_under_numpy_1_loads(stock_file, tmp_path):
    old = tmp_path / 'numpy1.pth'
    with zipfile.ZipFile(stock_file) as src, zipfile.ZipFile(old, 'w') as dst:
        for name in src.namelist():
            data = src.read(name)
            if name.endswith('data.pkl'):
                assert b'numpy._core' in data
                data = data.replace(b'numpy._core', b'numpy.core')
            dst.writestr(name, data)
    names = get_unsafe_globals_in_checkpoint(old)
    assert 'numpy.core.multiarray.scalar' in names
    check_loaded(CheckpointLoader.load_checkpoint(str(old)))


class _Call:
    """Pickles as a call of ``function``."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


class _WriteGlobals:
    """Pickles as: getattr(function, '__globals__')['attacked'] = True."""

    def __reduce__(self):
        args = (HistoryBuffer.update, '__globals__')
        return getattr, args, None, None, iter([('attacked', True)])


class _ForgedHistory:
    def __init__(self, log, count):
        self.state = dict(_log_history=log, _count_history=count, max_length=1)

    def __reduce__(self):
        return HistoryBuffer, (), self.state


ATTACKS = {
    'globals': _WriteGlobals(),
    'method': _Call(getattr, HistoryBuffer, 'update'),
    'table': _Call(getattr, HistoryBuffer, '_statistics_methods'),
    'dunder': _Call(getattr, HistoryBuffer, '__init__'),
    'type': _Call(getattr, torch.nn.Module, 'apply'),
    'system': _Call(os.system, 'true'),
    'eval': _Call(eval, '1'),
    'objects': np.array([_Call(os.getpid), None], dtype=object),
    'text': _ForgedHistory(np.array(['a']), np.array([1.0])),
    'lengths': _ForgedHistory(np.zeros(2), np.zeros(3)),
    'no arrays': _ForgedHistory('abc', 'abc'),
}


@pytest.mark.parametrize('name', ATTACKS)
def test_attack_file_is_refused(name, tmp_path):
    checkpoint = stock_checkpoint()
    checkpoint['meta']['attack'] = ATTACKS[name]
    path = tmp_path / 'attack.pth'
    torch.save(checkpoint, path)
    methods = dict(HistoryBuffer._statistics_methods)
    with pytest.raises(compat.RefusedCheckpoint, match='could run code'):
        CheckpointLoader.load_checkpoint(str(path))
    assert 'attacked' not in HistoryBuffer.update.__globals__
    assert HistoryBuffer._statistics_methods == methods


def test_missing_checkpoint_is_named(tmp_path):
    path = str(tmp_path / 'none.pth')
    with pytest.raises(FileNotFoundError, match='none.pth'):
        CheckpointLoader.load_checkpoint(path)


def test_init_recognizer_reads_a_stock_training_checkpoint(tmp_path):
    cfg = Config(
        dict(
            model=dict(
                type='RecognizerGCN',
                backbone=dict(
                    type='STGCN',
                    base_channels=4,
                    num_stages=2,
                    graph_cfg=dict(layout='coco', mode='stgcn_spatial'),
                ),
                cls_head=dict(type='GCNHead', num_classes=2, in_channels=4),
            )
        )
    )
    model = init_recognizer(cfg, device='cpu')
    torch.nn.init.constant_(model.cls_head.fc.weight, 0.5)
    path = tmp_path / 'stock.pth'
    state = dict(stock_checkpoint(), state_dict=model.state_dict())
    torch.save(state, path)
    loaded = init_recognizer(cfg, str(path), device='cpu')
    assert (loaded.cls_head.fc.weight == 0.5).all()


# ------------------------------------------------------- CPU data-parallel


# Processes of their own, ended at once: gloo's threads can deadlock with the
# interpreter when a process group is taken down and Python goes on.
ONE_STEP = """
import os
import torch
import skeletonmae_plugin
from mmengine.dist import init_dist
from mmengine.model import BaseModel, MMDistributedDataParallel

class Line(BaseModel):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(2, 1)
    def forward(self, inputs, mode):
        return self.linear(inputs).sum()

init_dist('pytorch', backend='nccl')
assert torch.distributed.get_backend() == 'gloo'
model = MMDistributedDataParallel(Line(), device_ids=[0])
rank = torch.distributed.get_rank()
model(torch.full((1, 2), 2. * rank), mode='loss').backward()
print('gradient', model.module.linear.weight.grad.tolist(), flush=True)
torch.distributed.barrier()
os._exit(0)
"""


@pytest.mark.skipif(torch.cuda.is_available(), reason='NCCL is used there')
def test_two_processes_share_gradients_on_a_cpu():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = str(free.getsockname()[1])
    world = dict(MASTER_ADDR='127.0.0.1', MASTER_PORT=port, WORLD_SIZE='2')
    processes = [
        subprocess.Popen(
            [sys.executable, '-c', ONE_STEP],
            env=dict(os.environ, RANK=rank, LOCAL_RANK=rank, **world),
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in '01'
    ]
    for process in processes:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        assert 'gradient [[1.0, 1.0]]' in out


# ------------------------------------------------------------------- hooks


def test_any_hook_of_a_config_can_be_taken_out():
    taken = []

    class Hooks:  # of a runner, all that is asked for
        register_hook = staticmethod(lambda hook: taken.append(hook['type']))

    hooks = dict(timer=None, other=None, own=dict(type='OwnHook'))
    Runner.register_default_hooks(Hooks(), hooks)
    assert 'OwnHook' in taken and 'LoggerHook' in taken
    assert 'IterTimerHook' not in taken and len(taken) == 6


# --------------------------------------------------------- mixed precision


def test_stock_head_takes_bfloat16_scores():
    head = GCNHead(num_classes=3, in_channels=4)
    samples = [ActionDataSample().set_gt_label(i) for i in (0, 2)]
    scores = torch.eye(3, dtype=torch.bfloat16)[[0, 2]]
    losses = head.loss_by_feat(scores.requires_grad_(), samples)
    assert losses['loss_cls'].dtype == torch.float32
    assert losses['top1_acc'] == 1
    losses['loss_cls'].backward()
    assert scores.grad.dtype == torch.bfloat16
    head.average_clips = 'prob'
    predicted = head.predict_by_feat(scores, samples)
    assert [s.pred_label.item() for s in predicted] == [0, 2]
    assert predicted[0].pred_score.detach().numpy().dtype == np.float32


LFS = b'version https://git-lfs.github.com/spec/v1\noid sha256:0\n'


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr('data.npy', content)
    return file.getvalue()


@pytest.mark.parametrize('legacy', [False, True])
@pytest.mark.parametrize(
    'damage',
    [
        lambda whole: b'',
        lambda whole: whole[:100],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-10],
        lambda whole: b'hello world',
        lambda whole: b'epoch_3.pth',
        lambda whole: b'<!DOCTYPE html><html></html>',
        lambda whole: LFS,
        lambda whole: pickle.dumps(dict(a=1)),
        lambda whole: np.random.default_rng(0).bytes(5000),
        zipped,
    ],
)
def test_a_damaged_checkpoint_is_told_by_name(damage, legacy, tmp_path):
    path = tmp_path / 'weights.pth'
    content = dict(state_dict=dict(w=torch.zeros(9999)))
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    assert 'state_dict' in compat.load_from_local(str(path))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        compat.RefusedCheckpoint, match=r'weights\.pth: expected a .* again'
    ):
        CheckpointLoader.load_checkpoint(str(path))


@pytest.mark.parametrize('legacy', [False, True])
def test_what_is_wrong_with_a_whole_checkpoint_is_not_called_damage(
    legacy, tmp_path
):
    path = tmp_path / 'weights.pth'
    torch.save(
        dict(w=torch.zeros(3)),
        path,
        _use_new_zipfile_serialization=not legacy,
    )
    with pytest.raises(RuntimeError, match='no_such_device'):
        compat.load_from_local(str(path), map_location='no_such_device')
