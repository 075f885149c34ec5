"""The products that are counted are those of the network."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from skeletonmae_plugin.benchmark.products import gemm, step_products
from skeletonmae_plugin.benchmark.steps import count_frames


def test_linear_flops_are_those_that_torch_counts(bench):
    """torch counts the aggregation too, which is taken off."""
    cfg = bench.config('skeletonmae_pretrain')
    model = bench.model(cfg)
    batch = bench.batch(cfg, model)
    frames = count_frames(batch)
    with FlopCounterMode(display=False) as counter:
        sum(model(**batch, mode='loss').values()).backward()
    products = step_products(cfg, frames)
    linear = sum(p.flops for p in products if p.kind == 'linear')
    graph = sum(p.flops for p in products if p.kind == 'graph')
    found = counter.get_total_flops()
    # Epsilon may take part in the aggregation's matrix, whose gradient is
    # then one product more.
    assert linear < found < linear + 2.01 * graph


def test_formula_of_the_docstring(bench):
    cfg = bench.config('skeletonmae_pretrain')
    rows, dims = 10 * 20, 64
    forward = 6 * dims + 6 * dims**2 + 2 * dims**2 + 3 * dims
    linear = sum(p.flops for p in step_products(cfg, 10) if p.kind == 'linear')
    assert linear == 2 * rows * (3 * forward - 6 * dims)


def test_gemm_does_all_products(bench, monkeypatch):
    products = step_products(bench.config('skeletonmae_pretrain'), 2)
    shapes = []
    multiply = torch.mm

    def count(left, right, out):
        shapes.append((*left.shape, right.shape[1]))
        return multiply(left, right, out=out)

    run = gemm(products, torch.float32, torch.device('cpu'))
    monkeypatch.setattr(torch, 'mm', count)
    run()
    assert shapes == [product.shape for product in products]
