"""The configs of a set, which differ from those of another by its name."""

from __future__ import annotations

from pathlib import Path

from ..variables import file_variable
from ..whole_files import write_text

#: What is trained on a set, as in the names of its configs.
KINDS = (
    'skeletonmae_pretrain_{}',
    'skeletonmae_pretrain_{}_paper',
    'strl_finetune_{}',
    'strl_finetune_{}_paper',
    'strl_scratch_{}',
    'stgcnpp_{}',
)
#: The set whose configs are the pattern of all others.
PATTERN = 'toy'


def leaf_text(kind: str, name: str, configs: Path) -> str:
    """The text of a config: that of the pattern with another set in it.

    All that differs between sets stands in ``_base_/datasets/NAME.py``.

    Args:
        kind: Of ``KINDS``.
        name: Of the set.
        configs: Folder of the configs.
    """
    pattern = configs / f'{kind.format(PATTERN)}.py'
    text = pattern.read_text('utf-8')
    for before, after in (('datasets/', '.py'), ('scratch_', '.py')):
        text = text.replace(
            f'{before}{PATTERN}{after}', f'{before}{name}{after}'
        )
    return text


def write_leaves(name: str, configs: Path) -> list[Path]:
    """Write the configs of a set; those that are there already stay.

    Args:
        name: Of the set.
        configs: Folder of the configs.

    Returns:
        The files that are new.

    Raises:
        FileNotFoundError: If the facts of the set are not there.
    """
    facts = configs / '_base_' / 'datasets' / f'{name}.py'
    if not facts.is_file():
        raise FileNotFoundError(
            f'{facts}: no such file; write the facts of the set {name!r} '
            f'there first, after the pattern of {PATTERN}.py beside it'
        )
    paths = [configs / f'{kind.format(name)}.py' for kind in KINDS]
    new = [path for path in paths if not path.exists()]
    for kind, path in zip(KINDS, paths, strict=True):
        if path in new:
            write_text(path, leaf_text(kind, name, configs))
    return new


def shared_file(name: str, configs: Path) -> list[str]:
    """Sets whose data file is named by the same variable as that of a set.

    Facts that were copied from another set read its file until that is
    changed.

    Args:
        name: Of the set, whose facts are there.
        configs: Folder of the configs.
    """
    facts = configs / '_base_' / 'datasets'
    own = file_variable(facts / f'{name}.py')
    return [
        path.stem
        for path in sorted(facts.glob('*.py'))
        if own and path.stem != name and file_variable(path) == own
    ]
