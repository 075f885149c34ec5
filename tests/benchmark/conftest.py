"""Surroundings of a few tiny clips: rows run, nothing is compiled."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from skeletonmae_plugin.benchmark import Bench, Sizes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope='session')
def sizes() -> Sizes:
    return Sizes(
        repetitions=2,
        block_seconds=0,
        warmup=1,
        batch_size=4,
        num_clips=12,
        num_epochs=1,
        corpora=(8, 16),
        made=8,
        doublings=1,
        compiled=False,
    )


@pytest.fixture(scope='session')
def bench(tmp_path_factory: pytest.TempPathFactory, sizes: Sizes) -> Bench:
    return Bench(
        root=ROOT,
        folder=tmp_path_factory.mktemp('benchmark'),
        sizes=sizes,
        device=torch.device('cpu'),
    )


@dataclass
class Gpu:
    """Memory of a GPU that is not there, in bytes."""

    held: int = 0
    peak: int = 0
    device: torch.device = torch.device('cuda')

    def allocate(self, size: int) -> None:
        self.held += size
        self.peak = max(self.peak, self.held)

    def free(self, size: int) -> None:
        self.held -= size

    def work(self, size: int) -> None:
        """Need so much for a moment."""
        self.allocate(size)
        self.free(size)

    def reset(self) -> None:
        self.peak = self.held


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Gpu:
    gpu = Gpu()
    for name, function in dict(
        memory_allocated=lambda device: gpu.held,
        max_memory_allocated=lambda device: gpu.peak,
        reset_peak_memory_stats=lambda device: gpu.reset(),
        synchronize=lambda device: None,
    ).items():
        monkeypatch.setattr(torch.cuda, name, function)
    return gpu
