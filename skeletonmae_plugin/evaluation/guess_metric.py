"""What a test guesses of every clip, in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric

from ..whole_files import write_json
from .scores import accuracies, guess


@METRICS.register_module()
class GuessMetric(BaseMetric):
    """Write the guessed and the true class of every clip.

    In the order of the data set, on several GPUs too, if the sampler does
    not repeat clips to even out the ranks (``round_up=False``). Unlike the
    dump of ``ScoreDumpHook`` it takes scores that are no numbers: a training
    that has diverged has a result, too.

    The file is JSON: ``predicted`` and ``labels``, a list of classes each, and
    ``finite``, whether all scores were numbers.

    Args:
        file: Where to write.
        collect_device: Where results of several ranks meet, 'cpu' or 'gpu'.
        prefix: Put before the names of all results.

    Each data sample has ``pred_score`` (classes,) and ``gt_label``.
    """

    default_prefix = 'acc'

    def __init__(
        self,
        file: str,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.file = Path(file)

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Keep the classes of a batch."""
        for sample in data_samples:
            score = sample['pred_score']
            self.results.append(
                (
                    guess(score),
                    int(sample['gt_label']),
                    bool(score.isfinite().all()),
                )
            )

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Write them; top-1 and the mean over classes, in 0..1."""
        predicted, labels, finite = (
            list(column) for column in zip(*results, strict=True)
        )
        content = dict(predicted=predicted, labels=labels, finite=all(finite))
        write_json(self.file, content)
        return accuracies(np.array(predicted), np.array(labels))
