"""``--dump FILE.npz`` for MMAction2's test tool, which knows pickles only."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from mmengine.config import DictAction

_HOOK = 'default_hooks.scores'


def with_score_dump(words: Sequence[str]) -> list[str]:
    """Ask for a ``ScoreDumpHook`` in the place of ``--dump FILE.npz``.

    Args:
        words: Words of the command line. Any other ``--dump`` stays.

    Returns:
        Words that MMAction2's tool takes.

    Raises:
        ValueError: If its ``--cfg-options`` would change the name of the file.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument('--dump')
    args, others = parser.parse_known_args(words)
    if args.dump is None or not args.dump.endswith('.npz'):
        return list(words)
    option = [f'{_HOOK}.type=ScoreDumpHook', f'{_HOOK}.out_file={args.dump}']
    _check_name(args.dump, option)
    return [*others, '--cfg-options', *option]


def _check_name(name: str, option: list[str]) -> None:
    """MMEngine drops blanks and makes lists where there are commas."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    try:
        read = parser.parse_args(['--cfg-options', *option]).cfg_options
    except AssertionError:  # a single bracket
        read = {}
    if read.get(f'{_HOOK}.out_file') != name:
        raise ValueError(
            f'--dump {name!r}: expected a path without blanks, quotation '
            "marks and commas, which MMEngine's options cannot hold"
        )
