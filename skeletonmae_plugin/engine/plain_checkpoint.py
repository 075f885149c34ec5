"""Checkpoints of tensors and built-in types only.

``torch.load`` reads such a file with its default ``weights_only=True`` and
no allowed names at all, here and in any other program. MMEngine's own
training checkpoints hold HistoryBuffers, functions and numpy scalars.
"""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.runner import CheckpointLoader
from torch.serialization import get_unsafe_globals_in_checkpoint

from ..whole_files import replacing

_TAG = '__history__'
# torch keeps version numbers of the modules as an attribute of these dicts.
_WEIGHTS = ('state_dict', 'ema_state_dict')


def to_plain(value: Any) -> Any:
    """Return ``value`` with tensors and built-in types in place of others.

    Args:
        value: Nested mappings, lists and tuples of training state. It is
            not changed; tensors are shared.

    Returns:
        HistoryBuffers as tagged dicts, numpy scalars as Python numbers,
        numeric arrays as tensors, other arrays as lists, mappings as dicts.
    """
    if isinstance(value, HistoryBuffer):
        return _plain_history(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        numeric = value.dtype.kind in 'biuf'
        return torch.from_numpy(value.copy()) if numeric else value.tolist()
    if isinstance(value, Mapping):
        return {to_plain(k): to_plain(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(to_plain(item) for item in value)
    return value


def _plain_history(buffer: HistoryBuffer) -> dict[str, Any]:
    log, count = (torch.from_numpy(array.copy()) for array in buffer.data)
    length = int(buffer.max_length)
    return {_TAG: 1, 'log': log, 'count': count, 'max_length': length}


def make_plain(checkpoint: dict[str, Any]) -> None:
    """Make all of a checkpoint but its weights plain, in place.

    Only the entries of ``checkpoint`` are exchanged: what they refer to,
    such as a live message hub, stays as it is.
    """
    for key in checkpoint.keys() - set(_WEIGHTS):
        checkpoint[key] = to_plain(checkpoint[key])


def restore_history(checkpoint: dict[str, Any]) -> None:
    """Turn the tagged dicts of ``message_hub`` back, in place."""
    scalars = checkpoint.get('message_hub', {}).get('log_scalars', {})
    for key, value in scalars.items():
        if isinstance(value, dict) and value.get(_TAG):
            buffer = HistoryBuffer(max_length=value['max_length'])
            # A resume maps all tensors of the file to the training device.
            buffer._log_history = value['log'].cpu().numpy().copy()
            buffer._count_history = value['count'].cpu().numpy().copy()
            scalars[key] = buffer


def pack_weights(
    source: str | Path, target: str | Path, prefix: str = 'backbone.'
) -> None:
    """Keep of a pre-training what its encoder is, in half precision.

    Args:
        source: Checkpoint, read without running any code that it names.
        target: File of the tensors whose names begin with ``prefix``, and
            of the names of the joints; an existing one is replaced, and only
            by a complete one.
        prefix: Start of the tensors' names.

    Raises:
        ValueError: If there is no such tensor, or one is beyond half
            precision.
    """
    checkpoint = CheckpointLoader.load_checkpoint(
        str(source), map_location='cpu', logger=None
    )
    state = {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.get('state_dict', checkpoint).items()
        if name.startswith(prefix)
    }
    if not state:
        raise ValueError(
            f'{source} holds no tensor whose name begins with {prefix!r}; '
            'expected the checkpoint of a pre-training'
        )
    lost = [name for name, x in state.items() if not x.isfinite().all()]
    if lost:
        raise ValueError(
            f'{source}: {lost[0]} is not finite in half precision'
        )
    facts = checkpoint.get('meta', {}).get('dataset_meta') or {}
    meta = dict(dataset_meta=dict(joints=facts.get('joints')))
    with replacing(target) as file:
        torch.save(dict(meta=meta, state_dict=state), file)


def convert_checkpoint(source: str | Path, target: str | Path) -> None:
    """Write ``source``, a checkpoint of MMEngine, plain to ``target``.

    The source is read without running any code that it names. An existing
    target is replaced, and only by a complete file.
    """
    checkpoint = CheckpointLoader.load_checkpoint(
        str(source), map_location='cpu', logger=None
    )
    make_plain(checkpoint)
    with replacing(target) as file:
        torch.save(checkpoint, file)
        file.flush()
        if left := get_unsafe_globals_in_checkpoint(file.name):
            raise pickle.PicklingError(
                f'{source}: expected tensors and built-in types, got {left}; '
                'remove them from the checkpoint'
            )
