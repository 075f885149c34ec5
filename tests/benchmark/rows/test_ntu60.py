"""Minutes of a pre-training, and the memory that it needs."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from skeletonmae_plugin.benchmark.bench import Bench
from skeletonmae_plugin.benchmark.rows import ntu60
from skeletonmae_plugin.benchmark.variants import EAGER_FP32


def test_memory_is_that_of_the_training_alone(bench, gpu, monkeypatch):
    def run_training(bench, cfg, with_steps):
        gpu.work(3 * 2**20)
        return SimpleNamespace(epochs=[1e6])

    monkeypatch.setattr(ntu60, 'run_training', run_training)
    monkeypatch.setattr(Bench, 'shipped', lambda self, cfg: EAGER_FP32)
    gpu.allocate(800 * 2**20)  # of the rows before
    (result,) = ntu60.minutes(replace(bench, device=gpu.device))
    assert result.details['peak_memory_mb'] == 3
    assert result.values == [pytest.approx(2 / 60)]


def test_all_cores_of_a_cpu_compute(bench, monkeypatch):
    def run_training(bench, cfg, with_steps):
        counts.append(torch.get_num_threads())
        return SimpleNamespace(epochs=[1e6])

    counts: list[int] = []
    monkeypatch.setattr(ntu60, 'usable_cores', lambda: 3)
    monkeypatch.setattr(ntu60, 'run_training', run_training)
    (result,) = ntu60.minutes(bench)
    assert counts == [3] and result.threads == 3
    assert torch.get_num_threads() == bench.threads
