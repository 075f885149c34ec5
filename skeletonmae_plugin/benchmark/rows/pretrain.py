"""The paper's step beside PyTorch Geometric and a bare GEMM."""

from collections.abc import Callable
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from torch import nn

from ..bench import Bench
from ..products import count_decoded, step_products
from ..pyg import PyGPretrainer
from ..result import Result, check_equal
from ..steps import TrainStep, count_clips, count_frames, train_step
from ..timing import ratios
from ..variants import COMPILED_BF16, EAGER_FP32, VARIANTS, Variant
from .limit import fractions, gemm_sides, limit_details
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


def paper_config(bench: Bench) -> Config:
    """The literal recipe, in batches of the default one.

    The paper's 1024 clips would leave no time for repetitions.
    """
    cfg = bench.config('skeletonmae_pretrain', '_paper')
    default = bench.config('skeletonmae_pretrain')
    cfg.train_dataloader.batch_size = default.train_dataloader.batch_size
    return cfg


def fast_variant(bench: Bench) -> Variant:
    """How the default recipe trains here; the paper's config asks for fp32."""
    return bench.shipped(bench.config('skeletonmae_pretrain'))


def against_pyg(bench: Bench) -> list[Result]:
    """Frames/s of our step over the same network from GINConv, eager fp32.

    The network is that of the paper, which GINConv can express. All our
    variants and, beside the headline's baseline, GINConv with a sparse matrix
    and a compiled one in bfloat16 take turns.
    """
    cfg = paper_config(bench)
    batch = bench.batch(cfg, bench.model(cfg))
    fast, shipped = fast_variant(bench), bench.shipped(cfg)
    chosen, reasons = bench.possible(fast, shipped, *VARIANTS)
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
    frames, baseline = count_frames(batch), times['pyg_eager_fp32']
    return [
        Result(
            'pretrain_vs_pyg',
            "the paper's pre-training step, run as the default recipe is, "
            'over the same network of PyG GINConv, eager fp32',
            values=ratios(baseline, times[f'ours_{fast.name}']),
            goal=8,
            dtype=fast.dtype,
            configs=[config_name(cfg)],
            details=dict(
                ours=f'ours_{fast.name}',
                baseline='pyg_eager_fp32',
                sides=side_details(times, frames=frames),
                losses=losses,
                clips=count_clips(batch),
                frames=frames,
                not_measured=reasons,
            ),
        ),
        Result(
            'pretrain_vs_pyg_as_shipped',
            "the paper's pre-training step as its config asks for, over the "
            'same network of PyG GINConv, eager fp32',
            values=ratios(baseline, times[f'ours_{shipped.name}']),
            dtype=shipped.dtype,
            configs=[config_name(cfg)],
            details=dict(
                ours=f'ours_{shipped.name}', baseline='pyg_eager_fp32'
            ),
        ),
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
    """FLOP/s of the paper's step over those of ``torch.mm`` on its products.

    Formula and what is left out: :mod:`skeletonmae_plugin.benchmark.products`.
    """
    cfg = paper_config(bench)
    batch = bench.batch(cfg, bench.model(cfg))
    fast = fast_variant(bench)
    chosen, reasons = bench.possible(fast, *VARIANTS)
    frames = count_frames(batch)
    products = step_products(cfg, frames, count_decoded(cfg, batch))
    sides: dict[str, Callable] = {
        f'ours_{v.name}': train_step(bench, cfg, v, batch) for v in chosen
    }
    sides |= gemm_sides(products, [v.dtype for v in chosen], bench.device)
    times = bench.alternate(sides)
    ours = f'ours_{fast.name}'
    return [
        Result(
            'pretrain_fraction_of_gemm',
            "FLOP/s of the paper's pre-training step, run as the default "
            "recipe is, over a plain GEMM's, same shapes and dtype",
            values=fractions(times, ours, fast.dtype),
            goal=0.35,
            dtype=fast.dtype,
            configs=[config_name(cfg)],
            details=dict(
                limit_details(products, times, ours, fast.dtype),
                sides=side_details(times, frames=frames),
                clips=count_clips(batch),
                frames=frames,
                not_measured=reasons,
            ),
        )
    ]


def config_name(cfg: Config) -> str:
    """File name of a shipped config without its ending."""
    return str(cfg.filename).rsplit('/', 1)[-1].removesuffix('.py')
