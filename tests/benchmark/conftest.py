"""Surroundings of a few tiny clips: rows run, nothing is compiled."""

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
