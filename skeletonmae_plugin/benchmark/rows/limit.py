"""The limit of a step: a bare GEMM of its products."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from ..products import Product, gemm
from ..timing import Times, ratios


def gemm_sides(
    products: Sequence[Product], dtypes: Sequence[str], device: torch.device
) -> dict[str, Callable]:
    """In each number format the limit, and the weaker one with the graph."""
    sides: dict[str, Callable] = {}
    for dtype in dict.fromkeys(dtypes):
        numbers = getattr(torch, dtype)
        sides[f'gemm_{dtype}'] = gemm(_linear(products), numbers, device)
        sides[f'gemm_with_graph_{dtype}'] = gemm(
            list(products), numbers, device
        )
    return sides


def fractions(
    times: Mapping[str, Times], ours: str, dtype: str
) -> list[float]:
    """FLOP/s of a side over those of the limit, block by block."""
    # (flops / step) / (flops / gemm), the same flops on both sides.
    return ratios(times[f'gemm_{dtype}'], times[ours])


def limit_details(
    products: Sequence[Product],
    times: Mapping[str, Times],
    ours: str,
    dtype: str,
) -> dict[str, Any]:
    """What stands beside a fraction in the JSON file."""
    flops = sum(product.flops for product in _linear(products))
    weaker = times[f'gemm_with_graph_{dtype}']
    return dict(
        ours=ours,
        baseline=f'gemm_{dtype}',
        flops_per_step=flops,
        gflops_per_s={
            name: flops / side.median / 1e9
            for name, side in times.items()
            if 'with_graph' not in name
        },
        fraction_of_gemm_with_graph=weaker.median / times[ours].median,
    )


def _linear(products: Sequence[Product]) -> list[Product]:
    return [product for product in products if product.kind == 'linear']
