"""What is told of each config."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from mmengine.config import Config
from mmengine.registry import init_default_scope

from ..variables import file_variable
from .complexity import Complexity, complexity
from .leaves import KINDS

#: Protocol -> percent, or mean and deviation.
Numbers = Mapping[str, float | str]
Sizes = Callable[[str], Complexity]


@dataclass(frozen=True)
class SetFacts:
    """What is told of a set.

    Args:
        name: As in the names of its configs.
        title: For readers.
        measure: What its numbers are.
        protocols: Name -> environment variable that chooses it, or ''.
        variable: Environment variable of its file.
        unmeasured: What to say where no number of ours is known.
    """

    name: str
    title: str
    measure: str
    protocols: Mapping[str, str]
    variable: str
    unmeasured: str


@dataclass(frozen=True)
class Row:
    """What is told of a config.

    Args:
        config: Its name.
        facts: Of its set.
        size: Of its model.
        published: Percent by protocol, of the paper or of MMAction2.
        measured: Ours.
    """

    config: str
    facts: SetFacts
    size: Complexity
    published: Numbers
    measured: Numbers

    @property
    def command(self) -> str:
        """What trains it, given the file of the set."""
        return f'mim train mmaction2 configs/{self.config}.py'

    @property
    def ours(self) -> str:
        """Our numbers, or why there are none."""
        if 'pretrain' in self.config:
            return 'trains no classes'
        return numbers(self.measured, self.facts) or self.facts.unmeasured


def numbers(found: Numbers, facts: SetFacts) -> str:
    """Numbers in the order of the protocols, '' if there are none."""
    if not found:
        return ''
    return ' / '.join(str(found.get(name, '-')) for name in facts.protocols)


def read_rows(configs: Path, size: Sizes | None = None) -> list[Row]:
    """A row for each config of each set.

    Args:
        configs: Folder of the configs, with ``zoo.yml``.
        size: Name of a config -> the size of its model. Default: it is
            measured.

    Raises:
        ValueError: If zoo.yml names a config or a protocol that is not there.
    """
    zoo = yaml.safe_load((configs / 'zoo.yml').read_text('utf-8'))
    size = size or (lambda name: complexity(load(configs, name)))
    rows = []
    for name, told in zoo['sets'].items():
        facts = SetFacts(name, variable=_variable(configs, name), **told)
        for config in (kind.format(name) for kind in KINDS):
            found = [zoo[k].get(config, {}) for k in ('published', 'measured')]
            _check(config, found, facts)
            rows.append(Row(config, facts, size(config), *found))
    unknown = {*zoo['published'], *zoo['measured']} - {r.config for r in rows}
    if unknown:
        raise ValueError(
            f'{configs / "zoo.yml"}: no set has a config {min(unknown)!r}'
        )
    return rows


def load(configs: Path, name: str) -> Config:
    """A config whose model can be built."""
    cfg = Config.fromfile(configs / f'{name}.py', format_python_code=False)
    init_default_scope(cfg.default_scope)
    return cfg


def _variable(configs: Path, name: str) -> str:
    """The environment variable of the file of a set."""
    path = configs / '_base_' / 'datasets' / f'{name}.py'
    found = file_variable(path)
    if found is None:
        raise ValueError(
            f"{path}: expected ann_file='{{{{$VARIABLE:...}}}}', which names "
            'the variable of its file'
        )
    return found


def _check(config: str, found: Iterable[Any], facts: SetFacts) -> None:
    for one in found:
        unknown = set(one) - set(facts.protocols)
        if unknown:
            raise ValueError(
                f'zoo.yml: {config} has a number for {min(unknown)!r}; '
                f'protocols of {facts.name} are {", ".join(facts.protocols)}'
            )
