"""How well the features of a pre-training tell classes apart, as it runs."""

import logging

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ...evaluation.features import Features, extract_features
from ...evaluation.probe import knn_predict, linear_probe, require_sklearn
from ...evaluation.probe_data import probe_loaders
from ...evaluation.randomness import kept_randomness


@HOOKS.register_module()
class OnlineProbeHook(Hook):
    """Log the nearest-neighbour accuracy of frozen features.

    Test clips are classified by their nearest training clips (cosine of
    unmasked features, test pipeline for both). The values go to the message
    hub and to all visualizer backends, TensorBoard too, at the training's
    iteration: ``probe/knn<k>`` and, with ``linear``, ``probe/linear``, from
    0 to 1.

    Labels serve to look on, no weight depends on them, and the losses are the
    same without the hook. But they are the test split's: a choice made by
    these numbers is made by the test split, unless ``test_dataloader`` names
    a part of the training split.

    The main process computes alone, on its copy of the model, while the
    others wait: where that takes longer than ten minutes, give
    ``env_cfg.dist_cfg.timeout`` more seconds, or NCCL ends the training.

    Args:
        interval: Epochs between two probes.
        k: Number of neighbours.
        linear: Whether to fit a linear probe as well, which takes seconds to
            minutes.
    """

    # After WholeBodyNormHook, so that the last value is the checkpoint's.
    priority = 'BELOW_NORMAL'

    def __init__(
        self, interval: int = 10, k: int = 1, linear: bool = False
    ) -> None:
        if interval < 1 or k < 1:
            raise ValueError(
                'OnlineProbeHook expects interval >= 1 and k >= 1, got '
                f'interval={interval}, k={k}'
            )
        if linear:
            require_sklearn()
        self.interval = interval
        self.k = k
        self.linear = linear
        self._loaders: tuple[DataLoader, DataLoader] | None = None

    def before_train(self, runner: Runner) -> None:
        """Read the clips; a fault of the config shows before training."""
        if not is_main_process():
            return
        missing = [
            name
            for name in ('train_dataloader', 'test_dataloader')
            if not runner.cfg.get(name)
        ]
        if missing:
            raise ValueError(
                f'OnlineProbeHook expects {" and ".join(missing)} in the '
                'config, got none; add it, or take the hook out'
            )
        with kept_randomness():
            self._loaders = probe_loaders(runner.cfg)

    def after_train_epoch(self, runner: Runner) -> None:
        """Probe, where it is due."""
        if self._loaders is None or not self.every_n_epochs(
            runner, self.interval
        ):
            return
        with kept_randomness():
            train, test = (
                extract_features(runner.model, loader).labelled()
                for loader in self._loaders
            )
            if min(len(train), len(test)) == 0:
                self._give_up(train, test)
                return
            found = self._probe(train, test)
        for name, value in found.items():
            runner.message_hub.update_scalar(name, value)
        runner.visualizer.add_scalars(found, step=runner.iter)
        text = ', '.join(f'{name} {v:.4f}' for name, v in found.items())
        runner.logger.info(
            f'Epoch {runner.epoch + 1}: {text} ({len(test)} test clips by '
            f'{len(train)} training clips)'
        )

    def _probe(self, train: Features, test: Features) -> dict[str, float]:
        sets = train.values, train.labels, test.values
        # Not more neighbours than there are.
        k = min(self.k, len(train))
        found = {f'probe/knn{k}': knn_predict(*sets, k)}
        if self.linear:
            found['probe/linear'] = linear_probe(*sets).predictions
        return {
            name: float((predictions == test.labels).mean())
            for name, predictions in found.items()
        }

    def _give_up(self, train: Features, test: Features) -> None:
        """No labels now means none later."""
        self._loaders = None
        print_log(
            'OnlineProbeHook expects labelled clips of both data sets, got '
            f'{len(train)} for training and {len(test)} for test; it stays '
            'silent: label some clips, or take the hook out',
            logger='current',
            level=logging.WARNING,
        )
