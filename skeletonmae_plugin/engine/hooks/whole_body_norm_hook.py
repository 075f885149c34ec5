"""Batch norms that have seen whole bodies when pre-training ends."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.dist import all_reduce
from mmengine.hooks import EMAHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import IterBasedTrainLoop, Runner
from torch import Tensor, nn

from ...evaluation.features import pooled_features


@HOOKS.register_module()
class WholeBodyNormHook(Hook):
    """Estimate the backbone's batch norms anew, from whole clips.

    In pre-training half of the clips have hidden joints, in what follows none
    has. At the end of the training, before its checkpoint is saved, this hook
    lets the backbone see training clips whole until the running statistics
    are theirs; the weights stay. Frozen features are the better for it, and
    fine-tuning starts where it will be. So does the averaged backbone of an
    ``EMAHook``, which is what a checkpoint holds then. Checkpoints of earlier
    epochs, and of a training that is stopped early, are left as they are.

    Args:
        num_iters: Batches to see. What was there before weighs
            0.9 ** num_iters at the norms' usual momentum.
    """

    # Behind EMAHook (50), which copies or averages statistics, and before
    # CheckpointHook, which saves them.
    priority = 55

    def __init__(self, num_iters: int = 32) -> None:
        if num_iters < 1:
            raise ValueError(f'num_iters must be at least 1, got {num_iters}')
        self.num_iters = num_iters

    def after_train_epoch(self, runner: Runner) -> None:
        """Estimate, if this was the last epoch."""
        if not _by_iteration(runner) and self.is_last_train_epoch(runner):
            self._estimate(runner)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: dict | None = None,
    ) -> None:
        """Estimate, if this was the last of a training without epochs.

        Its checkpoint may be saved here, before the only epoch ends. A
        training by epochs is not through with its data loader yet.
        """
        if _by_iteration(runner) and self.is_last_train_iter(runner):
            self._estimate(runner)

    def _estimate(self, runner: Runner) -> None:
        model: Any = runner.model
        averaged = (
            hook.ema_model.module
            for hook in runner.hooks
            if isinstance(hook, EMAHook)
        )
        for one in (
            model.module if is_model_wrapper(model) else model,
            *averaged,
        ):
            estimate_norms(
                one,
                backbone_norms(one),
                some_batches(runner.train_dataloader, self.num_iters),
            )


def _by_iteration(runner: Runner) -> bool:
    return isinstance(runner.train_loop, IterBasedTrainLoop)


def backbone_norms(model: Any) -> list[nn.modules.batchnorm._BatchNorm]:
    """Batch norms of ``model.backbone`` that training moves."""
    return [
        module
        for module in model.backbone.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
        and module.track_running_stats
        and module.training  # not what is frozen
    ]


@torch.no_grad()
def estimate_norms(
    model: Any,
    norms: Sequence[nn.modules.batchnorm._BatchNorm],
    batches: Iterable[Any],
) -> None:
    """Move running statistics to those of batches.

    The mean over all processes counts. The mode of the model is kept.

    Args:
        model: A model with ``data_preprocessor`` and ``backbone``, not
            wrapped.
        norms: Some of its backbone's.
        batches: Batches of its data loader.
    """
    was_training = model.training
    model.eval()  # compiled code is for training
    for norm in norms:
        norm.train()
    for batch in batches:
        data = model.data_preprocessor(batch, training=True)
        pooled_features(model.backbone, data['inputs'], data.get('valid'))
    for norm in norms:
        for statistics in (norm.running_mean, norm.running_var):
            assert isinstance(statistics, Tensor)  # they are tracked
            all_reduce(statistics, op='mean')
    model.train(was_training)


def some_batches(loader: Any, count: int) -> Iterator[Any]:
    """The first ``count`` batches of a loader, begun anew at its end."""
    while count > 0:
        for batch in loader:
            yield batch
            count -= 1
            if count == 0:
                return
