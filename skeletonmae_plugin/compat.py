"""Cures for faults that a user of the installed stack meets.

This is the only module that changes other packages. Every cure has a guard,
so that it does nothing where the fault is absent, says why it is needed, and
may be applied twice. ``apply`` runs them all; importing the package calls it
before anything of MMAction2 is loaded.
"""

import functools
import importlib.util
import pickle
import sys
import warnings
import zipfile
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from os import path as osp
from types import ModuleType
from typing import Any

import numpy as np
import torch
from mmengine.device import get_device
from mmengine.dist import utils as dist_utils
from mmengine.logging import HistoryBuffer
from mmengine.model import MMDistributedDataParallel
from mmengine.runner import CheckpointLoader, Runner
from mmengine.utils import digit_version
from torch.nn import Module

from .safe_numpy import STAND_INS, release

_DRN = 'mmaction.models.localizers.drn'
#: How a file begins that torch.save has written before it wrote zips.
_LEGACY = pickle.dumps(torch.serialization.MAGIC_NUMBER, protocol=2)
#: The hooks that MMEngine's runner has by itself, which only it can take out.
_RUNNER_HOOKS = frozenset(
    {
        'runtime_info',
        'timer',
        'sampler_seed',
        'logger',
        'param_scheduler',
        'checkpoint',
    }
)
_STATISTICS = frozenset({'min', 'max', 'mean', 'current'})


def apply() -> None:
    """Apply every cure that this installation needs."""
    require_torch()
    require_pkg_resources()
    require_mmcv()
    keep_quiet()
    provide_drn()
    restore_numpy_inf()
    install_checkpoint_loader()
    allow_cpu_distributed()
    allow_removed_hooks()
    score_in_float32()


# ----------------------------------------------------------------- imports


def require_pkg_resources() -> None:
    """Say what to do where setuptools no longer brings ``pkg_resources``.

    MMEngine and ``mim`` import it; setuptools 82 removed it, and every
    ``_base_ = 'mmaction::...'`` then fails with a bare ModuleNotFoundError.
    Standing in for it here would not help ``mim``, which never loads us
    first. Upstream: open-mmlab/mmcv#3325.
    """
    if importlib.util.find_spec('pkg_resources') is None:
        raise ImportError(
            'expected a setuptools that has pkg_resources (needed by '
            'mmengine and openmim), got none; run: '
            "pip install 'setuptools>=77.0.3,<82'"
        )


def require_torch() -> None:
    """Say which torch is needed: ``pip`` may keep an older one.

    Before 2.6 ``torch.load`` runs the code that a checkpoint names, and there
    is no way to allow a few names only.
    """
    if digit_version(torch.__version__) < digit_version('2.6'):
        raise ImportError(
            f'expected torch>=2.6, got {torch.__version__}; run: pip install '
            "'torch>=2.6' (from the index of your CUDA version, see "
            'https://pytorch.org)'
        )


def require_mmcv() -> None:
    """Say which mmcv to install: no requirement of ours names one.

    A requirement would let pip overwrite a user's CUDA build.
    """
    if importlib.util.find_spec('mmcv') is None:
        raise ImportError(
            'expected mmcv>=2.0.0rc4,<2.2 (needed by mmaction2), got none; '
            "run: pip install 'mmcv-lite>=2.1,<2.2' (skeleton models need "
            "no CUDA operators) or: mim install 'mmcv>=2.0.0rc4,<2.2'"
        )


def keep_quiet() -> None:
    """Leave out two warnings that a user can do nothing about.

    That ``mmcv-lite`` has no deformable attention, with which every command
    would begin; no skeleton model needs any. That ``pkg_resources`` goes,
    which MMEngine asks for at each ``_base_ = 'mmaction::...'``; setuptools
    is held below the version without it. No issue is filed upstream.
    """
    for message in (
        'Fail to import ``MultiScaleDeformableAttention``',
        'pkg_resources is deprecated as an API',
    ):
        warnings.filterwarnings('ignore', message)


class _AbsentDRN:
    """Stands where MMAction2's wheel imports a model that it left out."""

    def __init__(self) -> None:
        raise ImportError(
            'DRN is missing from the mmaction2 wheel; install MMAction2 '
            'from its source to use it'
        )


def provide_drn() -> None:
    """Let ``import mmaction.models`` pass on the PyPI wheel.

    ``mmaction/models/localizers/__init__.py`` imports ``.drn.drn``, a folder
    without ``__init__.py`` that the wheel of 1.2.0 therefore lacks.
    Upstream: open-mmlab/mmaction2#2714.
    """
    spec = importlib.util.find_spec('mmaction')
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            'expected mmaction2>=1.2,<1.3, got none; run: '
            "pip install 'mmaction2>=1.2,<1.3'"
        )
    package = spec.submodule_search_locations[0]
    if _DRN in sys.modules or osp.isdir(
        osp.join(package, 'models', 'localizers', 'drn')
    ):
        return
    for name in (_DRN, f'{_DRN}.drn'):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=name == _DRN)
        sys.modules[name] = module
    sys.modules[f'{_DRN}.drn'].__dict__['DRN'] = _AbsentDRN


def restore_numpy_inf() -> None:
    """Give numpy 2 the alias ``np.Inf`` back.

    MMAction2's PoseCompact, MMCompact and ``frame_extract`` read it and
    raise AttributeError otherwise. No issue is filed upstream.
    """
    if not hasattr(np, 'Inf'):
        np.__dict__['Inf'] = np.inf


# ------------------------------------------------------------- checkpoints


class _LoadedHistory(HistoryBuffer):
    """Receives a pickled HistoryBuffer and takes only its numbers."""

    def __setstate__(self, state: dict) -> None:
        """Check the two arrays; ignore the pickled table of functions."""
        log, count = (
            np.asarray(release(state[name]))
            for name in ('_log_history', '_count_history')
        )
        numeric = log.dtype.kind in 'biuf' and count.dtype.kind in 'biuf'
        if not numeric or log.ndim != 1 or log.shape != count.shape:
            raise pickle.UnpicklingError(
                'refused a HistoryBuffer that does not hold two equally '
                f'long arrays of numbers: {log.dtype}{log.shape}, '
                f'{count.dtype}{count.shape}'
            )
        self.__dict__.update(
            _log_history=log,
            _count_history=count,
            max_length=int(state['max_length']),
        )

    def genuine(self) -> HistoryBuffer:
        """Return MMEngine's own buffer with the same numbers."""
        buffer = HistoryBuffer(max_length=self.max_length)
        buffer._log_history, buffer._count_history = self.data
        return buffer


def _statistic_name(owner: object, name: object) -> str:
    """Stand in for ``getattr`` while a checkpoint is read.

    A pickled HistoryBuffer names its four statistics by
    ``getattr(HistoryBuffer, 'mean')``. The real ``getattr`` must never be
    allowed: it reaches ``__globals__`` of any function, and a file can then
    write there. So this one knows four names and gives back a string, which
    ``_LoadedHistory`` drops.
    """
    if (
        owner is not _LoadedHistory
        or type(name) is not str
        or name not in _STATISTICS
    ):
        raise pickle.UnpicklingError(
            f'refused getattr({owner!r}, {name!r}) in a checkpoint'
        )
    return name


def _training_state_globals() -> list[Callable | tuple[Callable, str]]:
    """Return what a stock training checkpoint needs beside tensors."""
    return [
        (_LoadedHistory, 'mmengine.logging.history_buffer.HistoryBuffer'),
        (_statistic_name, 'builtins.getattr'),
        *((stand_in, '.'.join(name)) for name, stand_in in STAND_INS.items()),
    ]


class RefusedCheckpoint(pickle.UnpicklingError, ValueError):
    """A file that is no checkpoint, or one that could run code."""


# MMEngine logs the name of a loader from its eleventh letter on.
def load_from_local(
    filename: str, map_location: str | Callable | None = None
) -> Any:
    """Read a local checkpoint without running any code that it names.

    Since torch 2.6 ``torch.load`` refuses MMEngine's training checkpoints,
    which hold HistoryBuffers, functions and numpy scalars
    (open-mmlab/mmengine#1655, closed; pull request #1650 only turns the
    protection off). The few names needed are allowed during this call only.

    Args:
        filename: Path of the checkpoint.
        map_location: As in ``torch.load``.

    Returns:
        The checkpoint, its log history as genuine HistoryBuffers.

    Raises:
        FileNotFoundError: If there is no such file.
        RefusedCheckpoint: If it is no checkpoint, or names anything else.
    """
    path = osp.expanduser(filename)
    if not osp.isfile(path):
        raise FileNotFoundError(f'{path} can not be found.')
    if not _begins_as_checkpoint(path):
        raise RefusedCheckpoint(_no_checkpoint(path))
    try:
        with torch.serialization.safe_globals(_training_state_globals()):
            checkpoint = torch.load(
                path, map_location=map_location, weights_only=True
            )
        checkpoint = release(checkpoint)
    except pickle.UnpicklingError as error:
        reason = str(error).split('WeightsUnpickler error: ')[-1].strip()
        if not reason or 'truncated' in reason:
            raise RefusedCheckpoint(_no_checkpoint(path)) from error
        raise RefusedCheckpoint(
            f'{path}: expected weights and plain training state, got '
            f'something that could run code ({reason.splitlines()[0]}); '
            'ask its author for a checkpoint saved with PlainCheckpointHook '
            'or converted with tools/convert_checkpoint.py'
        ) from error
    except (EOFError, RuntimeError) as error:
        # Of the older format, which has no index, it is the end that lacks.
        if isinstance(error, EOFError) or 'unexpected EOF' in str(error):
            raise RefusedCheckpoint(_no_checkpoint(path)) from error
        raise
    _give_back_history(checkpoint)
    return checkpoint


def _begins_as_checkpoint(path: str) -> bool:
    """Whether torch.save has written it, as far as its ends tell."""
    with open(path, 'rb') as file:
        if file.read(len(_LEGACY)) == _LEGACY:
            return True
    if not zipfile.is_zipfile(path):  # the index of a zip is at its end
        return False
    with zipfile.ZipFile(path) as archive:
        return any(osp.basename(n) == 'data.pkl' for n in archive.namelist())


def _no_checkpoint(path: str) -> str:
    return (
        f'{path}: expected a checkpoint, got {osp.getsize(path)} bytes that '
        'torch.save has not written, or not to their end: a copy that was '
        'cut off, a web page, or a pointer of Git LFS; get the file again'
    )


def _give_back_history(checkpoint: Any) -> None:
    """Replace, in place, each received history by a genuine one."""
    hub = checkpoint.get('message_hub') if isinstance(checkpoint, dict) else {}
    scalars = hub.get('log_scalars', {}) if isinstance(hub, dict) else {}
    for key, value in scalars.items():
        if isinstance(value, _LoadedHistory):
            scalars[key] = value.genuine()


def install_checkpoint_loader() -> None:
    """Let MMEngine read local files by :func:`load_from_local`.

    ``--resume``, ``load_from``, ``init_cfg=dict(type='Pretrained')``,
    ``mim test`` and ``init_recognizer`` all go through this table.
    """
    CheckpointLoader.register_scheme('', load_from_local, force=True)


# ------------------------------------------------------- CPU data-parallel


def allow_cpu_distributed() -> None:
    """Let ``--launcher pytorch`` train on a machine without accelerator.

    MMEngine calls ``torch.cuda.set_device`` and asks for NCCL whatever the
    machine is, and gives DistributedDataParallel GPU numbers, which it
    refuses for a module on the CPU. Nothing is started here: the process
    group is made when the runner asks for it. No issue is filed upstream.
    """
    start = dist_utils._init_dist_pytorch
    if not hasattr(start, '__wrapped__'):
        dist_utils._init_dist_pytorch = _start_gloo_on_cpu(start)
    init = MMDistributedDataParallel.__init__
    if not hasattr(init, '__wrapped__'):
        MMDistributedDataParallel.__init__ = _without_gpus_on_cpu(init)


def _start_gloo_on_cpu(start: Callable) -> Callable:
    """Wrap MMEngine's start of a process group."""

    @functools.wraps(start)
    def wrapper(backend: str, **kwargs: Any) -> None:
        if get_device() != 'cpu':
            start(backend, **kwargs)
            return
        kwargs.pop('init_backend', None)
        backend = 'gloo' if backend == 'nccl' else backend
        torch.distributed.init_process_group(backend, **kwargs)

    return wrapper


def _without_gpus_on_cpu(init: Callable) -> Callable:
    """Wrap the constructor of MMDistributedDataParallel."""

    @functools.wraps(init)
    def wrapper(self: Module, module: Module, *args: Any, **kw: Any) -> None:
        if all(p.device.type == 'cpu' for p in module.parameters()):
            kw['device_ids'] = None
        init(self, module, *args, **kw)

    return wrapper


# ------------------------------------------------------------------- hooks


def allow_removed_hooks() -> None:
    """Let ``default_hooks.NAME=None`` take out any hook of a config.

    So MMEngine documents it, but a name that is not one of its own six ends
    in an assertion without a word. No issue is filed upstream.
    """
    method = Runner.register_default_hooks
    if not hasattr(method, '__wrapped__'):
        Runner.register_default_hooks = _without_removed_hooks(method)


def _without_removed_hooks(method: Callable) -> Callable:
    """Wrap the method of a runner that takes ``default_hooks``."""

    @functools.wraps(method)
    def wrapper(self: Runner, hooks: dict | None = None) -> None:
        kept = {
            name: hook
            for name, hook in (hooks or {}).items()
            if hook is not None or name in _RUNNER_HOOKS
        }
        method(self, kept)

    return wrapper


# --------------------------------------------------------- mixed precision


def score_in_float32() -> None:
    """Let MMAction2's heads take bfloat16 scores, as ``--amp`` gives them.

    ``BaseHead`` hands them to numpy, which has no such type ("Got
    unsupported ScalarType BFloat16"). No issue is filed upstream.
    """
    # Not at the top: this import is what provide_drn makes possible.
    from mmaction.models.heads import BaseHead

    for name in ('loss_by_feat', 'predict_by_feat'):
        method = getattr(BaseHead, name)
        if not hasattr(method, '__wrapped__'):
            setattr(BaseHead, name, _with_float_scores(method))


def _with_float_scores(method: Callable) -> Callable:
    """Wrap a method of a head that takes class scores (N, num_classes)."""

    @functools.wraps(method)
    def wrapper(self: Module, cls_scores: Any, data_samples: list) -> Any:
        if getattr(cls_scores, 'dtype', None) == torch.bfloat16:
            cls_scores = cls_scores.float()
        return method(self, cls_scores, data_samples)

    return wrapper
