"""Accuracy of frozen features, as evaluators of ``mim test``."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from .features import UNLABELLED
from .probe import knn_predict, linear_probe, require_sklearn
from .scores import accuracies


class FeatureMetric(BaseMetric):
    """Collects features and hands them to a classifier.

    Its data samples come from ``ProbeLoop``: ``feature`` (D,), ``label``
    (``UNLABELLED`` without one) and ``training``, whether it is a clip to
    learn from or one to classify. Unlabelled clips are left out.

    Args:
        collect_device: Where results of several ranks meet, 'cpu' or 'gpu'.
        prefix: Put before the names of all results.
    """

    default_prefix = ''

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Keep the labelled ones."""
        for sample in data_samples:
            if 'feature' not in sample:
                raise KeyError(
                    f'{type(self).__name__} expects data samples with '
                    f'feature, got {sorted(sample)}; run the test with '
                    '--cfg-options test_cfg.type=ProbeLoop'
                )
            if sample['label'] != UNLABELLED:
                row = sample['feature'], sample['label'], sample['training']
                self.results.append(row)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Top-1 and mean class accuracy over the test clips."""
        training = np.array([row[2] for row in results], bool)
        if training.all() or not training.any():
            raise ValueError(
                'a probe needs labelled clips to learn from and labelled '
                f'clips to classify, got {training.sum()} and '
                f'{(~training).sum()}; label some of both data sets'
            )
        values = np.stack([row[0] for row in results])
        labels = np.array([row[1] for row in results])
        name, predictions = self.classify(
            values[training], labels[training], values[~training]
        )
        found = accuracies(predictions, labels[~training])
        return {f'{name}/{key}': value for key, value in found.items()}

    def classify(
        self, train: np.ndarray, labels: np.ndarray, test: np.ndarray
    ) -> tuple[str, np.ndarray]:
        """Name of the probe and its predictions.

        (n, D), (n,), (m, D) -> (m,).
        """
        raise NotImplementedError


@METRICS.register_module()
class KNNMetric(FeatureMetric):
    """Classes by the ``k`` nearest training clips, see ``knn_predict``.

    Args:
        k: Number of neighbours. Default: 1.
        collect_device: Where results of several ranks meet, 'cpu' or 'gpu'.
        prefix: Put before the names of all results.
    """

    def __init__(
        self,
        k: int = 1,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.k = k

    def classify(
        self, train: np.ndarray, labels: np.ndarray, test: np.ndarray
    ) -> tuple[str, np.ndarray]:
        """Nearest neighbours."""
        return f'knn{self.k}', knn_predict(train, labels, test, self.k)


@METRICS.register_module()
class LinearProbeMetric(FeatureMetric):
    """Classes by logistic regression, see ``linear_probe``.

    The log says how the regularisation was chosen.

    Args:
        seed: Of the parts of the cross-validation. Default: 0.
        collect_device: Where results of several ranks meet, 'cpu' or 'gpu'.
        prefix: Put before the names of all results.
    """

    def __init__(
        self,
        seed: int = 0,
        collect_device: str = 'cpu',
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        require_sklearn()
        self.seed = seed

    def classify(
        self, train: np.ndarray, labels: np.ndarray, test: np.ndarray
    ) -> tuple[str, np.ndarray]:
        """Linear probe."""
        found = linear_probe(train, labels, test, self.seed)
        print_log(f'linear probe: C is {found.choice}', 'current')
        return 'linear', found.predictions
