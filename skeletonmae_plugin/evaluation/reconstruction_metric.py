"""Error over hidden joints, beside two baselines that learn nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric

from ..layouts import LayoutLike, get_layout
from .baselines import interpolate_hidden

Sums = dict[str, np.ndarray]


@METRICS.register_module()
class ReconstructionMetric(BaseMetric):
    r"""Masked error of a pre-trained model, per part, beside baselines.

    All errors are root mean square distances
    :math:`\sqrt{\frac1n\sum\|\hat x - x\|^2}` over the n joints that are
    hidden and valid, in the units of the target:

    - ``masked_error``: the model's.
    - ``mean_pose_error``: that of the best constant per joint, found on the
      very joints it is tested on (so a little better than fair).
    - ``interpolation_error``: hidden joints from visible neighbours, in time
      and, if never seen, in space (:mod:`.baselines`).
    - ``<error>/<part>``: each of them over the joints of one part.
    - ``ratio_to_mean_pose``, ``ratio_to_interpolation``: the model's error
      over the baseline's; below 1 the model knows more than the baseline.
    - ``masked_error_data_units``: the model's error times each clip's
      ``scale``, thus in pixels or metres; only if every sample has ``scale``.

    A target with more than three channels is a feature, not a place: then
    ``masked_error``, ``mean_target_error``, their ratio, and
    ``masked_cosine``, the mean cosine between prediction and target.

    Works in running sums, so memory does not grow with the data. On several
    GPUs the sampler must not repeat samples to even out the ranks
    (``round_up=False``, as our configs have it): they would count twice.

    Args:
        layout: Layout of the data, a name or a dict.
        collect_device: Where results of several ranks meet, 'cpu' or 'gpu'.
        prefix: Put before the names of all results.

    Each data sample has ``reconstruction``: a dict of ``pred`` and ``target``
    (M, T, V, C'), ``mask`` (M, T, V; True = hidden) and ``valid`` (M, T, V).
    """

    default_prefix = ''

    def __init__(
        self,
        layout: LayoutLike,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.layout = get_layout(layout)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Add the samples of a batch to the sums."""
        for sample in data_samples:
            if 'reconstruction' not in sample:
                raise KeyError(
                    'ReconstructionMetric needs `reconstruction` in the data '
                    f'samples, got {sorted(sample)}; it belongs to a '
                    'pre-training config (SkeletonMAEPretrainer)'
                )
            arrays = {
                name: to_numpy(sample['reconstruction'][name])
                for name in ('pred', 'target', 'mask', 'valid')
            }
            self.layout.check_num_joints(arrays['target'].shape[-2], 'target')
            sums = reconstruction_sums(
                **arrays,
                adjacency=self.layout.adjacency,
                scale=sample.get('scale'),
            )
            if self.results:
                self.results[0] = _add(self.results[0], sums)
            else:
                self.results.append(sums)

    def compute_metrics(self, results: Sequence[Sums]) -> dict[str, float]:
        """Turn the sums of all ranks into errors."""
        sums: Sums = {}
        for other in results:
            sums = _add(sums, other) if sums else other
        if not sums or not sums['count'].any():
            raise ValueError(
                'ReconstructionMetric met no hidden joint; expected samples '
                'in whose mask a valid joint is True. Does the pipeline have '
                'MaskSkeletonParts, and does it hide a part that exists?'
            )
        return errors_from_sums(sums, self.layout.parts)


def reconstruction_sums(
    pred: np.ndarray,
    target: np.ndarray,
    mask: np.ndarray,
    valid: np.ndarray,
    adjacency: np.ndarray,
    scale: Any | None,
) -> Sums:
    """Sums per joint, from which all errors follow.

    Args:
        pred: (M, T, V, C') prediction.
        target: (M, T, V, C') target.
        mask: (M, T, V) bool, True = hidden.
        valid: (M, T, V) bool, True = person and joint exist.
        adjacency: (V, V) bones.
        scale: Size of a target unit in the data's units: a number or an
            array that broadcasts to (M, T, V, 1); None if unknown.

    Returns:
        ``count``, ``error``, ``data_error``, ``interpolation``, ``square``,
        ``cosine`` of shape (V,) and ``sum`` (V, C').
    """
    hidden = mask & valid
    pred, target = (
        np.where(valid[..., None], a, 0).astype(np.float64)
        for a in (pred, target)
    )
    error = _square_distance(pred, target)  # (M, T, V)

    def over_joints(x: np.ndarray) -> np.ndarray:
        return np.where(hidden, x, 0).sum((0, 1))  # (V,)

    sums = dict(
        count=hidden.sum((0, 1)).astype(np.float64),
        error=over_joints(error),
        square=over_joints(np.square(target).sum(-1)),
        sum=np.where(hidden[..., None], target, 0).sum((0, 1)),
    )
    if target.shape[-1] > 3:
        sums['cosine'] = over_joints(_cosine(pred, target))
    else:
        guess = interpolate_hidden(target, valid & ~mask, adjacency)
        sums['interpolation'] = over_joints(_square_distance(guess, target))
        sums['data_error'] = over_joints(error * _square_scale(scale))
    return sums


def errors_from_sums(
    sums: Sums, parts: Mapping[str, Sequence[int]]
) -> dict[str, float]:
    """Errors over all joints and per part, see ReconstructionMetric."""
    joints = {'': list(range(len(sums['count'])))}
    joints.update({f'/{part}': list(v) for part, v in parts.items()})
    is_feature = 'cosine' in sums
    mean_name = 'mean_target' if is_feature else 'mean_pose'

    squares = {'masked_error': sums['error']}
    squares[f'{mean_name}_error'] = _square_to_mean(sums)
    if not is_feature:
        squares['interpolation_error'] = sums['interpolation']

    metrics = {}
    for name, square in squares.items():
        for suffix, index in joints.items():
            count = sums['count'][index].sum()
            if count:
                metrics[name + suffix] = float(
                    np.sqrt(square[index].sum() / count)
                )
    for name in list(squares)[1:]:
        baseline = metrics[name]
        metrics[f'ratio_to_{name[: -len("_error")]}'] = (
            metrics['masked_error'] / baseline if baseline else float('inf')
        )
    total = sums['count'].sum()
    if is_feature:
        metrics['masked_cosine'] = float(sums['cosine'].sum() / total)
    elif np.isfinite(sums['data_error']).all():
        metrics['masked_error_data_units'] = float(
            np.sqrt(sums['data_error'].sum() / total)
        )
    return metrics


def _square_to_mean(sums: Sums) -> np.ndarray:
    """(V,) sums of squared distances to each joint's own mean."""
    mean_square = np.square(sums['sum']).sum(-1)
    spread = sums['square'] - mean_square / np.maximum(sums['count'], 1)
    return np.maximum(spread, 0)  # rounding can leave a tiny negative


def _square_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.square(a - b).sum(-1)


def _cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return (a * b).sum(-1) / np.maximum(norm, np.finfo(np.float32).tiny)


def _square_scale(scale: Any | None) -> np.ndarray:
    """Squared scale that broadcasts to (M, T, V)."""
    if scale is None:
        return np.asarray(np.nan)
    scale = np.square(to_numpy(scale).astype(np.float64))
    if scale.ndim > 4:
        scale = scale[0]  # (N, M, T, V, 1): reconstruction is of clip 0
    return scale[..., 0] if scale.ndim else scale


def _add(a: Sums, b: Sums) -> Sums:
    if a.keys() != b.keys():
        raise ValueError(
            'samples have different kinds of targets; expected one number of '
            f'channels, got sums {sorted(a)} and {sorted(b)}'
        )
    return {name: a[name] + b[name] for name in a}


def to_numpy(x: Any) -> np.ndarray:
    """An array, also of a tensor on a device or in half precision."""
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu()
        return (x.float() if x.is_floating_point() else x).numpy()
    return np.asarray(x)
