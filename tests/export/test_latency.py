"""Models take turns, and a table says what each took."""

import time

import numpy as np
import pytest
import torch

from skeletonmae_plugin.export.latency import (
    Subject,
    make_subject,
    time_calls,
)
from skeletonmae_plugin.export.latency_report import (
    latency_rows,
    latency_table,
)


def test_sides_take_turns_and_every_call_is_timed():
    calls = []
    sides = {
        'a': lambda: calls.append('a'),
        'b': lambda: (calls.append('b'), time.sleep(0.002)),
    }
    seconds = time_calls(sides, rounds=2, calls=3, warmup=1)
    # Two to warm up, then turns of one that does not count and three.
    assert ''.join(calls) == 'ab' + 2 * ('aaaa' + 'bbbb')
    assert {k: x.shape for k, x in seconds.items()} == dict(a=(2, 3), b=(2, 3))
    assert seconds['b'].min() >= 0.002 > np.median(seconds['a'])


def test_no_gradient_is_kept_while_timing():
    x = torch.ones(1, requires_grad=True)
    kept = []
    time_calls({'a': lambda: kept.append((x * 2).requires_grad)}, 1, 1, 0)
    assert kept == [False, False]


def test_rows_and_table():
    subjects = [
        Subject('small', 1000, 2048, dict.fromkeys(('eager', 'onnx'))),
        Subject('large', 2000, None, dict.fromkeys(('eager', 'fused'))),
    ]
    seconds = {
        ('small', 'eager'): np.array([[1e-3, 1e-3], [2e-3, 2e-3]]),
        ('small', 'onnx'): np.full((2, 2), 1e-3),
        ('large', 'eager'): np.array([[3e-3, 3e-3], [6e-3, 6e-3]]),
        ('large', 'fused'): np.full((2, 2), 4e-3),
    }
    rows = latency_rows(subjects, seconds)
    assert [(r['model'], r['mode']) for r in rows] == list(seconds)
    # The machine slowed down by half, the ratio did not change.
    third = rows[2]
    assert third['median_ms'] == pytest.approx(4.5)
    assert third['times_first'] == third['times_first_p95'] == pytest.approx(3)
    assert rows[3]['times_first'] is None  # the first has no such mode
    table = latency_table(rows)
    assert (
        '| large | 2.0 k | - | eager | 4.50 | 3.00 to 6.00 '
        '| 3.00 (3.00 to 3.00) |'
    ) in table
    assert '| small | 1.0 k | 2 KiB | onnx | 1.00 |' in table
    assert '| 4.00 to 4.00 | - |' in table


def test_a_stock_network_has_nothing_to_fold(recognizer):
    modes = ('eager', 'fused')
    ours = make_subject('a', *recognizer('strl_scratch'), modes)
    stock = make_subject('b', recognizer('stgcnpp')[0], None, modes)
    assert set(ours.sides) == {'eager', 'fused'}
    assert set(stock.sides) == {'eager'} and stock.num_bytes is None
    with pytest.raises(ValueError, match='no batch norm can be folded'):
        make_subject('b', recognizer('stgcnpp')[0], None, ('fused',))
    with torch.no_grad():
        eager, fused = (call() for call in ours.sides.values())
    torch.testing.assert_close(eager, fused)
    assert eager.shape == (1, 12) and ours.parameters > 70_000
