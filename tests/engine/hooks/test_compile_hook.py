"""Compiled is as exact, and what cannot be compiled is said."""

import copy

import pytest
import torch
import torch._dynamo
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from skeletonmae_plugin.engine import CompileHook, compile_model
from skeletonmae_plugin.engine.hooks import compile_hook

V = 17


@pytest.fixture(autouse=True)
def _scope():
    init_default_scope('mmaction')


@pytest.fixture
def dynamo(monkeypatch):
    """The tracer alone, which is what breaks and recompiles."""
    plain = torch.compile
    monkeypatch.setattr(
        torch,
        'compile',
        lambda f, options=None: plain(f, backend='eager', fullgraph=True),
    )
    torch._dynamo.reset()
    with torch._dynamo.config.patch(disable=False):
        yield
    torch._dynamo.reset()


def pretrainer(backbone='SkeletonMAE', **options):
    if backbone == 'STRL':
        options = dict(
            clip_len=8,
            strides=(1, 2, 2),
            pool_persons=False,
            encoder=dict(type='SkeletonMAE'),
        )
    stride = 4 if backbone == 'STRL' else 1
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='SkeletonMAEPretrainer',
            backbone=dict(type=backbone, **options),
            neck=dict(
                type='SkeletonMAEDecoder', out_channels=2, time_stride=stride
            ),
            head=dict(type='ReconstructionHead'),
        )
    )


def batch(size, gaps=False, seed=0):
    gen = torch.Generator().manual_seed(seed)
    valid = torch.ones(size, 2, 8, V, dtype=torch.bool)
    valid[0, 1] = False
    if gaps:
        valid &= torch.rand(valid.shape, generator=gen) > 0.2
        valid[0, 0, :, 3] = False  # in every step of frames too
    x = torch.randn(*valid.shape, 2, generator=gen) * valid.unsqueeze(-1)
    mask = torch.rand(valid.shape, generator=gen) < 0.4
    return dict(inputs=x, mask=mask, valid=valid)


def losses(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    out = []
    for data in batches:
        loss = model(mode='loss', **data)['loss_reconstruction']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        out.append(loss.item())
    return torch.tensor(out)


@pytest.mark.parametrize('backbone', ['SkeletonMAE', 'STRL'])
def test_one_graph_serves_batches_of_all_sizes(dynamo, backbone):
    model = pretrainer(backbone)
    exact = copy.deepcopy(model)
    assert compile_model(model)
    sizes = [4, 3, 7, 5, 6]
    batches = [batch(n, gaps=True, seed=n) for n in sizes]
    first = losses(model, batches[:1])
    torch._dynamo.utils.counters.clear()
    with torch._dynamo.config.patch(error_on_recompile=True):
        rest = losses(model, batches[1:])
    assert not torch._dynamo.utils.counters['graph_break']
    expected = losses(exact, batches)
    torch.testing.assert_close(torch.cat([first, rest]), expected)
    for name, value in exact.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value)


def test_an_evaluation_compiles_nothing_unless_asked(dynamo):
    for training_only in (True, False):
        model = pretrainer().eval()
        assert compile_model(model, training_only)
        torch._dynamo.utils.counters.clear()
        with torch.no_grad():
            model(mode='loss', **batch(3))
        compiled = bool(torch._dynamo.utils.counters['stats'])
        assert compiled is not training_only


def test_the_teacher_is_compiled_with_its_pupil(dynamo):
    model = pretrainer()
    model.target = MODELS.build(dict(type='EMATarget'))
    model.target.attach(model.backbone)
    assert compile_model(model)
    assert model.target.teacher.module._compiled is not None


def test_a_copy_is_its_own_and_not_compiled(dynamo, tmp_path):
    model = pretrainer()
    for _ in range(2):  # twice is once
        assert compile_model(model)
    data = batch(3, gaps=True)
    expected = model(mode='loss', **data)['loss_reconstruction']
    twin = copy.deepcopy(model)
    torch.save(model, tmp_path / 'model.pth')
    for parameter in model.parameters():
        parameter.data.zero_()
    assert twin.backbone._compiled is None
    got = twin(mode='loss', **data)['loss_reconstruction']
    torch.testing.assert_close(got, expected)


def test_distributed_training_is_compiled(dynamo, tmp_path):
    torch.distributed.init_process_group(
        'gloo', f'file://{tmp_path}/store', rank=0, world_size=1
    )
    try:
        model = pretrainer()
        exact = copy.deepcopy(model)
        wrapped = torch.nn.parallel.DistributedDataParallel(model)
        assert compile_model(model)
        batches = [batch(n, gaps=True, seed=n) for n in (3, 4)]
        torch.testing.assert_close(
            losses(wrapped, batches), losses(exact, batches)
        )
    finally:
        torch.distributed.destroy_process_group()


def test_stock_backbones_stay_as_they_are(dynamo):
    model = MODELS.build(
        dict(
            type='RecognizerGCN',
            backbone=dict(
                type='STGCN', graph_cfg=dict(layout='coco', mode='spatial')
            ),
        )
    )
    assert not compile_model(model)


def test_no_compiler_is_said_once_and_training_goes_on(dynamo, monkeypatch):
    def fail(function, options=None):
        raise RuntimeError('InvalidCxxCompiler: No working C++ compiler')

    monkeypatch.setattr(torch, 'compile', fail)
    model = pretrainer()
    said = []
    monkeypatch.setattr(
        compile_hook, 'print_log', lambda text, *_: said.append(text)
    )
    assert not compile_model(model)
    assert len(said) == 1
    assert 'No working C++ compiler' in said[0] and 'python3-dev' in said[0]
    assert losses(model, [batch(3)]).isfinite().all()


def test_switched_off_is_said():
    with torch._dynamo.config.patch(disable=True):
        reason = compile_hook.why_not(torch.device('cpu'))
    assert 'TORCH_COMPILE_DISABLE' in reason


@pytest.mark.parametrize('iters, compiles', [(10, False), (1500, True)])
def test_what_is_short_is_not_compiled(monkeypatch, iters, compiles):
    seen = []
    monkeypatch.setattr(
        compile_hook,
        'compile_model',
        lambda model, training_only=False: seen.append(training_only),
    )

    class Runner:
        max_iters = iters
        test_dataloader = range(iters)
        model = pretrainer()

    CompileHook().before_train(Runner())
    CompileHook().before_test(Runner())
    assert seen == ([True, False] if compiles else [])


@pytest.mark.slow
@torch._dynamo.config.patch(disable=False)
def test_compiled_code_follows_the_exact_path():
    """The real compiler, in float32 and in bfloat16."""
    if reason := compile_hook.why_not(torch.device('cpu')):
        pytest.skip(reason)
    exact = pretrainer(num_layers=1)
    batches = [batch(4, gaps=True, seed=n) for n in range(6)]
    models = [copy.deepcopy(exact) for _ in range(2)]
    expected = losses(exact, batches)
    for model, dtype, tolerance in (
        (models[0], torch.float32, 1e-5),
        (models[1], torch.bfloat16, 1e-2),
    ):
        assert compile_model(model)
        with torch.autocast('cpu', dtype, dtype == torch.bfloat16):
            got = losses(model, batches)
        torch.testing.assert_close(got, expected, rtol=tolerance, atol=0)
