"""A faster model in a test."""

from typing import Any

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from ...models.fusing import FoldedNorm, fuse_batch_norms


@HOOKS.register_module()
class FuseBatchNormHook(Hook):
    """Fold batch norms for the iterations of a test, and unfold them after.

    See :func:`fuse_batch_norms`. Before the first iteration all others have
    put the weights in place that are to be tested, and after the last one
    they find the model as they left it.

    Args:
        enable: False leaves the model as it is.
    """

    def __init__(self, enable: bool = True) -> None:
        self.enable = enable
        self._folded: list[FoldedNorm] = []

    def before_test_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None
    ) -> None:
        """Fold before the first."""
        if self.enable and batch_idx == 0:
            self._unfold()  # what a test that was broken off has left
            model = runner.model
            self._folded = fuse_batch_norms(
                model.module if is_model_wrapper(model) else model
            )

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Any = None,
    ) -> None:
        """Unfold after the last."""
        if batch_idx == len(runner.test_dataloader) - 1:
            self._unfold()

    def before_train(self, runner: Runner) -> None:
        """Unfold what a test that was broken off has left."""
        self._unfold()

    def _unfold(self) -> None:
        for norm in self._folded:
            norm.unfold()
        self._folded = []
