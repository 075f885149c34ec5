"""What all rows are given: configs, made data, device, sizes."""

import copy
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import nn

from . import made_data
from .sizes import Sizes
from .timing import Times, alternate
from .variants import Variant, make_variant, shipped_variant, why_not


@cache
def _read(path: Path) -> Config:
    """A config file, read once: many rows ask for each."""
    return Config.fromfile(path)


def quiet_logger() -> None:
    """Make a logger current that shows nothing but errors."""
    name = f'benchmark_{uuid.uuid4().hex[:12]}'
    MMLogger.get_instance(name, log_level='ERROR')


def _track(rounds: range) -> Iterator[int]:
    return iter(rounds)


@dataclass
class Bench:
    """The surroundings of a row.

    Attributes:
        root: Folder with ``configs`` and ``tools``.
        folder: Takes made data and the work of trainings.
        sizes: How much is measured.
        device: Where.
        set: Whose shipped configs are read.
        threads: Of torch.
        track: Wraps the numbers of rounds, to show progress.
    """

    root: Path
    folder: Path
    sizes: Sizes
    device: torch.device
    set: str = 'nwucla'
    threads: int = 1
    track: Callable[[range], Iterator[int]] = _track

    def __post_init__(self) -> None:
        torch.set_num_threads(self.threads)
        init_default_scope('mmaction')
        quiet_logger()

    def config(self, name: str, variant: str = '') -> Config:
        """A shipped config that reads a packed store of made clips.

        Args:
            name: Start of its name, ``skeletonmae_pretrain`` for one; the set
                is the rest. A name that ends with a set's keeps it.
            variant: What stands behind the set, ``_paper`` for one.
        """
        path = self.root / 'configs' / f'{name}{variant}.py'
        own = name.endswith(f'_{self.set}')
        set_name = self.set if own else name.rsplit('_', 1)[-1]
        if not path.is_file():
            path = self.root / 'configs' / f'{name}_{self.set}{variant}.py'
            set_name = self.set
        cfg = copy.deepcopy(_read(path))
        loader = cfg.train_dataloader
        loader.dataset.ann_file = str(self.packed(set_name))
        loader.dataset.split = None
        if 'min_clips' in loader.sampler:
            # Of small sets an epoch else draws more clips than there are.
            loader.sampler.min_clips = None
        if self.sizes.batch_size is not None:
            loader.batch_size = self.sizes.batch_size
        return cfg

    def made(self, set_name: str, num_clips: int | None = None) -> Path:
        """A pickle of made clips in the form of a set."""
        return made_data.pickle_file(
            self.folder,
            set_name,
            num_clips or self.sizes.num_clips,
            self.sizes.made,
        )

    def packed(self, set_name: str, num_clips: int | None = None) -> Path:
        """The same clips as a packed store."""
        return made_data.packed_store(
            self.folder,
            set_name,
            num_clips or self.sizes.num_clips,
            self.sizes.made,
        )

    def model(self, cfg: Config) -> nn.Module:
        """The model of a config, the same weights each time."""
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        model.init_weights()
        return model.to(self.device)

    def batch(self, cfg: Config, model: Any) -> dict[str, Any]:
        """The first training batch of a config, as its model takes it.

        With the same seed two configs of a set give the same clips.
        """
        data = next(iter(self.loader(cfg)))
        return model.data_preprocessor(data, True)

    def loader(self, cfg: Config, num_workers: int = 0) -> Any:
        """The training data of a config, in this process by default."""
        settings = dict(cfg.train_dataloader, num_workers=num_workers)
        if num_workers == 0:
            settings['persistent_workers'] = False
            settings.pop('prefetch_factor', None)
        return Runner.build_dataloader(settings, seed=0)

    def shipped(self, cfg: Config) -> Variant:
        """What a user of this config gets here."""
        variant = shipped_variant(cfg, self.device)
        if variant.compiled and not self.sizes.compiled:
            return make_variant(variant.dtype, compiled=False)
        return variant

    def possible(
        self, *variants: Variant
    ) -> tuple[list[Variant], dict[str, str]]:
        """Variants that can be measured, without doubles; the others' why."""
        chosen: list[Variant] = []
        reasons: dict[str, str] = {}
        for variant in dict.fromkeys(variants):
            reason = (
                'compiled variants are switched off'
                if variant.compiled and not self.sizes.compiled
                else why_not(variant, self.device)
            )
            if reason is None:
                chosen.append(variant)
            else:
                reasons[variant.name] = reason
        return chosen, reasons

    def alternate(self, sides: dict[str, Callable]) -> dict[str, Times]:
        """Time sides by turns, see :func:`timing.alternate`."""
        return alternate(sides, self.sizes, self.device, self.track)

    def environment(self) -> dict[str, str]:
        """Variables of the processes that this one starts."""
        return {
            **os.environ,
            'OMP_NUM_THREADS': str(self.threads),
            'PYTHONPATH': os.pathsep.join(
                filter(None, [str(PACKAGE), os.environ.get('PYTHONPATH')])
            ),
        }


#: Folder that holds the package, for processes that are started elsewhere.
PACKAGE = Path(__file__).resolve().parents[2]
