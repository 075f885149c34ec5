"""Fine-tuning that begins with a linear probe."""

from operator import attrgetter
from typing import Any

import torch
import torch.nn.functional as F
from mmaction.registry import HOOKS
from mmengine.dist import broadcast
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import Tensor, nn

from ...evaluation.features import Features, extract_features
from ...evaluation.probe import NOT_FINITE
from ...evaluation.probe_data import feature_loader, train_as_test
from ...evaluation.randomness import kept_randomness
from .whole_body_norm_hook import (
    backbone_norms,
    estimate_norms,
    some_batches,
)

#: Inverse strength of regularisation of a probe that is not asked to choose.
PROBE_C = 0.1
#: Batches by which statistics are estimated: 0.9 ** 32 of the first is left.
_SETTLING = 32


@HOOKS.register_module()
class ProbeHeadHook(Hook):
    """Give the classifier a linear probe's weights before the first update.

    A head with random weights pulls at pre-trained features before it knows
    anything: with few labels they get worse by fine-tuning. "Probe, then
    fine-tune" is from https://arxiv.org/abs/2202.10054.

    The probe (:func:`fit_linear`) sees the labelled clips of
    ``train_dataloader`` in the pipeline of ``test_dataloader``. Batch norms
    of a part that begins with random weights have seen no clip yet, and see
    some before. Nothing happens to a training that is resumed; a head that
    ``load_from`` has loaded is fitted anew. In a distributed one each process
    computes the same, and what the first has found counts.

    Args:
        linear: Where in the model the linear layer is. It must see the
            features as a plain mean, as that of ``GCNHead`` does.
        C: Inverse strength of regularisation.
        num_features: The probe sees the first so many features alone, and
            the weights of the others begin at 0: those of a random network
            beside a pre-trained one, which augmentation moves farther than
            clips differ. None: all.
    """

    def __init__(
        self,
        linear: str = 'cls_head.fc',
        C: float = PROBE_C,
        num_features: int | None = None,
    ) -> None:
        if C <= 0:
            raise ValueError(f'C must be above 0, got {C}')
        self.linear = linear
        self.C = C
        self.num_features = num_features

    def before_train(self, runner: Runner) -> None:
        """Fit, and fill in."""
        if runner.iter > 0:
            return
        model: Any = runner.model
        model = model.module if is_model_wrapper(model) else model
        layer = self._layer(model)
        with kept_randomness():
            loader = _loader(runner.cfg)
            _settle_norms(model, loader)
            features = extract_features(model, loader, as_head=True)
        found = features.labelled()
        if len(found) == 0:
            raise ValueError(
                'ProbeHeadHook expects labelled training clips, got none; '
                'label some, or take the hook out: '
                'default_hooks.probe_head=None'
            )
        values, labels = _tensors(found)
        count = self.num_features or layer.in_features
        weight, bias = fit_linear(
            values[:, :count], labels, layer.out_features, self.C
        )
        with torch.no_grad():
            layer.weight.zero_()
            layer.weight[:, :count] = weight
            layer.bias.copy_(bias)
            # Another kernel or machine may differ in the last digits.
            broadcast(layer.weight)
            broadcast(layer.bias)
        runner.logger.info(
            f'{self.linear} begins with a linear probe of {len(found)} '
            'training clips'
        )

    def _layer(self, model: nn.Module) -> nn.Linear:
        try:
            layer = attrgetter(self.linear)(model)
        except AttributeError:
            layer = None
        if not isinstance(layer, nn.Linear):
            raise ValueError(
                f'ProbeHeadHook expects an nn.Linear at {self.linear}, got '
                f'{type(layer).__name__}; name it by linear=..., or take the '
                'hook out: default_hooks.probe_head=None'
            )
        if not 0 < (self.num_features or 1) <= layer.in_features:
            raise ValueError(
                f'num_features must be in 1..{layer.in_features}, the '
                f'features that {self.linear} takes, got {self.num_features}'
            )
        return layer


def _settle_norms(model: Any, loader: Any) -> None:
    """Let batch norms that have seen no clip see some.

    What passes through them in a test is next to nothing until then, and a
    probe that blows it up fits no training, in which they normalise.
    """
    fresh = [
        norm
        for norm in backbone_norms(model)
        if norm.num_batches_tracked is not None
        and norm.num_batches_tracked == 0
    ]
    if fresh:
        estimate_norms(model, fresh, some_batches(loader, _SETTLING))


def fit_linear(
    values: Tensor, labels: Tensor, num_classes: int, C: float
) -> tuple[Tensor, Tensor]:
    r"""Multinomial logistic regression on standardised features.

    .. math::
        \min_{W, b} \; C \sum_i \mathrm{CE}(W z_i + b, y_i)
        + \tfrac12 \|W\|^2

    As scikit-learn's ``LogisticRegression(C=C)`` after a ``StandardScaler``,
    whose scaling is then made part of the weights.

    Args:
        values: (n, D).
        labels: (n,) long.
        num_classes: K; a class without a clip gets no feature's vote.
        C: See above.

    Returns:
        Weight (K, D) and bias (K,) for features as they are, float32.

    Raises:
        ValueError: If a feature is not finite.
    """
    if not values.isfinite().all():
        raise ValueError(NOT_FINITE)
    values = values.double()
    mean, std = values.mean(0), values.std(0, correction=0)
    std = torch.where(std > 0, std, 1.0)
    z = (values - mean) / std
    weight = z.new_zeros(num_classes, z.shape[1], requires_grad=True)
    bias = z.new_zeros(num_classes, requires_grad=True)
    solver = torch.optim.LBFGS(
        [weight, bias], max_iter=500, line_search_fn='strong_wolfe'
    )

    def loss() -> Tensor:
        solver.zero_grad()
        penalty = weight.square().sum() / (2 * C * len(z))
        value = F.cross_entropy(F.linear(z, weight, bias), labels) + penalty
        value.backward()
        return value

    with torch.enable_grad():
        solver.step(loss)
    weight, bias = weight.detach() / std, bias.detach()
    return weight.float(), (bias - weight @ mean).float()


def _loader(cfg: Any) -> Any:
    test = cfg.get('test_dataloader') or cfg.get('val_dataloader')
    if not test:
        raise ValueError(
            'ProbeHeadHook expects a test_dataloader, in whose pipeline '
            'training clips are seen, got none; add it, or take the hook '
            'out: default_hooks.probe_head=None'
        )
    dataset = train_as_test(
        cfg['train_dataloader']['dataset'], test['dataset']
    )
    return feature_loader(test, dataset)


def _tensors(features: Features) -> tuple[Tensor, Tensor]:
    return (
        torch.from_numpy(features.values),
        torch.from_numpy(features.labels),
    )
