"""Accuracy on a test of which some clips, or all, have no label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmaction.evaluation import AccMetric
from mmaction.registry import METRICS
from mmengine.logging import print_log

from .scores import accuracies


@METRICS.register_module()
class LabelledAccMetric(AccMetric):
    """MMAction2's ``AccMetric`` of the clips that have a label.

    The others, clips that are to be recognised for one, are counted and told.
    Where none has a label there is no accuracy; ``--dump FILE.npz`` writes
    the scores of all.

    The mean over classes is of those that a label has: MMAction2 counts one
    that is guessed, but not there, as 0.

    Args: those of ``AccMetric``.
    """

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Keep scores and labels of a batch; None for a clip without."""
        for sample in data_samples:
            if 'gt_label' in sample:
                super().process(data_batch, [sample])
            else:
                self.results.append(None)

    def compute_metrics(self, results: list) -> dict[str, Any]:
        """The accuracies, in 0..1."""
        labelled = [result for result in results if result is not None]
        if len(labelled) < len(results):
            print_log(
                f'{len(results) - len(labelled)} of {len(results)} clips have '
                'no label and do not count in the accuracy',
                'current',
            )
        return super().compute_metrics(labelled) if labelled else {}

    def calculate(self, preds: list[np.ndarray], labels: list) -> dict:
        """The accuracies of scores (n, K) and classes (n,)."""
        found: dict[str, Any] = super().calculate(preds, labels)
        if 'mean1' in found:
            guesses = np.argmax(preds, axis=1)
            found['mean1'] = accuracies(guesses, labels)['mean_class_accuracy']
        return found
