"""The clock: turns, warm-up, blocks."""

import gc
from dataclasses import replace

import pytest
import torch

from skeletonmae_plugin.benchmark.timing import (
    Times,
    alternate,
    ratios,
    summary,
    watch_memory,
)

CPU = torch.device('cpu')


def test_sides_take_turns_after_their_warm_up(sizes):
    called = []
    sides = {name: lambda name=name: called.append(name) for name in 'AB'}
    times = alternate(sides, sizes, CPU)
    warm_up = sizes.warmup + 1  # one more tells how long a call takes
    assert called[: 2 * warm_up] == ['A'] * warm_up + ['B'] * warm_up
    assert called[2 * warm_up :] == ['A', 'B'] * sizes.repetitions
    assert [len(t.seconds) for t in times.values()] == [2, 2]


def test_rounds_are_told_to_the_progress_bar(sizes):
    told = []

    def track(rounds):
        for number in rounds:
            told.append(number)
            yield number

    alternate(dict(a=int), sizes, CPU, track)
    assert told == [0, 1]


def test_a_block_is_as_long_as_asked(monkeypatch, sizes):
    now = [0.0]

    def call():
        now[0] += 0.25

    monkeypatch.setattr('time.perf_counter', lambda: now[0])
    times = alternate(dict(a=call), replace(sizes, block_seconds=2.5), CPU)
    assert times['a'].calls == 10
    assert times['a'].seconds == (0.25, 0.25)


def test_summary_has_median_and_quartiles():
    stats = summary([1, 2, 3, 4, 100])
    assert stats == dict(median=3, q1=2, q3=4, repetitions=5)


def test_ratio_is_of_neighbours():
    slow, fast = Times((4.0, 9.0), 1), Times((2.0, 3.0), 1)
    assert ratios(slow, fast) == [2, 3]
    assert fast.rates(6)['median'] == pytest.approx(2.5)


def test_memory_of_a_side_is_its_own(gpu, sizes):
    gpu.allocate(1000)  # the models of both
    sides = dict(a=lambda: gpu.work(50), b=lambda: gpu.work(7))
    times = alternate(sides, sizes, gpu.device)
    assert {k: t.peak_memory for k, t in times.items()} == dict(a=50, b=7)


def test_memory_that_stays_counts_for_the_side_that_took_it(gpu, sizes):
    state = iter([300])  # of an optimizer, made by the first step

    def step():
        gpu.allocate(next(state, 0))
        gpu.work(50)

    times = alternate(
        dict(step=step, other=lambda: gpu.work(7)), sizes, gpu.device
    )
    peaks = {name: side.peak_memory for name, side in times.items()}
    assert peaks == dict(step=350, other=7)


def test_what_others_have_left_is_not_held(gpu):
    class Model:
        def __init__(self):
            self.itself = self  # goes when garbage is collected
            gpu.allocate(500)

        def __del__(self):
            gpu.free(500)

    Model()
    peak = watch_memory(gpu.device)
    gc.collect()
    gpu.work(20)
    assert peak() == 20


def test_a_processor_has_no_gpu_memory(sizes):
    assert alternate(dict(a=int), sizes, CPU)['a'].peak_memory is None
