import pickle

import numpy as np
import pytest
import torch

from skeletonmae_plugin.demo.summary import (
    Arm,
    DemoResults,
    demo_content,
    error_table,
    format_table,
    read_pairs,
    score_table,
    verdict,
)
from skeletonmae_plugin.visualization import render_report


def make_arm(name, *top1, clips=300):
    tests = [{'acc/top1': t, 'acc/top5': 1.0, 'acc/mean1': t} for t in top1]
    rows = [{'acc/top1': t, 'step': i} for i, t in enumerate(top1)]
    return Arm(
        name,
        tests,
        rows,
        [10.0] * len(top1),
        np.tile([[0, 1], [1, 1]], (clips // 2, 1)),
    )


def make_results(a=(0.6,), b=(0.4,)):
    rng = np.random.default_rng(0)
    target = rng.normal(size=(1, 6, 17, 2))
    arrays = dict(
        target=target,
        pred=target,
        mask=target[..., 0] > 0,
        valid=np.ones((1, 6, 17), bool),
    )
    test = {}
    for key, value in (
        ('masked', 0.5),
        ('interpolation', 1.0),
        ('mean_pose', 2.0),
    ):
        for part in ('', '/head', '/torso'):
            test[f'{key}_error{part}'] = value
    return DemoResults(
        'coco',
        ['walk', 'wave'],
        5,
        test,
        [dict(loss=1.0, step=1)],
        make_arm('pre-trained', *a),
        make_arm('from scratch', *b),
        [('clip', arrays)],
        125.0,
        ['python x.py'],
        {'x.py': 'a = 1'},
    )


@pytest.mark.parametrize(
    'a, b, said',
    [
        (0.6, 0.4, 'Pre-training helped: +20.0'),
        (0.4, 0.6, 'did not help but hurt: -20.0'),
        (0.52, 0.5, 'No clear difference'),
    ],
)
def test_verdict(a, b, said):
    assert said in verdict(make_arm('a', a), make_arm('b', b))


def test_verdict_needs_more_for_fewer_clips():
    few = [make_arm('a', 0.6, clips=20), make_arm('b', 0.4, clips=20)]
    assert 'No clear difference' in verdict(*few)


def test_tables_hold_what_was_measured():
    results = make_results((0.6, 0.7), (0.4, 0.4))
    rows = score_table(results)['rows']
    assert rows[0][:3] == ['pre-trained', 5, '65.0 ± 7.1']
    assert rows[1][2] == '40.0 ± 0.0'
    assert rows[2][2:4] == ['50.0', '100.0']
    assert 'mean and std of 2 seeds' in score_table(results)['note']
    assert [row[1:] for row in error_table(results)['rows']] == [
        [0.5, 1.0],
        [1.0, 2.0],
        [2.0, 4.0],
    ]
    lines = format_table(score_table(results)).splitlines()
    assert len({len(line) for line in lines[1:]}) == 1


def test_report_of_the_results():
    page = render_report(demo_content(make_results()))
    for text in (
        '60.0 %',
        '40.0 %',
        '2 min 5 s',
        'Pre-training helped',
        'python x.py',
        'a = 1',
    ):
        assert text in page


def test_pairs_from_a_dump(tmp_path):
    path = tmp_path / 'dump.pkl'
    path.write_bytes(
        pickle.dumps(
            [dict(gt_label=torch.tensor([2]), pred_label=torch.tensor([1]))]
        )
    )
    assert read_pairs(path).tolist() == [[2, 1]]
