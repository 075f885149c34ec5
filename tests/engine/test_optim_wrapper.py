import pytest
import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.optim import AmpOptimWrapper as StockWrapper
from mmengine.registry import OPTIM_WRAPPERS as ROOT_WRAPPERS
from mmengine.registry import DefaultScope

from skeletonmae_plugin.engine import AmpOptimWrapper

no_gpu = pytest.mark.skipif(
    torch.cuda.is_available(), reason='shows what happens on a CPU'
)


def build(model: torch.nn.Module, **kwargs) -> AmpOptimWrapper:
    # What `--amp` makes of a config.
    cfg = dict(type='AmpOptimWrapper', loss_scale='dynamic', **kwargs)
    cfg['optimizer'] = torch.optim.SGD(model.parameters(), lr=0.5)
    return OPTIM_WRAPPERS.build(cfg)


def test_found_first_in_the_scope_of_mmaction_and_only_there():
    assert ROOT_WRAPPERS.get('mmengine.AmpOptimWrapper') is StockWrapper
    with DefaultScope.overwrite_default_scope('mmaction'):
        with ROOT_WRAPPERS.switch_scope_and_registry(None) as registry:
            assert registry.get('AmpOptimWrapper') is AmpOptimWrapper


@no_gpu
def test_cpu_computes_in_bfloat16_and_steps_in_float32():
    model = torch.nn.Linear(3, 1, bias=False)
    wrapper = build(model)
    before = model.weight.detach().clone()
    with wrapper.optim_context(model):
        out = model(torch.ones(2, 3))
    assert out.dtype == torch.bfloat16
    wrapper.update_params(out.float().sum())
    assert model.weight.dtype == torch.float32
    # Not scaled: d sum / d weight = 2, lr = 0.5.
    assert torch.allclose(model.weight, before - 1.0)


@no_gpu
def test_cpu_clips_and_accumulates_gradients():
    model = torch.nn.Linear(1, 1, bias=False)
    wrapper = build(model, clip_grad=dict(max_norm=1.0), accumulative_counts=2)
    before = model.weight.item()
    for _ in range(2):
        with wrapper.optim_context(model):
            loss = model(torch.full((4, 1), 8.0)).float().sum()
        wrapper.update_params(loss)
    assert model.weight.item() == pytest.approx(before - 0.5, abs=1e-4)


@no_gpu
def test_cpu_state_is_the_optimizers_and_returns():
    model = torch.nn.Linear(1, 1)
    wrapper = build(model)
    state = wrapper.state_dict()
    assert 'loss_scaler' not in state
    state['param_groups'][0]['lr'] = 0.25
    # From a GPU: its scaler's state has no use here.
    state['loss_scaler'] = dict(scale=2.0)
    wrapper.load_state_dict(state)
    assert wrapper.get_lr()['lr'] == [0.25]


@no_gpu
@pytest.mark.parametrize(
    'instructions, expected',
    [
        (set(), torch.float32),
        ({'_is_avx512_bf16_supported'}, torch.bfloat16),
        ({'_is_amx_tile_supported'}, torch.bfloat16),
    ],
)
def test_auto_takes_what_the_processor_computes_in(
    monkeypatch, instructions, expected
):
    for name in ('_is_avx512_bf16_supported', '_is_amx_tile_supported'):
        has = name in instructions
        monkeypatch.setattr(torch.cpu, name, lambda has=has: has)
    model = torch.nn.Linear(3, 1)
    wrapper = build(model, dtype='auto')
    with wrapper.optim_context(model):
        out = model(torch.ones(2, 3))
    assert out.dtype == expected
    wrapper.update_params(out.float().sum())


@no_gpu
@pytest.mark.parametrize('dtype', ['float16', torch.float16, 'float64'])
def test_cpu_refuses_other_types(dtype):
    with pytest.raises(ValueError, match='float32 on a CPU, got'):
        build(torch.nn.Linear(1, 1), dtype=dtype)


@pytest.mark.gpu
def test_gpu_scales_as_mmengine_does():
    model = torch.nn.Linear(3, 1).cuda()
    wrapper = build(model)
    with wrapper.optim_context(model):
        out = model(torch.ones(2, 3, device='cuda'))
    assert out.dtype == torch.float16
    assert wrapper.loss_scaler.is_enabled()
    assert 'scale' in wrapper.state_dict()['loss_scaler']
    wrapper.update_params(out.float().sum())
