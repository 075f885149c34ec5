"""Variants: what a config asks for, what a machine cannot do."""

import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.benchmark import variants
from skeletonmae_plugin.benchmark.variants import (
    COMPILED_BF16,
    EAGER_BF16,
    EAGER_FP32,
    VARIANTS,
    shipped_variant,
    why_not,
)

CPU = torch.device('cpu')
FAST = dict(
    optim_wrapper=dict(type='AmpOptimWrapper', dtype='auto'),
    default_hooks=dict(compile=dict(type='CompileHook')),
)


@pytest.fixture
def machine(monkeypatch):
    """Function that says what the machine lacks."""

    def lacks(bfloat16=None, compiler=None):
        monkeypatch.setattr(variants, 'no_bfloat16', lambda d: bfloat16)
        monkeypatch.setattr(variants, 'no_compiler', lambda d: compiler)

    return lacks


@pytest.mark.parametrize(
    'cfg, lacking, expected',
    [
        (FAST, {}, 'compiled_bf16'),
        (FAST, dict(bfloat16='none'), 'compiled_fp32'),
        (FAST, dict(compiler='none'), 'eager_bf16'),
        (dict(optim_wrapper=dict(type='AmpOptimWrapper')), {}, 'eager_bf16'),
        ({}, {}, 'eager_fp32'),
        (dict(optim_wrapper=dict(type='OptimWrapper')), {}, 'eager_fp32'),
    ],
)
def test_shipped_is_what_the_config_asks_for(machine, cfg, lacking, expected):
    machine(**lacking)
    assert shipped_variant(Config(cfg), CPU).name == expected


@pytest.mark.parametrize(
    'bfloat16, expected', [(None, 'compiled_bf16'), ('old', 'compiled_fp16')]
)
def test_old_gpu_takes_half_precision(machine, bfloat16, expected):
    machine(bfloat16=bfloat16)
    cuda = torch.device('cuda')
    assert shipped_variant(Config(FAST), cuda).name == expected


@pytest.mark.parametrize(
    'compiled, expected',
    [(True, dict(type='CompileHook', min_iters=0)), (False, None)],
)
def test_short_trainings_are_compiled_like_long_ones(compiled, expected):
    hooks = dict(timer=dict(type='Timer'), compile=dict(type='CompileHook'))
    cfg = Config(dict(default_hooks=hooks))
    variants.compile_always(cfg, compiled)
    assert cfg.default_hooks.get('compile') == expected
    assert cfg.default_hooks.timer == dict(type='Timer')


def test_reasons_name_what_is_missing(machine):
    machine(bfloat16='no bf16', compiler='no compiler')
    reasons = [why_not(variant, CPU) for variant in VARIANTS]
    assert reasons == [None, 'no bf16', 'no compiler', 'no bf16']


def test_impossible_variants_are_reported(machine, bench):
    machine(bfloat16='no bf16')
    chosen, reasons = bench.possible(EAGER_FP32, EAGER_FP32, EAGER_BF16)
    assert chosen == [EAGER_FP32]
    assert reasons == dict(eager_bf16='no bf16')


def test_a_broken_compiler_is_named(monkeypatch):
    def broken(function):
        raise RuntimeError('g++ is missing\nand more')

    monkeypatch.setattr(torch, 'compile', broken)
    variants.no_compiler.cache_clear()
    assert 'g++ is missing' in variants.no_compiler(CPU)
    variants.no_compiler.cache_clear()


def test_optimizer_is_kept_whatever_the_precision():
    cfg = dict(
        type='AmpOptimWrapper',
        dtype='auto',
        optimizer=dict(type='SGD', lr=1),
        clip_grad=dict(max_norm=5),
    )
    exact, fast = (v.optim_wrapper(cfg) for v in (EAGER_FP32, COMPILED_BF16))
    assert exact == dict(
        type='OptimWrapper',
        optimizer=cfg['optimizer'],
        clip_grad=cfg['clip_grad'],
    )
    assert fast == dict(exact, type='AmpOptimWrapper', dtype='bfloat16')
