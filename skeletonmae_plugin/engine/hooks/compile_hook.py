"""Compiled models, where a compiler is found and worth its while."""

from typing import Any

import torch
import torch._dynamo.config
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import nn

from ...models.compiling import COMPILE_OPTIONS
from ...models.layers.rectify import rectify


@HOOKS.register_module()
class CompileHook(Hook):
    """``torch.compile`` on what costs time, not on the whole step.

    MMEngine's ``compile=True`` wraps ``train_step``, at whose logging and
    searching for persons the graph breaks again and again. This one asks
    each part of the model that has ``compile_steps`` (SkeletonMAE, STRL,
    SkeletonMAEDecoder, the teacher of EMATarget) to compile its arithmetic;
    MMAction2's own backbones stay as they are. The first step then takes
    half a minute more (STRL: a minute), less when torch finds its code in its
    cache: a shorter training ends sooner without.

    Where nothing can be compiled (no C++ compiler, no headers of Python,
    ``TORCH_COMPILE_DISABLE=1``) one line of the log says why, and training
    goes on without.

    Args:
        min_iters: A training or test of fewer iterations is not compiled.
    """

    def __init__(self, min_iters: int = 1500) -> None:
        self.min_iters = min_iters

    def before_train(self, runner: Runner) -> None:
        """Compile, if there is enough to do."""
        if runner.max_iters < self.min_iters:
            return
        compile_model(_unwrap(runner.model), training_only=True)

    def before_test(self, runner: Runner) -> None:
        """Compile, if the test is long."""
        if len(runner.test_dataloader) >= self.min_iters:
            compile_model(_unwrap(runner.model))


def _unwrap(model: Any) -> nn.Module:
    return model.module if is_model_wrapper(model) else model


def compile_model(model: nn.Module, training_only: bool = False) -> bool:
    """Compile the arithmetic of a model's parts, in place.

    Args:
        model: Its ``backbone``, ``neck`` and ``target`` are asked, where it
            has them.
        training_only: Evaluate with the code as it is.

    Returns:
        Whether there was something to compile and a compiler.
    """
    parts: list[Any] = [
        getattr(model, name, None) for name in ('backbone', 'neck', 'target')
    ]
    parts = [part for part in parts if hasattr(part, 'compile_steps')]
    if not parts:
        return False
    reason = why_not(next(model.parameters()).device)
    if reason:
        print_log(f'not compiled, which is slower: {reason}', 'current', 30)
        return False
    if torch.distributed.is_initialized():
        # It would cut graphs at buckets of gradients; ours fit in one, and
        # some versions of torch cannot cut around a gradient of our own.
        torch._dynamo.config.optimize_ddp = False
    for part in parts:
        part.compile_steps(model if training_only else None)
    names = ', '.join(type(part).__name__ for part in parts)
    print_log(
        f'torch.compile of {names}; the first step takes longer', 'current'
    )
    return True


def why_not(device: torch.device) -> str:
    """Why nothing can be compiled on a device; '' if it can.

    Whether there is a compiler that works is known only after a try, which
    takes a few seconds at its first time.
    """
    if torch._dynamo.config.disable:
        return 'torch.compile is switched off (TORCH_COMPILE_DISABLE)'
    try:
        # What the models are made of: a gradient of our own, our options.
        x = torch.zeros(2, device=device, requires_grad=True)
        torch.compile(_try, options=COMPILE_OPTIONS)(x).backward()
    except Exception as error:
        first = next(iter(str(error).strip().splitlines()), '')
        return (
            f'{type(error).__name__}: {first}. On a CPU torch.compile needs '
            'g++ and the headers of Python (Debian: g++ python3-dev)'
        )
    return ''


def _try(x: torch.Tensor) -> torch.Tensor:
    return rectify(x + 1).sum()
