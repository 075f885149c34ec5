"""Dumps of models that are not tested yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from rich.progress import Progress

from ..engine.hooks import ScoreDumpHook
from ..label_efficiency.training import test_runner


class _Bar(Hook):
    """Shows how much of a test is done."""

    def __init__(self, progress: Progress, what: str) -> None:
        self.progress = progress
        self.what = what

    def before_test_epoch(self, runner: Runner) -> None:
        total = len(runner.test_dataloader)
        self.task = self.progress.add_task(self.what, total=total)

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Any = None,
    ) -> None:
        self.progress.advance(self.task)


def dump_models(
    runs: Sequence[tuple[str, str]],
    out: Path,
    taken: Collection[str] = (),
    cfg_options: dict[str, Any] | None = None,
) -> list[Path]:
    """Test checkpoints one after another, with a bar, and keep their dumps.

    Args:
        runs: Config and checkpoint of each.
        out: Folder of the dumps; each is named after its checkpoint and the
            checkpoint's folder.
        taken: Paths that must not be written to.
        cfg_options: Changes of every config.

    Returns:
        The dumps.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the weights are not those of the config's model.
    """
    for words in runs:
        for file in words:
            if not Path(file).is_file():
                raise FileNotFoundError(
                    f'{file}: no such file; expected --run CONFIG CHECKPOINT'
                )
    dumps = dump_paths([checkpoint for _, checkpoint in runs], out, taken)
    with Progress() as progress:
        for (config, checkpoint), dump in zip(runs, dumps, strict=True):
            cfg = Config.fromfile(config)
            cfg.merge_from_dict(cfg_options or {})
            # What a test logs stands in the way of the bar; and a config that
            # a training has written may ask for many processes.
            cfg.log_level, cfg.launcher = 'WARNING', 'none'
            runner = test_runner(cfg, None, out / 'work' / dump.stem)
            _load(runner, config, checkpoint)
            runner.register_hook(ScoreDumpHook(str(dump)))
            runner.register_hook(_Bar(progress, dump.stem))
            runner.test()
    return dumps


def _load(runner: Runner, config: str, checkpoint: str) -> None:
    """Load weights; a runner by itself would only warn of those missing."""
    try:
        runner.load_checkpoint(checkpoint, strict=True)
    except RuntimeError as error:
        reason = str(error).partition('\n\n')[2].partition('\n')[0]
        raise ValueError(
            f'{checkpoint}: expected the weights of the model of {config}, '
            f'got others: {shorten(reason or str(error), 200)}'
        ) from error
    # Whoever asks the runner is told of it.
    runner.cfg.load_from = checkpoint


def dump_paths(
    checkpoints: Sequence[str], out: Path, taken: Collection[str] = ()
) -> list[Path]:
    """A file for each checkpoint, none of them twice or taken.

    Args:
        checkpoints: Their paths.
        out: Folder of the files.
        taken: Paths that must not be among them.
    """
    used = {Path(path).resolve() for path in taken}
    paths = []
    for checkpoint in checkpoints:
        place = Path(checkpoint).resolve()
        stem = f'{place.parent.name}_{place.stem}'
        path, number = out / f'{stem}.npz', 1
        while path.resolve() in used:
            number += 1
            path = out / f'{stem}_{number}.npz'
        used.add(path.resolve())
        paths.append(path)
    return paths
