"""Accuracy on a test of which some clips, or all, have no label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmaction.evaluation import AccMetric
from mmaction.registry import METRICS
from mmengine.logging import print_log


@METRICS.register_module()
class LabelledAccMetric(AccMetric):
    """MMAction2's ``AccMetric`` of the clips that have a label.

    The others, clips that are to be recognised for one, are counted and told.
    Where none has a label there is no accuracy; ``--dump FILE.npz`` writes
    the scores of all.

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
