"""Mixed precision that also runs on a CPU."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.device import get_device
from mmengine.logging import print_log
from mmengine.optim import AmpOptimWrapper as _AmpOptimWrapper
from mmengine.optim import OptimWrapper
from torch import nn

from .half_precision import fast_dtype


@OPTIM_WRAPPERS.register_module()
class AmpOptimWrapper(_AmpOptimWrapper):
    """MMEngine's wrapper on an accelerator, bfloat16 autocast on a CPU.

    MMEngine's own stops on a CPU. It has the name of this class because
    ``--amp`` of MMAction2's train.py writes that name into the config;
    within MMAction2's scope this one is found first.

    Args:
        loss_scale: As in MMEngine. Gradients in bfloat16 are not scaled: it
            has the range of float32.
        dtype: As in MMEngine; on a CPU None means bfloat16. Or 'auto':
            bfloat16 where the processor computes in it, float16 on an older
            GPU, and float32 where it would have to be emulated.
        use_fsdp: As in MMEngine.
        **kwargs: Arguments of ``OptimWrapper``, ``optimizer`` first of all.
    """

    cast_dtype: torch.dtype | None

    def __init__(
        self,
        loss_scale: str | float | dict = 'dynamic',
        dtype: str | torch.dtype | None = None,
        use_fsdp: bool = False,
        **kwargs: Any,
    ) -> None:
        device = get_device()
        if dtype == 'auto':
            dtype = fast_dtype(device)
            # A run that goes on elsewhere may get another one.
            print_log(f'training in {dtype} on {device}', 'current')
        plain = dtype in ('float32', torch.float32)
        self._scaled = device != 'cpu' and not plain
        if self._scaled:
            super().__init__(loss_scale, dtype, use_fsdp, **kwargs)
            self._scaled = self.cast_dtype != torch.bfloat16
        elif plain or dtype in (None, 'bfloat16', torch.bfloat16):
            OptimWrapper.__init__(self, **kwargs)
            self.cast_dtype = torch.float32 if plain else torch.bfloat16
            self._scale_update_param = None
        else:
            raise ValueError(
                'expected dtype None, auto, bfloat16 or float32 on a CPU, got '
                f'{dtype}; remove dtype from optim_wrapper'
            )
        if not self._scaled:
            # A disabled scaler passes everything through.
            self.loss_scaler = torch.amp.GradScaler(device, enabled=False)

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Autocast, unless this processor computes in float32 alone."""
        if self.cast_dtype == torch.float32:
            with OptimWrapper.optim_context(self, model):
                yield
            return
        with super().optim_context(model):
            yield

    def state_dict(self) -> dict:
        """Return the optimizer's state, with the scaler's if there is one.

        A scaler refuses the empty state of a disabled one, so a run that
        is moved from a CPU to a GPU must not meet it.
        """
        state = super().state_dict()
        if not self._scaled:
            del state['loss_scaler']
        return state
