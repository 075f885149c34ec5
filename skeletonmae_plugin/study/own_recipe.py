"""Where a set's configs differ from those of any file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmengine.config import Config

from ..label_efficiency.configs import variables

if TYPE_CHECKING:
    from .sets import SetFacts

#: Parts of a config that say how it trains, and what it gives a test.
_RECIPE = (
    'model',
    'train_dataloader',
    'test_dataloader',
    'train_cfg',
    'optim_wrapper',
    'param_scheduler',
    'auto_scale_lr',
    'default_hooks',
)


def own_options(
    configs: Path, kind: str, facts: SetFacts, end: str = ''
) -> dict[str, Any]:
    """Plain ``--cfg-options`` that make a set's config of that of any file.

    Args:
        configs: Folder of the configs.
        kind: Start of the config's name, such as 'strl_finetune'.
        facts: Of the set.
        end: Of the config's name, such as '_paper'.

    Returns:
        The options; none where a set has no config of this kind.

    Raises:
        ValueError: If the set's config lacks what the other has.
    """
    own = configs / f'{kind}_{facts.name}{end}.py'
    if not own.is_file():
        return {}
    with _environment(variables(facts.question(), '-')):
        ours, common = (
            Config.fromfile(str(path), format_python_code=False).to_dict()
            for path in (own, configs / f'{kind}_any{end}.py')
        )
    for content in (ours, common):
        if kind == 'skeletonmae_pretrain':
            # It has no labels and no test.
            content['train_dataloader']['dataset'].pop('num_classes')
            content.pop('test_dataloader')
        for key in content.keys() & {'train_dataloader', 'test_dataloader'}:
            # The same file may have two names.
            content[key]['dataset'].pop('ann_file')
            # The question has it, a set whose y is up need not.
            content[key]['dataset'].pop('up', None)
    found: dict[str, Any] = {}
    for key in _RECIPE:
        if key in ours or key in common:
            found |= _differences(ours.get(key), common.get(key), key, own)
    # As a folder's spec.json is read: a tuple is a list there.
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _differences(
    own: Any, common: Any, place: str, path: Path
) -> dict[str, Any]:
    """Dotted key -> the value of the first."""
    if own == common:
        return {}
    pairs: Iterator[tuple[Any, Any, Any]]
    if isinstance(own, Mapping) and isinstance(common, Mapping):
        lost = [key for key in common if key not in own]
        if lost:
            raise ValueError(
                f'{path}: {place} has no {", ".join(lost)}, as the config of '
                'any file has; expected all that it says, with other values'
            )
        pairs = ((key, own[key], common.get(key)) for key in own)
    elif (
        isinstance(own, list)
        and isinstance(common, list)
        and [_type(a) for a in own] == [_type(b) for b in common]
    ):
        pairs = ((i, a, common[i]) for i, a in enumerate(own))
    else:
        return {place: own}
    found: dict[str, Any] = {}
    for key, one, other in pairs:
        found |= _differences(one, other, f'{place}.{key}', path)
    return found


def _type(item: Any) -> Any:
    """What of a list's items must agree to compare them one by one."""
    return item.get('type') if isinstance(item, Mapping) else type(item)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """With some variables set, which are forgotten again."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
