"""Made scores of a few models of the same clips."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.evaluation.score_dump import (
    Scores,
    make_scores,
    write_scores,
)


@pytest.fixture(scope='session')
def make() -> Callable:
    """Function that gives the scores of a model that is often right."""

    def scores(
        seed: int,
        n: int = 40,
        num_classes: int = 7,
        skill: float = 1.0,
        softmax: bool = True,
        prefix: str = 'clip',
    ) -> Scores:
        labels = np.random.default_rng(99).integers(num_classes, size=n)
        values = np.random.default_rng(seed).normal(size=(n, num_classes))
        values[np.arange(n), labels] += skill
        if softmax:
            values = np.exp(values)
            values /= values.sum(1, keepdims=True)
        ids = np.array([f'{prefix}{i:03}' for i in range(n)])
        return make_scores(f'{seed}.npz', ids, values, labels)

    return scores


@pytest.fixture
def dump(make: Callable, tmp_path: Path) -> Callable:
    """Function that writes the scores of a model and gives the file."""

    def write(name: str, *args: object, **kwargs: object) -> str:
        path = tmp_path / f'{name}.npz'
        write_scores(path, make(*args, **kwargs))
        return str(path)

    return write
