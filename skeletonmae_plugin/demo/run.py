"""All steps of the demo, each a command that a user would type."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..datasets.safe_pickle import load_pickle
from ..visualization.reconstruct import reconstruct_clips
from . import logs
from .steps import Step, run_side_by_side
from .summary import Arm, DemoResults, read_pairs

_PRETRAIN = 'skeletonmae_pretrain_toy.py'
_ARMS = {'finetune': 'pre-trained', 'scratch': 'from scratch'}


@dataclass(frozen=True)
class Size:
    """How much is done."""

    num_clips: int
    pretrain_epochs: int
    finetune_epochs: int


FULL = Size(num_clips=900, pretrain_epochs=25, finetune_epochs=60)
QUICK = Size(num_clips=108, pretrain_epochs=2, finetune_epochs=4)


def run_demo(
    root: Path,
    out: Path,
    size: Size,
    labels_per_class: int,
    seeds: Sequence[int],
) -> DemoResults:
    """Make data, pre-train, test, fine-tune beside scratch, test both.

    Args:
        root: Folder with ``configs`` and ``tools``.
        out: Folder that takes all files; a new run overwrites it.
        size: How much is done.
        labels_per_class: Labelled clips of a class for both arms.
        seeds: Seeds of the two arms: of their weights and of the choice of
            labelled clips. The first is that of pre-training, too.

    Returns:
        What was measured.
    """
    start = time.perf_counter()
    demo = _Demo(root, out.resolve(), size, seeds[0])
    demo.make_data()
    test = demo.pretrain()
    for seed in seeds:
        demo.recognise(labels_per_class, seed)
    arms = {
        name: demo.arm(name, title, seeds) for name, title in _ARMS.items()
    }
    data = load_pickle(str(demo.data))
    cfg = Config.fromfile(out / 'pretrain' / _PRETRAIN)
    checkpoint = str(logs.last_checkpoint(out / 'pretrain'))
    return DemoResults(
        layout=cfg.layout,
        classes=data['classes'],
        labels_per_class=labels_per_class,
        pretrain_test=test,
        pretrain_rows=logs.read_scalars(out / 'pretrain'),
        pretrained=arms['finetune'],
        scratch=arms['scratch'],
        clips=list(reconstruct_clips(cfg, checkpoint, 6)),
        seconds=time.perf_counter() - start,
        commands=[str(step) for step in demo.steps],
        configs={
            path.name: path.read_text()
            for path in sorted(out.glob('*/*_toy.py'))
            if not path.parent.name.endswith('_test')
        },
    )


class _Demo:
    """The commands and where their results lie."""

    def __init__(self, root: Path, out: Path, size: Size, seed: int) -> None:
        self.root, self.out, self.size, self.seed = root, out, size, seed
        self.data = out / 'toy.pkl'
        self.steps: list[Step] = []

    def make_data(self) -> None:
        self._step(
            'data',
            'make_toy_data.py',
            '--out',
            str(self.data),
            '--num-clips',
            str(self.size.num_clips),
        ).run()

    def pretrain(self) -> dict[str, float]:
        """Pre-train and give the results of its test."""
        self._train(
            'pretrain',
            _PRETRAIN,
            self.size.pretrain_epochs,
            ['--no-validate', '--seed', str(self.seed)],
        ).run()
        self._test('pretrain', _PRETRAIN).run()
        return logs.read_test_metrics(self.out / 'pretrain_test')

    def recognise(self, labels_per_class: int, seed: int) -> None:
        """Train and test both arms, side by side: one core each."""
        epochs = self.size.finetune_epochs
        weights = logs.last_checkpoint(self.out / 'pretrain')
        dataset = 'train_dataloader.dataset'
        run_side_by_side(
            [
                self._train(
                    f'{name}_{seed}',
                    f'strl_{name}_toy.py',
                    epochs,
                    ['--seed', str(seed)],
                    settings=[
                        f'{dataset}.labels_per_class={labels_per_class}',
                        f'{dataset}.label_seed={seed}',
                        'train_cfg.val_begin=1',
                        f'train_cfg.val_interval={-(-epochs // 10)}',
                    ],
                    variables=(
                        {'SKELETONMAE_CHECKPOINT': str(weights)}
                        if name == 'finetune'
                        else {}
                    ),
                )
                for name in _ARMS
            ]
        )
        run_side_by_side(
            [
                self._test(
                    f'{name}_{seed}',
                    f'strl_{name}_toy.py',
                    '--dump',
                    str(self._dump(name, seed)),
                )
                for name in _ARMS
            ]
        )

    def arm(self, name: str, title: str, seeds: Sequence[int]) -> Arm:
        """What one arm gave, over the seeds."""
        first = self.out / f'{name}_{seeds[0]}'
        durations = {step.name: step.seconds for step in self.steps}
        return Arm(
            name=title,
            tests=[
                logs.read_test_metrics(self.out / f'{name}_{seed}_test')
                for seed in seeds
            ],
            rows=logs.read_scalars(first),
            seconds=[durations[f'{name}_{seed}'] for seed in seeds],
            pairs=read_pairs(self._dump(name, seeds[0])),
        )

    def _dump(self, name: str, seed: int) -> Path:
        return self.out / f'{name}_{seed}_test' / 'predictions.pkl'

    def _train(
        self,
        name: str,
        config: str,
        epochs: int,
        options: Sequence[str],
        settings: Sequence[str] = (),
        variables: dict[str, str] | None = None,
    ) -> Step:
        return self._step(
            name,
            'train.py',
            str(self.root / 'configs' / config),
            '--work-dir',
            str(self.out / name),
            *options,
            '--cfg-options',
            f'train_cfg.max_epochs={epochs}',
            *settings,
            variables=variables or {},
            num_epochs=epochs,
        )

    def _test(self, name: str, config: str, *options: str) -> Step:
        checkpoint = logs.last_checkpoint(self.out / name)
        return self._step(
            f'{name}_test',
            'test.py',
            str(self.root / 'configs' / config),
            str(checkpoint),
            '--work-dir',
            str(self.out / f'{name}_test'),
            *options,
        )

    def _step(
        self,
        name: str,
        tool: str,
        *options: str,
        variables: dict[str, str] | None = None,
        num_epochs: int = 1,
    ) -> Step:
        """A command of ours that is going to run."""
        step = Step(
            name,
            [sys.executable, str(self.root / 'tools' / tool), *options],
            self.out / 'logs' / f'{name}.txt',
            {
                'TOY_2D': str(self.data),
                'OMP_NUM_THREADS': '1',
                **(variables or {}),
            },
            num_epochs,
        )
        self.steps.append(step)
        return step
