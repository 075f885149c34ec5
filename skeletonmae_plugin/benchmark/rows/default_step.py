"""The shipped pre-training step, beside a bare GEMM and its own variants."""

from collections.abc import Callable
from typing import Any

from mmengine.config import Config

from ..bench import Bench
from ..products import count_decoded, step_products
from ..result import Result
from ..steps import count_clips, count_frames, train_step
from ..timing import Times, ratios
from ..variants import EAGER_FP32, VARIANTS, Variant, make_variant
from .limit import fractions, gemm_sides, limit_details
from .pretrain import check_losses, config_name
from .sides import side_details

KEY = 'pretrain_step'
STEP = 'default pre-training step'


def variants(bench: Bench) -> list[Result]:
    """Clips/s of the default step, in all variants by turns.

    The whole STRL on two views of each clip: a clip counts once, its frames
    in both views. Further results: the shipped variant over eager fp32, what
    compiling brings it, and the fraction of a bare GEMM.
    """
    cfg = bench.config('skeletonmae_pretrain')
    batch = bench.batch(cfg, bench.model(cfg))
    shipped = bench.shipped(cfg)
    chosen, reasons = bench.possible(shipped, *VARIANTS)
    clips, frames = count_clips(batch), count_frames(batch)
    products = step_products(cfg, frames, count_decoded(cfg, batch))
    steps = {
        f'ours_{v.name}': train_step(bench, cfg, v, batch) for v in chosen
    }
    losses = check_losses(steps)
    sides: dict[str, Callable] = dict(steps)
    sides |= gemm_sides(products, [v.dtype for v in chosen], bench.device)
    times = bench.alternate(sides)
    ours = f'ours_{shipped.name}'
    details: dict[str, Any] = dict(
        ours=ours,
        sides=side_details(times, clips=clips, frames=frames),
        losses=losses,
        clips=clips,
        views=len(batch['inputs']) // clips,
        frames=frames,
        not_measured=reasons,
    )
    limits = limit_details(products, times, ours, shipped.dtype)
    return [
        _result(
            cfg,
            shipped.dtype,
            KEY,
            f'{STEP}, as shipped',
            unit='clips/s',
            values=[clips / s for s in times[ours].seconds],
            details=details,
        ),
        _result(
            cfg,
            shipped.dtype,
            f'{KEY}_vs_eager_fp32',
            f'{STEP}, as shipped over eager fp32',
            values=ratios(times[f'ours_{EAGER_FP32.name}'], times[ours]),
        ),
        _compiling(cfg, shipped, times, reasons),
        _result(
            cfg,
            shipped.dtype,
            f'{KEY}_fraction_of_gemm',
            f"FLOP/s of the {STEP} over a plain GEMM's, same shapes and dtype",
            values=fractions(times, ours, shipped.dtype),
            details=limits,
        ),
    ]


def _compiling(
    cfg: Config,
    shipped: Variant,
    times: dict[str, Times],
    reasons: dict[str, str],
) -> Result:
    """What compiling brings in the number format that is shipped."""
    eager, compiled = (make_variant(shipped.dtype, c) for c in (False, True))
    slow = times.get(f'ours_{eager.name}')
    fast = times.get(f'ours_{compiled.name}')
    return _result(
        cfg,
        shipped.dtype,
        f'{KEY}_compiled_vs_eager',
        f'{STEP}, compiled over eager in the same dtype',
        values=ratios(slow, fast) if slow and fast else [],
        note=reasons.get(compiled.name, ''),
    )


def _result(
    cfg: Config, dtype: str, key: str, title: str, **other: Any
) -> Result:
    return Result(key, title, dtype=dtype, configs=[config_name(cfg)], **other)
