"""What is timed of a model: a step of training, a prediction."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from torch import nn

from ..models import fuse_batch_norms
from ..models.layers.neighbour_bank import NeighbourBank
from .bench import Bench
from .variants import Variant, compile_ours, compile_stock


class TrainStep:
    """A step of training on one batch: forward, backward, update.

    It is MMEngine's ``train_step`` without the data pre-processor, which
    belongs to the data.

    Args:
        model: In training mode.
        optim_wrapper: Of its config.
        batch: Keywords of the model's ``forward``.
    """

    def __init__(
        self, model: Any, optim_wrapper: Any, batch: dict[str, Any]
    ) -> None:
        self.model = model.train()
        self.optim_wrapper = optim_wrapper
        self.batch = batch

    def loss(self) -> torch.Tensor:
        """The loss, with its graph."""
        with self.optim_wrapper.optim_context(self.model):
            losses = self.model(**self.batch, mode='loss')
        return self.model.parse_losses(losses)[0]

    def __call__(self) -> torch.Tensor:
        """Take the step."""
        loss = self.loss()
        self.optim_wrapper.update_params(loss)
        return loss


def train_step(
    bench: Bench,
    cfg: Config,
    variant: Variant,
    batch: dict[str, Any],
    ours: bool = True,
) -> TrainStep:
    """The training step of a config in a variant, from the same weights."""
    model = bench.model(cfg)
    fill_banks(model)
    if variant.compiled:
        (compile_ours if ours else compile_stock)(model)
    wrapper = build_optim_wrapper(
        model, variant.optim_wrapper(cfg.optim_wrapper)
    )
    return TrainStep(model, wrapper, batch)


def predict(
    bench: Bench,
    cfg: Config,
    variant: Variant,
    batch: dict[str, Any],
    ours: bool = True,
) -> Callable[[], Any]:
    """The prediction of a config's model, batch norms folded if ours."""
    model: Any = bench.model(cfg).eval()
    if ours:
        fuse_batch_norms(model)
    if variant.compiled:
        (compile_ours if ours else compile_stock)(model)

    @torch.inference_mode()
    def run() -> Any:
        with variant.autocast(bench.device):
            return model(**batch, mode='predict')

    return run


def fill_banks(model: nn.Module) -> None:
    """Fill banks of neighbours, as they are in all but the first steps.

    With random codes of other clips, the same each time.
    """
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, NeighbourBank):
            shape = module.codes.shape
            codes = F.normalize(torch.randn(shape, generator=generator), dim=1)
            owners = torch.full((len(codes),), -1)
            device = module.codes.device
            module.add(codes.to(device), owners.to(device))


def count_clips(batch: dict[str, Any]) -> int:
    """Clips of the data set in a batch; views of one count once.

    A batch that does not say whose its clips are has one view of each.
    """
    for key in ('sample_idx', 'data_samples'):
        if batch.get(key) is not None:
            return len(batch[key])
    return len(batch['inputs'])


def count_frames(batch: dict[str, Any]) -> int:
    """Frames of the persons that are there, of all views: what is computed."""
    inputs, valid = batch['inputs'], batch.get('valid')
    if valid is None:
        valid = inputs.abs().sum(-1) > 0
    persons = valid.flatten(2).any(-1).sum()  # (N, M)
    return int(persons) * inputs.shape[2]
