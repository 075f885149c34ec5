"""The page of parts names what is registered, all of it."""

import re
from pathlib import Path

from mmaction import registry
from mmengine.registry import Registry

import skeletonmae_plugin

PAGE = Path(__file__).resolve().parents[1] / 'docs' / 'parts.md'


def registered() -> set[str]:
    """Names of our classes and functions in MMAction2's registries."""
    return {
        name
        for found in vars(registry).values()
        if isinstance(found, Registry)
        for name, part in found.module_dict.items()
        if part.__module__.startswith(f'{skeletonmae_plugin.__name__}.')
    }


def test_page_names_every_part():
    rows = [x for x in PAGE.read_text().splitlines() if x.startswith('| `')]
    told = [
        name
        for row in rows
        for name in re.findall('`(.+?)`', row.split('|')[1])
    ]
    assert sorted(told) == sorted(registered())
