"""STRL: options, persons, and the weights that are plugged in."""

import pytest
import torch
from mmengine.runner import save_checkpoint

from skeletonmae_plugin.models import STRL, SkeletonMAE

ENCODER = dict(type='mmaction.SkeletonMAE')


def strl(**options) -> STRL:
    return STRL(**{'encoder': ENCODER, 'clip_len': 8, **options})


# Pair-wise: every option at both of its ends, not the full product.
OPTIONS = [
    dict(),
    dict(pooling='mean', fusion='concat', num_encoders=2),
    dict(pooling='none', temporal=False, pool_norm=False),
    dict(strides=(2, 1, 2), temporal_pooling=False, fusion='concat'),
    dict(num_layers=1, num_encoders=2, pooling='none', strides=(4,)),
]


@pytest.mark.parametrize('options', OPTIONS, ids=str)
class TestOptions:
    def test_invalid_joints_and_persons_change_nothing(self, clips, options):
        model = strl(**options)
        x, valid = clips['inputs'], clips['valid']
        out = model(x, valid=valid)
        nan = torch.tensor(float('nan'))
        bad = torch.where(valid.unsqueeze(-1), x, nan)
        torch.testing.assert_close(model(bad, valid=valid), out)

    def test_masked_joints_do_not_leak(self, clips, options):
        model = strl(pool_persons=False, **options).eval()
        x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
        hidden = (mask & valid).unsqueeze(-1)
        changed = torch.where(hidden, torch.tensor(5.0), x)
        torch.testing.assert_close(
            model(changed, mask, valid), model(x, mask, valid)
        )

    def test_every_weight_is_used(self, clips, options):
        model = strl(pool_persons=False, **options)
        out = model(clips['inputs'], clips['mask'], clips['valid'])
        out.square().sum().backward()
        unused = [n for n, p in model.named_parameters() if p.grad is None]
        assert not unused

    def test_padding_with_an_absent_person_changes_nothing(
        self, clips, options
    ):
        model = strl(**options)
        x, valid = clips['inputs'][:, :1], clips['valid'][:, :1]
        pad = torch.nn.functional.pad
        model.eval()
        torch.testing.assert_close(
            model(
                pad(x, (0, 0) * 3 + (0, 1)),
                valid=pad(valid, (0, 0) * 2 + (0, 1)),
            ),
            model(x, valid=valid),
        )


def test_plain_mean_is_the_mean_over_what_exists(clips):
    per_person = strl(pool_persons=False).eval()
    pooled = strl().eval()
    pooled.load_state_dict(per_person.state_dict())
    x, valid = clips['inputs'], clips['valid']
    features = per_person(x, valid=valid).permute(0, 1, 3, 4, 2)
    for n in range(2):
        torch.testing.assert_close(
            pooled(x, valid=valid)[n, 0].mean((-2, -1)),
            features[n][valid[n]].mean(0),
        )


def test_shared_encoder_does_not_care_who_is_first(clips):
    x, valid = clips['inputs'], clips['valid']
    shared = strl().eval()
    torch.testing.assert_close(
        shared(x.flip(1), valid=valid.flip(1)), shared(x, valid=valid)
    )
    two = strl(num_encoders=2).eval()
    assert not torch.allclose(
        two(x.flip(1), valid=valid.flip(1)), two(x, valid=valid)
    )


def test_two_encoders_equal_each_person_with_its_own(clips):
    two = strl(num_encoders=2, pool_persons=False).eval()
    one = strl(pool_persons=False).eval()
    x, valid = clips['inputs'], clips['valid']
    out = two(x, valid=valid)
    for m in range(2):
        state = {
            k.replace(f'encoders.{m}', 'encoders.0'): v
            for k, v in two.state_dict().items()
            if f'encoders.{1 - m}' not in k
        }
        one.load_state_dict(state)
        torch.testing.assert_close(
            one(x[:, m : m + 1], valid=valid[:, m : m + 1])[:, 0], out[:, m]
        )


def test_sum_pooling_is_as_large_as_the_paper_has_it(clips):
    layer = strl(pool_norm=False).layers[0]
    code = torch.randn(17, 3, 8, 64)
    torch.testing.assert_close(layer._pool(code, None)[0], code.sum(0))
    layer.pooling = 'mean'
    valid = torch.rand(17, 3, 8) > 0.3
    code = code * valid.unsqueeze(-1)
    expected = torch.stack(
        [
            torch.stack([code[valid[:, p, t], p, t].mean(0) for t in range(8)])
            for p in range(3)
        ]
    )
    torch.testing.assert_close(layer._pool(code, valid)[0], expected)


@pytest.fixture
def checkpoint(tmp_path):
    """A file as pre-training leaves it: the encoder under 'backbone.'."""
    source = SkeletonMAE()
    source(torch.randn(4, 1, 8, 17, 2))  # so that batch norm has seen some
    path = str(tmp_path / 'epoch_1.pth')
    state = {f'backbone.{k}': v for k, v in source.state_dict().items()}
    state['neck.project.weight'] = torch.zeros(1)
    save_checkpoint(dict(state_dict=state), path)
    return source, path


def plugged(path, **options) -> STRL:
    init_cfg = dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    model = strl(encoder=dict(ENCODER, init_cfg=init_cfg), **options)
    model.init_weights()
    return model


@pytest.mark.parametrize('encoders', [1, 2])
def test_pretrained_weights_arrive_bit_by_bit(checkpoint, encoders):
    source, path = checkpoint
    model = plugged(path, num_encoders=encoders)
    expected = source.encoder.state_dict()
    for layer in model.layers:
        for encoder in layer.encoders:
            for key, value in encoder.state_dict().items():
                assert torch.equal(value, expected[key]), key
    for key, value in source.embedding.state_dict().items():
        assert torch.equal(model.embedding.state_dict()[key], value), key


def test_two_files_of_weights_are_not_mixed(checkpoint):
    _, path = checkpoint
    init_cfg = dict(type='Pretrained', checkpoint=path)
    model = strl(
        encoder=dict(ENCODER, init_cfg=init_cfg), init_cfg=dict(init_cfg)
    )
    with pytest.raises(ValueError, match='leave one out'):
        model.init_weights()


def test_only_the_named_layers_take_them(checkpoint):
    source, path = checkpoint
    model = plugged(path, pretrained_layers=(1,))
    weight = source.encoder.convs[0].mlp[0].weight
    same = [
        torch.equal(layer.encoders[0].convs[0].mlp[0].weight, weight)
        for layer in model.layers
    ]
    assert same == [False, True, False]


def test_frozen_encoder_does_not_move(checkpoint, clips):
    source, path = checkpoint
    model = plugged(path, frozen_encoder=True).train()
    out = model(clips['inputs'], valid=clips['valid'])
    out.square().sum().backward()
    torch.testing.assert_close(
        model.layers[2].encoders[0].state_dict(),
        source.encoder.state_dict(),
        rtol=0,
        atol=0,
    )
    moving = {n for n, p in model.named_parameters() if p.grad is not None}
    assert not any(
        'encoders' in n or n.startswith('embedding') for n in moving
    )
    assert any('weight' in n for n in moving)


def test_whole_strl_is_loaded_too(tmp_path, clips):
    source = strl(pool_persons=False)
    path = str(tmp_path / 'whole.pth')
    save_checkpoint(
        dict(
            state_dict={
                f'backbone.{k}': v for k, v in source.state_dict().items()
            }
        ),
        path,
    )
    model = strl(
        init_cfg=dict(type='Pretrained', checkpoint=path, prefix='backbone.')
    )
    model.init_weights()
    torch.testing.assert_close(
        model.state_dict(), source.state_dict(), rtol=0, atol=0
    )


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(pooling='max'), "'sum', 'mean' or 'none'"),
        (dict(fusion='mul'), "'add' or 'concat'"),
        (dict(strides=(1, 2)), 'each of the 3 layers'),
        (dict(strides=(1, 0, 1)), r'at least 1, got strides=\(1, 0, 1\)'),
        (dict(strides=(1, 2, 1), temporal=False), 'temporal=True'),
        (dict(num_encoders=3), 'must be 1'),
        (dict(encoder=dict(ENCODER, frozen=True)), 'by frozen_encoder=True'),
        (dict(pretrained_layers=(0, 7)), r'names \[7\], but .* 0 to 2'),
        (dict(frozen_encoder=True, pretrained_layers=(1,)), 'random weights'),
        (dict(frozen_encoder=True, pretrained_layers=()), 'random weights'),
        (
            dict(
                encoder=dict(
                    type='mmaction.STGCN',
                    graph_cfg=dict(layout='coco', mode='spatial'),
                )
            ),
            'unexpected keyword|SkeletonMAE',
        ),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        strl(**options)


def test_wrong_clip_length_names_both(clips):
    with pytest.raises(ValueError, match='clip_len=16 but .* T=8'):
        strl(clip_len=16)(clips['inputs'])


def test_axes_are_looked_at_first(clips):
    with pytest.raises(ValueError, match=r'axes \(N, M, T, V, C\)'):
        strl()(clips['inputs'][None])


def test_pooled_persons_cannot_be_pre_trained(clips):
    with pytest.raises(ValueError, match='set pool_persons=False'):
        strl()(clips['inputs'], clips['mask'], clips['valid'])
