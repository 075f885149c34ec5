"""Pre-trained weights arrive, or the run stops."""

import ast
import re
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.model import PretrainedInit
from mmengine.runner import save_checkpoint

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.models import SkeletonMAE
from skeletonmae_plugin.models.pretrained import load_pretrained

ROOT = Path(__file__).resolve().parents[2]


def save(path, state, prefix='backbone.'):
    save_checkpoint(
        dict(state_dict={prefix + k: v for k, v in state.items()}), str(path)
    )
    return str(path)


def load(path, layout='coco', **init):
    model = SkeletonMAE(
        layout,
        init_cfg=dict(type='Pretrained', checkpoint=path, prefix='backbone.')
        | init,
    )
    model.init_weights()
    return model


def test_all_tensors_arrive(tmp_path):
    source = SkeletonMAE()
    model = load(save(tmp_path / 'a.pth', source.state_dict()))
    torch.testing.assert_close(
        model.state_dict(), source.state_dict(), rtol=0, atol=0
    )


@pytest.mark.parametrize(
    'fault, message',
    [
        ('missing', r'encoder.convs.0.eps: missing in the file'),
        ('unexpected', r'extra: unexpected in the file'),
        (
            'mismatched',
            r'embedding.linear.bias: shape \(3,\) in the file, '
            r'\(64,\) in the model',
        ),
    ],
)
def test_faults_stop_unless_they_are_named(tmp_path, fault, message):
    state = SkeletonMAE().state_dict()
    if fault == 'missing':
        key = 'encoder.convs.0.eps'
        del state[key]
    elif fault == 'unexpected':
        key = 'extra'
        state[key] = torch.zeros(1)
    else:
        key = 'embedding.linear.bias'
        state[key] = torch.zeros(3)
    path = save(tmp_path / 'a.pth', state)
    with pytest.raises(ValueError, match=message):
        load(path)
    model = load(path, allow=[key])
    torch.testing.assert_close(
        model.encoder.convs[1].state_dict(),
        {
            k[len('encoder.convs.1.') :]: v
            for k, v in state.items()
            if k.startswith('encoder.convs.1.')
        },
    )


@pytest.mark.parametrize(
    'kind',
    [PretrainedInit, 'mmengine.Pretrained', 'mmengine.model.PretrainedInit'],
)
def test_it_is_strict_by_whatever_name_mmengine_knows_it(tmp_path, kind):
    state = SkeletonMAE().state_dict()
    path = save(tmp_path / 'a.pth', state)
    torch.testing.assert_close(load(path, type=kind).state_dict(), state)
    del state['encoder.convs.0.eps']
    with pytest.raises(ValueError, match='encoder.convs.0.eps: missing'):
        load(save(tmp_path / 'a.pth', state), type=kind)


def test_another_layout_needs_only_its_joints_named(tmp_path):
    path = save(tmp_path / 'a.pth', SkeletonMAE('coco').state_dict())
    with pytest.raises(ValueError, match=r'shape \(17, 64\) in the file'):
        load(path, 'openpose')
    load(path, 'openpose', allow=['embedding.joint_*'])


def test_the_page_on_layouts_names_all_that_the_shipped_model_needs(tmp_path):
    page = (ROOT / 'docs' / 'layouts.md').read_text('utf-8')
    allow = ast.literal_eval(re.search(r'allow=(\[.*\])', page)[1])
    cfg = Config.fromfile(ROOT / 'configs' / 'strl_scratch_toy.py')
    backbone = cfg.model.backbone
    source = MODELS.build(backbone)
    path = save(tmp_path / 'a.pth', source.state_dict())
    backbone.encoder.layout = 'kinect20'
    init = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    for few in (allow[:1], allow[1:]):
        backbone.init_cfg = dict(init, allow=few)
        with pytest.raises(ValueError, match='does not fit STRL'):
            MODELS.build(backbone).init_weights()
    backbone.init_cfg = dict(init, allow=allow)
    model = MODELS.build(backbone)
    model.init_weights()
    torch.testing.assert_close(
        model.embedding.linear.weight, source.embedding.linear.weight
    )


def strl(clip_len, **kwargs):
    cfg = Config.fromfile(ROOT / 'configs' / 'strl_scratch_toy.py')
    cfg.model.backbone.update(clip_len=clip_len, **kwargs)
    return MODELS.build(cfg.model.backbone.to_dict())


def test_clips_of_another_length_interpolate_positions(tmp_path):
    source = strl(32)
    path = save(tmp_path / 'a.pth', source.state_dict())
    init = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    model = strl(64, init_cfg=init)
    model.init_weights()
    for name, tensor in model.state_dict().items():
        given = source.state_dict()[name]
        if name.endswith('.position'):
            # Of twice as many steps each lies a quarter of a step away.
            expected = 0.75 * given + 0.25 * given.roll(1, 0)
            torch.testing.assert_close(tensor[2::2], expected[1:])
        else:
            torch.testing.assert_close(tensor, given)
    # What is named keeps its own values.
    torch.manual_seed(3)
    model = strl(64, init_cfg=dict(init, allow=['layers.*.position']))
    model.init_weights()
    torch.manual_seed(3)
    fresh = strl(64)
    fresh.init_weights()
    for one, other in zip(model.layers, fresh.layers, strict=True):
        assert len(one.position) == 16
        assert torch.equal(one.position, other.position)


def test_another_network_is_not_another_length(tmp_path):
    path = save(tmp_path / 'a.pth', strl(32).state_dict())
    init = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    with pytest.raises(ValueError, match=r'position: shape \(8, 64\) in the'):
        strl(32, strides=(1, 2, 1), init_cfg=init).init_weights()


def test_unset_variable_is_named():
    with pytest.raises(ValueError, match='set SKELETONMAE_CHECKPOINT=FILE'):
        load('<SKELETONMAE_CHECKPOINT>')


def test_wrong_prefix_is_named(tmp_path):
    path = save(tmp_path / 'a.pth', SkeletonMAE().state_dict(), 'model.')
    with pytest.raises(ValueError, match="begins with 'backbone.'"):
        load(path)


def test_pretrained_stands_alone(tmp_path):
    model = SkeletonMAE(
        init_cfg=[
            dict(type='Pretrained', checkpoint='x'),
            dict(type='Normal', layer='Linear'),
        ]
    )
    with pytest.raises(ValueError, match='alone'):
        model.init_weights()


def test_whole_strl_is_told_from_an_encoder(tmp_path):
    state = {f'layers.{i}.position': torch.zeros(1) for i in range(20)}
    path = save(tmp_path / 'a.pth', state)
    with pytest.raises(ValueError, match='(?s)more.*holds a whole STRL'):
        load(path)


def save_of(path, layout):
    """A checkpoint as a training on clips of a layout writes it."""
    source = SkeletonMAE(layout, conv='gin')
    torch.nn.init.normal_(source.embedding.joint_embedding)
    checkpoint = dict(
        state_dict=source.state_dict(prefix='backbone.'),
        meta=dict(dataset_meta=dict(joints=get_layout(layout).joints)),
    )
    save_checkpoint(checkpoint, str(path))
    return source, str(path)


def test_as_many_joints_in_another_order_are_other_joints(tmp_path):
    source, path = save_of(tmp_path / 'a.pth', 'jhmdb15')
    with pytest.raises(
        ValueError,
        match="joint_embedding: joint 0 is 'neck' in the file, 'head'",
    ):
        load(path, 'sbu15')
    model = load(path, 'sbu15', allow=['embedding.joint_embedding'])
    ours, theirs = model.state_dict(), source.state_dict()
    assert [k for k in ours if not torch.equal(ours[k], theirs[k])] == [
        'embedding.joint_embedding'
    ]


def test_the_same_joints_by_another_name_are_taken(tmp_path):
    source, path = save_of(tmp_path / 'a.pth', 'coco')
    facts = asdict(get_layout('coco'))
    model = load(path, dict(facts, name='mine'))
    assert torch.equal(
        model.embedding.joint_embedding, source.embedding.joint_embedding
    )


def test_other_numbers_of_joints_are_told_by_their_shapes(tmp_path):
    _, path = save_of(tmp_path / 'a.pth', 'coco')
    with pytest.raises(ValueError, match=r'shape \(17, 64\) in the file'):
        load(path, 'sbu15')


def test_weights_of_a_parallel_wrapper_are_taken(tmp_path):
    source = SkeletonMAE()
    model = load(
        save(tmp_path / 'a.pth', source.state_dict(), 'module.backbone.')
    )
    torch.testing.assert_close(model.state_dict(), source.state_dict())


def test_counters_that_old_files_lack_are_not_missed(tmp_path):
    norm = torch.nn.BatchNorm1d(2)
    state = norm.state_dict()
    del state['num_batches_tracked']
    state['weight'] += 1
    torch.save(dict(meta=None, state_dict=state), tmp_path / 'a.pth')
    load_pretrained(norm, str(tmp_path / 'a.pth'))
    assert torch.equal(norm.weight, state['weight'])


@pytest.mark.parametrize(
    'content', [[1], torch.zeros(2), dict(state_dict=3), {1: torch.zeros(2)}]
)
def test_what_holds_no_tensors_by_name_is_told(content, tmp_path):
    torch.save(content, tmp_path / 'a.pth')
    with pytest.raises(ValueError, match=r'a\.pth: expected tensors by name'):
        load_pretrained(torch.nn.Linear(2, 2), str(tmp_path / 'a.pth'))
