"""Two views of a clip agree."""

import pytest
import torch

from skeletonmae_plugin.models import AgreementHead, PretrainOutputs


def outputs(num_clips=6, views=2, seed=0, **changes):
    """Latents of clips whose views are alike; joints do not exist here and
    there."""
    torch.manual_seed(seed)
    clips = torch.randn(num_clips, 1, 1, 64, 1, 1)
    latent = clips + 0.1 * torch.randn(num_clips, views, 2, 64, 4, 5)
    latent = latent.flatten(0, 1)
    valid = torch.rand(num_clips * views, 2, 8, 5) > 0.2
    fields = dict(
        pred=None,
        target=None,
        mask=None,
        defined=None,
        latent=latent,
        valid=valid,
        sample_idx=torch.arange(num_clips),
    )
    return PretrainOutputs(**{**fields, **changes})


def trained(head, steps=40, **options):
    optimizer = torch.optim.Adam(head.parameters(), lr=3e-3)
    for step in range(steps):
        losses = head.loss(outputs(seed=step, **options))
        optimizer.zero_grad()
        losses['loss_agreement'].backward()
        optimizer.step()
    return losses


def test_clips_are_told_apart():
    losses = trained(AgreementHead(bank_size=0))
    assert float(losses['agreement']) == 1
    assert losses['loss_agreement'].item() < 0.5


def test_it_learns_with_neighbours_too():
    head = AgreementHead(bank_size=64)
    losses = trained(head)
    assert head.bank.is_full and torch.isfinite(losses['loss_agreement'])
    assert float(losses['agreement']) == 1


def test_neighbours_count_once_the_bank_is_full():
    torch.manual_seed(0)
    head, plain = AgreementHead(bank_size=12), AgreementHead(bank_size=0)
    plain.load_state_dict(head.state_dict(), strict=False)
    same = []
    for step in range(3):
        batch = outputs(seed=step)
        ours, theirs = head.loss(batch), plain.loss(batch)
        same.append(
            torch.equal(ours['loss_agreement'], theirs['loss_agreement'])
        )
    assert same == [True, True, False]


def test_a_joint_that_does_not_exist_says_nothing():
    head, batch = AgreementHead(bank_size=0), outputs()
    steps = batch.valid.unflatten(2, (4, 2)).any(3)  # (N, M, T', V)
    noise = torch.randn_like(batch.latent) * ~steps.unsqueeze(2)
    changed = batch._replace(latent=batch.latent + 9 * noise)
    torch.testing.assert_close(head.loss(batch), head.loss(changed))


def test_the_order_of_the_views_does_not_matter():
    head, batch = AgreementHead(bank_size=0).eval(), outputs()
    turned = batch._replace(
        **{
            key: getattr(batch, key)
            .unflatten(0, (-1, 2))
            .flip(1)
            .flatten(0, 1)
            for key in ('latent', 'valid')
        }
    )
    torch.testing.assert_close(
        head.loss(batch)['loss_agreement'], head.loss(turned)['loss_agreement']
    )


def test_half_precision_changes_little():
    head, batch = AgreementHead(bank_size=0), outputs()
    full = head.loss(batch)['loss_agreement']
    with torch.autocast('cpu', torch.bfloat16):
        half = head.loss(batch._replace(latent=batch.latent.bfloat16()))
    assert half['loss_agreement'].dtype == torch.float32
    torch.testing.assert_close(half['loss_agreement'], full, rtol=0.02, atol=0)


def test_weight():
    torch.manual_seed(0)
    head = AgreementHead(bank_size=0).eval()
    one = head.loss(outputs())['loss_agreement']
    head.loss_weight = 0.5
    torch.testing.assert_close(head.loss(outputs())['loss_agreement'], one / 2)


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(sample_idx=None), "keys=\\('mask', 'valid', 'sample_idx'\\)"),
        (dict(views=3), '18 of 6 clips; set num_clips=2'),
    ],
)
def test_batches_that_do_not_fit_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        AgreementHead().loss(outputs(**changes))


def test_temperature_is_checked():
    with pytest.raises(ValueError, match='above 0'):
        AgreementHead(temperature=0)
