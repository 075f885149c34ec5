"""Hook that keeps checkpoints readable with ``weights_only=True``."""

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..plain_checkpoint import make_plain, restore_history


@HOOKS.register_module()
class PlainCheckpointHook(Hook):
    """Save tensors and built-in types only, and restore the log history.

    Since torch 2.6 a checkpoint of MMEngine's can be neither resumed nor
    tested with ``torch.load``'s defaults. One saved under this hook can, by
    stock MMEngine too, which then starts a new log history with a warning.

    Example:
        >>> default_hooks = dict(
        ...     plain_checkpoint=dict(type='PlainCheckpointHook'))
    """

    # Last: what other hooks (EMAHook) add to the checkpoint is seen as well.
    priority = 'LOWEST'

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Exchange the training state for a plain copy.

        Args:
            runner: The runner, which is not changed.
            checkpoint: What will be saved.
        """
        make_plain(checkpoint)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Give the log history its type back before the runner takes it.

        Args:
            runner: The runner.
            checkpoint: What was loaded, plain or stock.
        """
        restore_history(checkpoint)
