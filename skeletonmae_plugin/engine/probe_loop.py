"""A test of frozen features instead of predictions."""

from typing import Any

from mmaction.registry import LOOPS
from mmengine.dist import get_dist_info
from mmengine.evaluator import Evaluator
from mmengine.runner import BaseLoop, Runner

from ..evaluation.features import Features, extract_features
from ..evaluation.probe import KS
from ..evaluation.probe_data import probe_loaders
from ..evaluation.probe_metrics import (
    FeatureMetric,
    KNNMetric,
    LinearProbeMetric,
)


@LOOPS.register_module()
class ProbeLoop(BaseLoop):
    """Probe a model's features: ``--cfg-options test_cfg.type=ProbeLoop``.

    Features of the training clips, which the classifiers learn from, and of
    the test clips come from ``extract_features``: test pipeline, nothing
    hidden. Any config with both loaders will do, of pre-training or of
    recognition, MMAction2's own models too.

    Every process computes all features and hands over its share.

    Args:
        runner: The runner.
        dataloader: The config's test loader; its batch size and its data set
            are taken, its sampler is not.
        evaluator: Its ``KNNMetric`` and ``LinearProbeMetric`` are used. If it
            has none (a config's ``LabelledAccMetric``): a linear probe, and
            neighbours for each k of 1, 5, 20 that there are clips for.
    """

    def __init__(
        self, runner: Runner, dataloader: dict, evaluator: Any
    ) -> None:
        self.train_loader, test_loader = probe_loaders(
            dict(
                train_dataloader=runner.cfg.train_dataloader,
                test_dataloader=dataloader,
            )
        )
        super().__init__(runner, test_loader)
        given = runner.build_evaluator(evaluator)
        self.metrics = [
            m for m in given.metrics if isinstance(m, FeatureMetric)
        ]

    def run(self) -> dict[str, float]:
        """Extract, classify, log."""
        self.runner.call_hook('before_test')
        self.runner.call_hook('before_test_epoch')
        train, test = (
            extract_features(self.runner.model, loader).labelled()
            for loader in (self.train_loader, self.dataloader)
        )
        evaluator = Evaluator(self.metrics or default_metrics(len(train)))
        for part in (train, test):
            evaluator.process(_share(part, training=part is train))
        metrics = evaluator.evaluate(len(train) + len(test))
        self.runner.call_hook('after_test_epoch', metrics=metrics)
        self.runner.call_hook('after_test')
        return metrics


def default_metrics(num_train: int) -> list[FeatureMetric]:
    """A linear probe, and neighbours of so many as there are."""
    neighbours = [KNNMetric(k) for k in KS if k <= num_train]
    return [*neighbours, LinearProbeMetric()]


def _share(features: Features, training: bool) -> list[dict[str, Any]]:
    """Data samples of the clips that this process hands over."""
    rank, world_size = get_dist_info()
    return [
        dict(
            feature=features.values[i],
            label=int(features.labels[i]),
            training=training,
        )
        for i in range(rank, len(features), world_size)
    ]
