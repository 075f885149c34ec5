"""The pre-training step beside PyTorch Geometric and a bare GEMM."""

from collections.abc import Callable
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from torch import nn

from ..bench import Bench
from ..products import gemm, step_products
from ..pyg import PyGPretrainer
from ..result import Result, check_equal
from ..steps import TrainStep, count_clips, count_frames, train_step
from ..timing import ratios
from ..variants import COMPILED_BF16, EAGER_FP32, VARIANTS, Variant
from .sides import side_details

#: Relative difference of losses: the same network, the fast path.
SAME, FAST = 1e-4, 2e-2


class _PyGModel(nn.Module):
    """The baseline behind the interface of :class:`TrainStep`."""

    def __init__(self, network: PyGPretrainer, graph: tuple) -> None:
        super().__init__()
        self.network = network
        self.graph = graph

    def forward(self, mode: str, **batch: Any) -> dict[str, torch.Tensor]:
        return dict(loss=self.network(batch, *self.graph))

    def parse_losses(self, losses: dict) -> tuple[torch.Tensor, dict]:
        return losses['loss'], losses


def against_pyg(bench: Bench) -> list[Result]:
    """Frames/s of our step over the same network from GINConv, eager fp32.

    All our variants and, beside the headline's baseline, GINConv with a
    sparse matrix and a compiled one in bfloat16 take turns.
    """
    cfg = bench.config('skeletonmae_pretrain')
    batch = bench.batch(cfg, bench.model(cfg))
    shipped = bench.shipped(cfg)
    chosen, reasons = bench.possible(shipped, *VARIANTS)
    steps: dict[str, TrainStep] = {
        f'ours_{v.name}': train_step(bench, cfg, v, batch) for v in chosen
    }
    for name, variant, sparse in (
        ('pyg_eager_fp32', EAGER_FP32, False),
        ('pyg_sparse_fp32', EAGER_FP32, True),
        ('pyg_compiled_bf16', COMPILED_BF16, False),
    ):
        possible, why = bench.possible(variant)
        if possible:
            steps[name] = pyg_step(bench, cfg, variant, batch, sparse)
        else:
            reasons[name] = why[variant.name]
    losses = check_losses(steps)
    times = bench.alternate(dict(steps))
    frames = count_frames(batch)
    ours, baseline = times[f'ours_{shipped.name}'], times['pyg_eager_fp32']
    return [
        Result(
            'pretrain_vs_pyg',
            'pre-training step over the same network of PyG GINConv, '
            'eager fp32',
            values=ratios(baseline, ours),
            goal=8,
            dtype=shipped.dtype,
            configs=[config_name(cfg)],
            details=dict(
                ours=f'ours_{shipped.name}',
                baseline='pyg_eager_fp32',
                sides=side_details(times, frames, 'frames'),
                losses=losses,
                clips=count_clips(batch),
                frames=frames,
                not_measured=reasons,
            ),
        )
    ]


def pyg_step(
    bench: Bench,
    cfg: Config,
    variant: Variant,
    batch: dict[str, Any],
    sparse: bool = False,
) -> TrainStep:
    """The baseline's step, from our weights."""
    network = PyGPretrainer(cfg, bench.model(cfg).state_dict(), sparse)
    model = _PyGModel(network.to(bench.device), network.graph(batch))
    if variant.compiled:
        network.compile()
    wrapper = build_optim_wrapper(
        model, variant.optim_wrapper(cfg.optim_wrapper)
    )
    return TrainStep(model, wrapper, batch)


def check_losses(steps: dict[str, TrainStep]) -> dict[str, float]:
    """Equal losses of all sides before any has made a step."""
    losses = {
        name: float(step.loss().detach()) for name, step in steps.items()
    }
    exact = {k: v for k, v in losses.items() if k.endswith('fp32')}
    check_equal('the loss', exact, SAME)
    first = next(iter(exact))
    check_equal('the loss', {first: exact[first], **losses}, FAST)
    return losses


def against_gemm(bench: Bench) -> list[Result]:
    """FLOP/s of our step over those of ``torch.mm`` on its products.

    Formula and what is left out: :mod:`skeletonmae_plugin.benchmark.products`.
    """
    cfg = bench.config('skeletonmae_pretrain')
    batch = bench.batch(cfg, bench.model(cfg))
    shipped = bench.shipped(cfg)
    frames = count_frames(batch)
    products = step_products(cfg, frames)
    linear = [product for product in products if product.kind == 'linear']
    chosen, reasons = bench.possible(shipped, *VARIANTS)
    sides: dict[str, Callable] = {
        f'ours_{v.name}': train_step(bench, cfg, v, batch) for v in chosen
    }
    for dtype in dict.fromkeys(v.dtype for v in chosen):
        numbers = getattr(torch, dtype)
        sides[f'gemm_{dtype}'] = gemm(linear, numbers, bench.device)
        sides[f'gemm_with_graph_{dtype}'] = gemm(
            products, numbers, bench.device
        )
    times = bench.alternate(sides)
    ours = times[f'ours_{shipped.name}']
    limit = times[f'gemm_{shipped.dtype}']
    weaker = times[f'gemm_with_graph_{shipped.dtype}']
    flops = sum(product.flops for product in linear)
    # (flops / step) / (flops / gemm), the same flops on both sides.
    return [
        Result(
            'pretrain_fraction_of_gemm',
            "FLOP/s of the pre-training step over a plain GEMM's, "
            'same shapes and dtype',
            values=ratios(limit, ours),
            goal=0.35,
            dtype=shipped.dtype,
            configs=[config_name(cfg)],
            details=dict(
                ours=f'ours_{shipped.name}',
                baseline=f'gemm_{shipped.dtype}',
                sides=side_details(times, frames, 'frames'),
                flops_per_step=flops,
                gflops_per_s={
                    name: flops / side.median / 1e9
                    for name, side in times.items()
                    if 'with_graph' not in name
                },
                fraction_of_gemm_with_graph=weaker.median / ours.median,
                clips=count_clips(batch),
                frames=frames,
                not_measured=reasons,
            ),
        )
    ]


def config_name(cfg: Config) -> str:
    """File name of a shipped config without its ending."""
    return str(cfg.filename).rsplit('/', 1)[-1].removesuffix('.py')
