"""A faster model in a test."""

from mmaction.registry import HOOKS
from mmengine.hooks import EMAHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from ...models.fusing import fuse_batch_norms


@HOOKS.register_module()
class FuseBatchNormHook(Hook):
    """Fold batch norms before a test, see :func:`fuse_batch_norms`.

    Not before a validation, nor in a program that trains: the training goes
    on with these weights.
    """

    priority = 'VERY_LOW'

    def before_test(self, runner: Runner) -> None:
        """Fold, once the checkpoint is there."""
        trains = not isinstance(runner._train_loop, dict | None)
        # EMAHook gives the model its own parameters back after a test.
        averages = any(isinstance(hook, EMAHook) for hook in runner.hooks)
        if trains or averages:
            return
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        model.eval()
        fuse_batch_norms(model)
