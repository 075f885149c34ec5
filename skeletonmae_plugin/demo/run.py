"""All steps of the demo, each a command that a user would type."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..datasets.safe_pickle import load_pickle
from ..label_efficiency.folder import Folder
from ..visualization.reconstruct import reconstruct_clips, representative
from .comparison import PRETRAINING, read_comparison
from .logs import read_test_metrics
from .steps import Step
from .summary import DemoResults

_PRETRAIN = 'skeletonmae_pretrain_any.py'
_ARMS = 'scratch pretrained frozen_linear frozen_spread random_frozen raw_knn'


@dataclass(frozen=True)
class Size:
    """How much is done.

    Args:
        num_clips: Clips of all splits.
        fractions: Parts of the training clips whose labels are used.
        seeds: Label subsets of each.
        pretrain_options: ``--cfg-options`` of the pre-training.
        train_options: Those of the trainings with labels.
    """

    num_clips: int
    fractions: tuple[str, ...]
    seeds: int
    pretrain_options: tuple[str, ...]
    train_options: tuple[str, ...]


# An update takes a free core 0.2 s in pre-training, 0.08 s with labels: 1200
# and twelve times 240 of them, on two cores some five minutes.
FULL = Size(
    num_clips=900,
    fractions=('0.05', '0.25'),
    seeds=3,
    pretrain_options=('train_cfg.max_epochs=20',),
    train_options=('train_dataloader.sampler.min_clips=384',),
)
QUICK = Size(
    num_clips=108,
    fractions=('0.25', '0.5'),
    seeds=1,
    pretrain_options=(
        'train_cfg.max_epochs=2',
        'train_dataloader.sampler.min_clips=128',
    ),
    train_options=(
        'train_cfg.max_epochs=4',
        'train_dataloader.sampler.min_clips=64',
    ),
)


def run_demo(root: Path, out: Path, size: Size) -> DemoResults:
    """Make data, pre-train, train with few labels beside scratch, test.

    Args:
        root: Folder with ``configs`` and ``tools``.
        out: Folder that takes all files; a new run overwrites it.
        size: How much is done.

    Returns:
        What was measured.

    Raises:
        FileExistsError: If the folder holds files of somebody else.
        RuntimeError: If a step fails.
    """
    start = time.perf_counter()
    _require_own(out)
    demo = _Demo(root, out.resolve(), size)
    demo.make_data()
    demo.compare()
    weights = demo.test_pretraining()
    data = load_pickle(str(demo.data))
    cfg = Config.fromfile(demo.tested / _PRETRAIN)
    return DemoResults(
        layout=cfg.layout,
        classes=data['classes'],
        pretrain_test=read_test_metrics(demo.tested),
        comparison=read_comparison(demo.compared),
        clips=representative(reconstruct_clips(cfg, weights, 48)),
        seconds=time.perf_counter() - start,
        commands=[str(step) for step in demo.steps],
        configs={
            path.name: path.read_text()
            for path in sorted(demo.compared.glob('work/*/*.py'))
        },
    )


def _require_own(out: Path) -> None:
    # The first thing that a demo writes.
    known = out / 'logs' / 'data.txt'
    if out.exists() and any(out.iterdir()) and not known.exists():
        raise FileExistsError(
            f'{out} holds files that the demo has not written and would '
            'overwrite; give another --out'
        )


class _Demo:
    """The commands and where their results lie."""

    def __init__(self, root: Path, out: Path, size: Size) -> None:
        self.root, self.out, self.size = root, out, size
        self.data = out / 'toy.pkl'
        self.compared = out / 'label_efficiency'
        self.tested = out / 'pretrain_test'
        self.steps: list[Step] = []

    def make_data(self) -> None:
        self._run(
            'data',
            'make_toy_data.py',
            '--out',
            str(self.data),
            '--num-clips',
            str(self.size.num_clips),
        )

    def compare(self) -> None:
        """Pre-train, then train with few labels, pre-trained and not."""
        # The tool would go on with the results of an earlier demo.
        shutil.rmtree(self.compared, ignore_errors=True)
        self._run(
            'compare',
            'label_efficiency.py',
            *('--ann-file', str(self.data), '--layout', 'coco'),
            *('--train-split', 'train', '--test-split', 'test'),
            *('--out', str(self.compared)),
            *('--fractions', *self.size.fractions),
            *('--seeds', str(self.size.seeds)),
            *('--arms', *_ARMS.split()),
            '--no-sweep',
            *('--pretrain-options', *self.size.pretrain_options),
            *('--train-options', *self.size.train_options),
        )

    def test_pretraining(self) -> str:
        """Test how hidden joints are filled in; give the checkpoint."""
        weights = Folder(self.compared).read(PRETRAINING)['checkpoint']
        self._run(
            'test',
            'test.py',
            str(self.root / 'configs' / _PRETRAIN),
            weights,
            '--work-dir',
            str(self.tested),
            SKELETONS=str(self.data),
        )
        return weights

    def _run(
        self, name: str, tool: str, *options: str, **variables: str
    ) -> None:
        """Run a command of ours."""
        step = Step(
            name,
            [sys.executable, str(self.root / 'tools' / tool), *options],
            self.out / 'logs' / f'{name}.txt',
            {'OMP_NUM_THREADS': '1', **variables},
        )
        self.steps.append(step)
        step.run()
