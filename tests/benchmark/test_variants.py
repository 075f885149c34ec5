"""Variants: what a config asks for, what a machine cannot do."""

import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.benchmark import variants
from skeletonmae_plugin.benchmark.variants import (
    COMPILED_BF16,
    COMPILED_FP32,
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
    """Function that says what the machine can."""

    def can(dtype='bfloat16', compiler=None):
        monkeypatch.setattr(variants, 'fast_dtype', lambda device: dtype)
        monkeypatch.setattr(variants, 'no_compiler', lambda d: compiler)

    return can


@pytest.fixture
def untried():
    """The compiler as nobody has tried it yet."""
    variants.no_compiler.cache_clear()
    yield
    variants.no_compiler.cache_clear()


@pytest.mark.parametrize(
    'cfg, facts, expected',
    [
        (FAST, {}, 'compiled_bf16'),
        (FAST, dict(dtype='float32'), 'compiled_fp32'),
        (FAST, dict(compiler='none'), 'eager_bf16'),
        (dict(optim_wrapper=dict(type='AmpOptimWrapper')), {}, 'eager_bf16'),
        ({}, {}, 'eager_fp32'),
        (dict(optim_wrapper=dict(type='OptimWrapper')), {}, 'eager_fp32'),
    ],
)
def test_shipped_is_what_the_config_asks_for(machine, cfg, facts, expected):
    machine(**facts)
    assert shipped_variant(Config(cfg), CPU).name == expected


@pytest.mark.parametrize(
    'dtype, expected',
    [('bfloat16', 'compiled_bf16'), ('float16', 'compiled_fp16')],
)
def test_old_gpu_takes_half_precision(machine, dtype, expected):
    machine(dtype=dtype)
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
    machine(dtype='float32', compiler='no compiler')
    reasons = [why_not(variant, CPU) for variant in VARIANTS]
    no_bfloat16 = 'this processor has no bfloat16 instructions'
    assert reasons == [None, no_bfloat16, 'no compiler', no_bfloat16]
    assert why_not(EAGER_BF16, torch.device('cuda')) == (
        'this GPU has no bfloat16'
    )


def test_impossible_variants_are_reported(machine, bench):
    machine(dtype='float32')
    chosen, reasons = bench.possible(EAGER_FP32, EAGER_FP32, EAGER_BF16)
    assert chosen == [EAGER_FP32]
    assert reasons == dict(
        eager_bf16='this processor has no bfloat16 instructions'
    )


def test_torch_that_cannot_tell_has_no_bfloat16(monkeypatch):
    for name in ('_is_avx512_bf16_supported', '_is_amx_tile_supported'):
        monkeypatch.delattr(torch.cpu, name, raising=False)
    assert 'bfloat16' in why_not(EAGER_BF16, CPU)
    cfg = Config(dict(optim_wrapper=FAST['optim_wrapper']))
    assert shipped_variant(cfg, CPU).dtype == 'float32'


@torch._dynamo.config.patch(disable=False)
def test_a_broken_compiler_is_named(untried, monkeypatch):
    def broken(function, **options):
        raise RuntimeError('g++ is missing\nand more')

    monkeypatch.setattr(torch, 'compile', broken)
    assert 'g++ is missing' in variants.no_compiler(CPU)


@torch._dynamo.config.patch(disable=True)
def test_a_compiler_that_is_switched_off_is_none(untried):
    assert 'TORCH_COMPILE_DISABLE' in why_not(COMPILED_FP32, CPU)


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
