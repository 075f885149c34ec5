"""The scores of a test, with the names of the clips."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from mmaction.registry import HOOKS
from mmengine.dist import all_gather_object, is_main_process
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from ...evaluation.features import label_of
from ...evaluation.reconstruction_metric import to_numpy
from ...evaluation.score_dump import make_scores, write_scores


@HOOKS.register_module()
class ScoreDumpHook(Hook):
    """Write the class scores of a test to a ``.npz``, see ``score_dump``.

    For any recognizer of MMAction2 whose data samples have ``frame_dir``,
    ours and its own. The processes of a distributed test write one file, in
    which each clip is once. A hook and no metric, so that it can be added to
    any config on the command line, whatever its evaluator is:
    ``--cfg-options default_hooks.scores.type=ScoreDumpHook
    default_hooks.scores.out_file=FILE.npz``.

    Args:
        out_file: The file to write, at the end of a test. ``{work_dir}`` in
            it stands for the folder of the run, so that one text of a config
            serves many runs.

    Raises:
        ValueError: If the file is no ``.npz``, or, at the first batch, if the
            data samples do not serve.
    """

    # After LoggerHook: the test's own results are told first.
    priority = 'VERY_LOW'

    def __init__(self, out_file: str) -> None:
        if not str(out_file).endswith('.npz'):
            raise ValueError(
                'ScoreDumpHook writes .npz files, expected out_file=*.npz, '
                f'got {out_file!r}'
            )
        self.out_file = str(out_file)
        self._names: list[str] = []
        self._scores: list[np.ndarray] = []
        self._labels: list[int] = []

    def before_test_epoch(self, runner: Runner) -> None:
        """Begin anew."""
        self._names, self._scores, self._labels = [], [], []

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence[Any] | None = None,
    ) -> None:
        """Take what the model said of a batch."""
        for sample in outputs or ():
            self._names.append(_name_of(sample, runner))
            self._scores.append(_score_of(sample))
            self._labels.append(_label_of(sample))

    def after_test_epoch(
        self, runner: Runner, metrics: dict[str, float] | None = None
    ) -> None:
        """Collect what all processes have, and write."""
        rows = self._names, self._scores, self._labels
        parts = all_gather_object(rows)
        if not is_main_process():
            return
        names, scores, labels = (
            [row for part in parts for row in part[column]]
            for column in range(3)
        )
        if not names:
            raise ValueError(
                f'{self.out_file} is not written: the test loop handed over '
                'no predictions; expected test_cfg.type=TestLoop'
            )
        file = self.out_file
        if '{work_dir}' in file:
            file = file.replace('{work_dir}', str(runner.work_dir))
        found = make_scores(
            file,
            np.array(names),
            np.stack(scores),
            np.array(labels),
            _facts(runner),
        )
        write_scores(file, found)
        print_log(
            f'scores of {len(found)} clips are written to {file}',
            logger='current',
        )


def _name_of(sample: Any, runner: Runner) -> str:
    name = sample.get('frame_dir')
    if name is None:
        pipeline = runner.cfg.test_dataloader.dataset.get('pipeline') or ['']
        raise ValueError(
            'scores are dumped by the names of the clips, expected '
            'frame_dir in the data samples, got only '
            f'{sorted(sample.all_keys())}; add it to the meta_keys of the '
            'last step of the test pipeline: --cfg-options '
            f'test_dataloader.dataset.pipeline.{len(pipeline) - 1}'
            '.meta_keys="(\'frame_dir\',)"'
        )
    return str(name)


def _score_of(sample: Any) -> np.ndarray:
    score = sample.get('pred_score')
    if getattr(score, 'ndim', None) != 1:
        raise ValueError(
            'expected pred_score (K,) in the data samples, got '
            + (
                'none'
                if score is None
                else f'{getattr(score, "shape", score)}'
            )
            + "; take a recognition config whose head has average_clips='prob'"
        )
    return to_numpy(score)


def _label_of(sample: Any) -> int:
    if 'gt_label' in sample and sample.gt_label.numel() != 1:
        raise ValueError(
            f'clip {sample.frame_dir!r} has {sample.gt_label.numel()} labels; '
            'expected one: scores of several labels a clip are not dumped'
        )
    return label_of(sample)


def _facts(runner: Runner) -> dict[str, str]:
    datasets = list(_innermost(runner.test_dataloader.dataset))
    return dict(
        config=str(runner.cfg.filename or ''),
        checkpoint=str(runner.cfg.get('load_from') or ''),
        ann_file=_listed(getattr(d, 'ann_file', None) for d in datasets),
        split=_listed(getattr(d, 'split', None) for d in datasets),
    )


def _innermost(dataset: Any) -> Iterator[Any]:
    """The data sets within wrappers."""
    inner = getattr(dataset, 'datasets', None)
    if inner is None and hasattr(dataset, 'dataset'):
        inner = [dataset.dataset]
    if inner is None:
        yield dataset
    for wrapped in inner or ():
        yield from _innermost(wrapped)


def _listed(values: Iterator[Any]) -> str:
    words = []
    for value in values:
        words += [value] if isinstance(value, str) else list(value or ())
    return ', '.join(dict.fromkeys(words))
