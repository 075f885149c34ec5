"""Mixed precision that also runs on a CPU."""

from typing import Any

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.device import get_device
from mmengine.optim import AmpOptimWrapper as _AmpOptimWrapper
from mmengine.optim import OptimWrapper


@OPTIM_WRAPPERS.register_module()
class AmpOptimWrapper(_AmpOptimWrapper):
    """MMEngine's wrapper on an accelerator, bfloat16 autocast on a CPU.

    MMEngine's own stops on a CPU. It has the name of this class because
    ``--amp`` of MMAction2's train.py writes that name into the config;
    within MMAction2's scope this one is found first.

    Args:
        loss_scale: As in MMEngine. On a CPU gradients are not scaled:
            bfloat16 has the range of float32.
        dtype: As in MMEngine. On a CPU None or bfloat16.
        use_fsdp: As in MMEngine.
        **kwargs: Arguments of ``OptimWrapper``, ``optimizer`` first of all.
    """

    def __init__(
        self,
        loss_scale: str | float | dict = 'dynamic',
        dtype: str | torch.dtype | None = None,
        use_fsdp: bool = False,
        **kwargs: Any,
    ) -> None:
        self._scaled = get_device() != 'cpu'
        if self._scaled:
            super().__init__(loss_scale, dtype, use_fsdp, **kwargs)
            return
        if dtype not in (None, 'bfloat16', torch.bfloat16):
            raise ValueError(
                'expected dtype None or bfloat16 on a CPU, got '
                f'{dtype}; remove dtype from optim_wrapper'
            )
        OptimWrapper.__init__(self, **kwargs)
        self.cast_dtype = torch.bfloat16
        self._scale_update_param = None
        # A disabled scaler passes everything through.
        self.loss_scaler = torch.amp.GradScaler('cpu', enabled=False)

    def state_dict(self) -> dict:
        """Return the optimizer's state, with the scaler's if there is one.

        A scaler refuses the empty state of a disabled one, so a run that
        is moved from a CPU to a GPU must not meet it.
        """
        state = super().state_dict()
        if not self._scaled:
            del state['loss_scaler']
        return state
