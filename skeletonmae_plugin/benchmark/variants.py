"""Ways to run a model: number format, compiled or not.

The only file that knows how the rest of the package compiles and fuses.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from mmengine.config import Config
from torch import nn

from ..engine.half_precision import fast_dtype
from ..engine.hooks import compile_hook
from ..engine.hooks.compile_hook import compile_model
from .result import BenchmarkError


@dataclass(frozen=True)
class Variant:
    """A way to run a model.

    Attributes:
        name: As in the tables.
        dtype: 'float32', 'bfloat16' or 'float16'.
        compiled: Whether its heavy parts are compiled.
    """

    name: str
    dtype: str
    compiled: bool

    def autocast(self, device: torch.device) -> AbstractContextManager:
        """The precision of a forward pass outside an optimizer wrapper."""
        if self.dtype == 'float32':
            return nullcontext()
        return torch.autocast(device.type, getattr(torch, self.dtype))

    def optim_wrapper(self, cfg: dict) -> dict:
        """The optimizer wrapper of a config, with this precision."""
        cfg = dict(cfg)
        for key in ('dtype', 'loss_scale'):
            cfg.pop(key, None)
        if self.dtype == 'float32':
            return dict(cfg, type='OptimWrapper')
        return dict(cfg, type='AmpOptimWrapper', dtype=self.dtype)


def make_variant(dtype: str, compiled: bool) -> Variant:
    """A variant with its name, ``compiled_bf16`` for one."""
    short = dict(float32='fp32', bfloat16='bf16', float16='fp16')[dtype]
    return Variant(
        f'{"compiled" if compiled else "eager"}_{short}', dtype, compiled
    )


EAGER_FP32 = make_variant('float32', False)
EAGER_BF16 = make_variant('bfloat16', False)
COMPILED_FP32 = make_variant('float32', True)
COMPILED_BF16 = make_variant('bfloat16', True)
VARIANTS = (EAGER_FP32, EAGER_BF16, COMPILED_FP32, COMPILED_BF16)


def shipped_variant(cfg: Config, device: torch.device) -> Variant:
    """What a user gets who trains with this config on this machine."""
    wrapper = cfg.get('optim_wrapper', {})
    dtype = 'float32'
    if wrapper.get('type') == 'AmpOptimWrapper':
        dtype = wrapper.get('dtype') or _default_dtype(device)
        if dtype == 'auto':
            dtype = fast_dtype(device.type)
    compiled = has_compile_hook(cfg) and no_compiler(device) is None
    return make_variant(dtype, compiled)


def _default_dtype(device: torch.device) -> str:
    """Of AmpOptimWrapper without dtype."""
    return 'float16' if device.type == 'cuda' else 'bfloat16'


def why_not(variant: Variant, device: torch.device) -> str | None:
    """Why this machine cannot run a variant; None if it can."""
    if variant.dtype == 'bfloat16' and (reason := no_bfloat16(device)):
        return reason
    return no_compiler(device) if variant.compiled else None


def no_bfloat16(device: torch.device) -> str | None:
    """Why bfloat16 would not pay here; None if it does."""
    if fast_dtype(device.type) == 'bfloat16':
        return None
    if device.type == 'cuda':
        return 'this GPU has no bfloat16'
    return 'this processor has no bfloat16 instructions'


@cache
def no_compiler(device: torch.device) -> str | None:
    """Why nothing is compiled here, tried once; None if it is."""
    return compile_hook.why_not(device) or None


def has_compile_hook(cfg: Config) -> bool:
    """Whether trainings with this config compile."""
    return cfg.get('default_hooks', {}).get('compile') is not None


def compile_always(cfg: Config, compiled: bool = True) -> None:
    """Compile however few the iterations are, as in the long run meant.

    Args:
        cfg: Whose ``CompileHook`` is told so.
        compiled: False takes the hook away.
    """
    if not compiled:
        cfg.get('default_hooks', {}).pop('compile', None)
    elif has_compile_hook(cfg):
        cfg.default_hooks.compile.min_iters = 0


def compile_ours(model: nn.Module) -> None:
    """Compile the heavy parts of a model of ours, in place."""
    if not compile_model(model):
        raise BenchmarkError(
            'compile_model found no compiler, though torch.compile works'
        )


def compile_stock(model: Any) -> None:
    """Compile a foreign model as its user would: backbone and neck."""
    model.backbone.compile()
    if isinstance(getattr(model, 'neck', None), nn.Module):
        model.neck.compile()
