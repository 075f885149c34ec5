"""The products that are counted are those of the network."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from skeletonmae_plugin.benchmark import BenchmarkError
from skeletonmae_plugin.benchmark.products import (
    count_decoded,
    gemm,
    step_products,
)
from skeletonmae_plugin.benchmark.steps import count_frames


def counted_by_torch(model, batch):
    with FlopCounterMode(display=False) as counter:
        sum(model(**batch, mode='loss').values()).backward()
    return counter.get_total_flops()


def training_products(cfg, batch):
    return step_products(cfg, count_frames(batch), count_decoded(cfg, batch))


def flops(products, kind):
    return sum(p.flops for p in products if p.kind == kind)


@pytest.fixture
def default(bench):
    """The default pre-training without its agreement head."""
    cfg = bench.config('skeletonmae_pretrain')
    cfg.model.head = cfg.model.head[:1]
    return cfg


def test_flops_of_the_default_step_are_those_that_torch_counts(bench, default):
    """To the last one: heads, learned graphs and convolutions included."""
    model = bench.model(default)
    batch = bench.batch(default, model)
    products = training_products(default, batch)
    expected = flops(products, 'linear') + flops(products, 'graph')
    assert counted_by_torch(model, batch) == expected


def test_flops_of_the_agreement_head_are_no_work(bench, default):
    cfg = bench.config('skeletonmae_pretrain')
    assert step_products(cfg, 64) == step_products(default, 64)
    model = bench.model(cfg)
    batch = bench.batch(cfg, model)
    products = training_products(cfg, batch)
    counted = flops(products, 'linear') + flops(products, 'graph')
    assert counted < counted_by_torch(model, batch) < 1.05 * counted


def test_flops_of_the_papers_step_are_those_that_torch_counts(bench):
    """torch counts our second embedding too, that of the target."""
    cfg = bench.config('skeletonmae_pretrain', '_paper')
    model = bench.model(cfg)
    batch = bench.batch(cfg, model)
    products = training_products(cfg, batch)
    expected = flops(products, 'linear') + flops(products, 'graph')
    second = 2 * products[0].flops
    assert counted_by_torch(model, batch) == expected + second


def test_formula_of_the_paper_in_the_docstring(bench):
    cfg = bench.config('skeletonmae_pretrain', '_paper')
    rows, dims = 10 * 20, 64
    forward = 3 * dims + 6 * dims**2 + 2 * dims**2 + dims**2
    linear = flops(step_products(cfg, 10), 'linear')
    assert linear == 2 * rows * (3 * forward - 3 * dims)


def test_formula_of_the_default_in_the_docstring(bench):
    cfg = bench.config('skeletonmae_pretrain')
    rows, dims = 10 * 20, 64
    # 4 streams of 3 coordinates in patches of 4 frames.
    embedding = 4 * 3 * 4 * dims
    layer = (2 + 2 + 1) * dims**2 + 2 * 3 * (dims // 4) ** 2
    decoder = 2 * dims**2 + dims * 3 * 4
    forward = embedding + 3 * layer + decoder
    linear = flops(step_products(cfg, 40), 'linear')
    assert linear == 2 * rows * (3 * forward - embedding)


@pytest.mark.parametrize(
    'option, value',
    [('fusion', 'concat'), ('temporal', False), ('strides', [1, 2, 1])],
)
def test_another_strl_is_refused(bench, option, value):
    cfg = bench.config('skeletonmae_pretrain')
    cfg.model.backbone[option] = value
    with pytest.raises(BenchmarkError, match=f'{option}='):
        step_products(cfg, 8)


@pytest.mark.parametrize('variant', ['', '_paper'])
def test_gemm_does_all_products(bench, monkeypatch, variant):
    products = step_products(bench.config('skeletonmae_pretrain', variant), 4)
    shapes = []
    multiply = torch.mm

    def count(left, right, out):
        shapes.append((*left.shape, right.shape[1]))
        return multiply(left, right, out=out)

    run = gemm(products, torch.float32, torch.device('cpu'))
    monkeypatch.setattr(torch, 'mm', count)
    run()
    assert shapes == [product.shape for product in products]
