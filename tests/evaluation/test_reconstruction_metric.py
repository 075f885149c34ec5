import numpy as np
import pytest
import torch
from mmaction.registry import METRICS
from mmaction.structures import ActionDataSample
from mmengine.evaluator import Evaluator

from skeletonmae_plugin.evaluation import ReconstructionMetric
from skeletonmae_plugin.layouts import get_layout

LAYOUT = get_layout('coco')


def make_sample(seed, scale=None, channels=2, persons=2):
    torch.manual_seed(seed)
    shape = (persons, 6, 17)
    target = torch.randn(*shape, channels)
    mask = torch.rand(shape) < 0.4
    valid = torch.rand(shape) < 0.9
    sample = ActionDataSample()
    if scale is not None:
        sample.set_metainfo(dict(scale=scale))
    sample.reconstruction = dict(
        pred=target + 0.3 * torch.randn_like(target),
        target=target,
        mask=mask,
        valid=valid,
    )
    return sample


def run(samples, batch=1):
    """Through mmengine's own evaluator, as in a test loop."""
    evaluator = Evaluator(dict(type=ReconstructionMetric, layout='coco'))
    for i in range(0, len(samples), batch):
        evaluator.process(samples[i : i + batch])
    return evaluator.evaluate(len(samples))


def test_registered():
    assert METRICS.get('ReconstructionMetric') is ReconstructionMetric


def test_errors_equal_a_loop():
    samples = [make_sample(s) for s in range(4)]
    metrics = run(samples)
    per_joint = {v: ([], []) for v in range(17)}
    for sample in samples:
        r = {k: v.numpy() for k, v in sample.reconstruction.items()}
        for m, t, v in zip(*np.nonzero(r['mask'] & r['valid']), strict=True):
            errors, targets = per_joint[v]
            errors.append(
                ((r['pred'][m, t, v] - r['target'][m, t, v]) ** 2).sum()
            )
            targets.append(r['target'][m, t, v])

    def over(joints):
        errors = np.concatenate([per_joint[v][0] for v in joints])
        deviations = np.concatenate(
            [
                (
                    (np.array(per_joint[v][1]) - np.mean(per_joint[v][1], 0))
                    ** 2
                ).sum(-1)
                for v in joints
            ]
        )
        return errors.mean() ** 0.5, deviations.mean() ** 0.5

    error, mean_pose = over(range(17))
    assert metrics['masked_error'] == pytest.approx(error, rel=1e-5)
    assert metrics['mean_pose_error'] == pytest.approx(mean_pose, rel=1e-5)
    assert metrics['ratio_to_mean_pose'] == pytest.approx(
        error / mean_pose, rel=1e-5
    )
    for part, joints in LAYOUT.parts.items():
        part_error, part_mean = over(joints)
        assert metrics[f'masked_error/{part}'] == pytest.approx(
            part_error, rel=1e-5
        )
        assert metrics[f'mean_pose_error/{part}'] == pytest.approx(
            part_mean, rel=1e-5
        )
    assert 'masked_error_data_units' not in metrics


def test_closed_form_offset_and_units():
    scale = [torch.tensor(10.0), torch.full((2, 1, 1, 1), 20.0)]
    samples = [make_sample(s, scale[s]) for s in range(2)]
    for sample in samples:
        r = sample.reconstruction
        r['pred'] = r['target'] + torch.tensor([3.0, 4.0])
    metrics = run(samples)
    assert metrics['masked_error'] == pytest.approx(5, rel=1e-5)
    counts = [
        (s.reconstruction['mask'] & s.reconstruction['valid']).sum()
        for s in samples
    ]
    expected = ((counts[0] * 50**2 + counts[1] * 100**2) / sum(counts)) ** 0.5
    assert metrics['masked_error_data_units'] == pytest.approx(
        float(expected), rel=1e-5
    )


def test_linear_motion_makes_interpolation_exact():
    sample = make_sample(0)
    r = sample.reconstruction
    r['target'] = torch.arange(6.0)[:, None, None] * torch.randn(2, 1, 17, 2)
    r['mask'][:, [0, -1]] = False
    r['valid'][:] = True
    metrics = run([sample])
    assert metrics['interpolation_error'] == pytest.approx(0, abs=1e-5)
    assert metrics['ratio_to_interpolation'] > 1000


def test_streaming_equals_all_at_once_and_ranks_merge():
    samples = [make_sample(s) for s in range(5)]
    one_by_one, at_once = run(samples), run(samples, batch=5)
    ranks = [ReconstructionMetric('coco') for _ in range(2)]
    for i, sample in enumerate(samples):
        ranks[i % 2].process(None, [sample.to_dict()])
    assert len(ranks[0].results) == 1  # sums, not clips
    merged = ranks[0].compute_metrics(
        [result for rank in ranks for result in rank.results]
    )
    for other in (at_once, merged):
        assert other == pytest.approx(one_by_one)


def test_absent_persons_and_visible_joints_change_nothing():
    sample = make_sample(3, persons=1)
    before = run([sample])
    r = sample.reconstruction
    for name in ('pred', 'target'):
        r[name] = torch.cat([r[name], torch.full((1, 6, 17, 2), torch.nan)])
    r['mask'] = torch.cat([r['mask'], r['mask']])
    r['valid'] = torch.cat([r['valid'], torch.zeros(1, 6, 17, dtype=bool)])
    r['pred'][~r['mask']] += 100
    assert run([sample]) == pytest.approx(before)


def test_feature_targets():
    sample = make_sample(0, channels=8)
    metrics = run([sample])
    assert 'interpolation_error' not in metrics
    assert 'mean_pose_error' not in metrics
    r = sample.reconstruction
    hidden = r['mask'] & r['valid']
    cosine = torch.cosine_similarity(
        r['pred'][hidden], r['target'][hidden], dim=-1
    ).mean()
    assert metrics['masked_cosine'] == pytest.approx(float(cosine), rel=1e-5)


def test_part_that_is_never_hidden_is_left_out():
    sample = make_sample(0)
    sample.reconstruction['mask'][..., list(LAYOUT.parts['head'])] = False
    metrics = run([sample])
    assert 'masked_error/head' not in metrics
    assert 'masked_error/torso' in metrics


def test_clear_errors():
    sample = make_sample(0)
    sample.reconstruction['mask'][:] = False
    with pytest.raises(ValueError, match='no hidden joint.*MaskSkeleton'):
        run([sample])
    with pytest.raises(KeyError, match='pre-training config'):
        run([ActionDataSample()])
    sample.reconstruction['target'] = torch.zeros(2, 6, 25, 2)
    with pytest.raises(ValueError, match='V=25'):
        run([sample])
    with pytest.raises(ValueError, match='different kinds of targets'):
        run([make_sample(0), make_sample(1, channels=8)])
