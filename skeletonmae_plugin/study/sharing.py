"""Cells that two rows have in common are computed once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..label_efficiency.cells import Cell
from ..label_efficiency.folder import Folder
from ..label_efficiency.spec import PRETRAINED_ARMS, Spec
from ..whole_files import write_json

#: Fields of a question that only some of its cells depend on.
_IN_PART = (
    'recipes',
    'pretrain_options',
    'train_options',
    'stock_options',
    'source',
    'pretrained',
    'pretrained_checksum',
)


def signature(spec: Mapping[str, Any], cell: Cell) -> str:
    """Text that is the same for cells that give the same result.

    Args:
        spec: The question, as it is written.
        cell: One of its cells.
    """
    source = spec.get('source')
    if cell.arm == 'pretrain' and source is not None:
        return signature(source, cell)
    if cell.arm == 'pretrain':
        kinds = ['pretrain']
    elif cell.arm in PRETRAINED_ARMS:
        kinds = ['pretrain', 'pretrained']
    else:
        kinds = ['stgcnpp' if cell.arm == 'stgcnpp' else 'scratch']
    # The checksum is of the whole config, options in it.
    recipes = {kind: spec['recipes'][kind] for kind in kinds}
    common = {key: spec[key] for key in spec if key not in _IN_PART}
    parts: list[Any] = [common, recipes, cell.to_json()]
    if cell.arm in PRETRAINED_ARMS:
        parts += [source, spec['pretrained'], spec['pretrained_checksum']]
    return json.dumps(parts, sort_keys=True)


class Shelf:
    """Where cells lie, or will lie once they are computed.

    Args:
        runs: Folder of the folders of earlier questions.
    """

    def __init__(self, runs: Path) -> None:
        self._places: dict[str, Folder] = {}
        for folder, spec in _earlier(runs):
            for cell in folder.done():
                self._places.setdefault(signature(spec, cell), folder)

    def claim(self, spec: Spec, folder: Folder, cells: Iterable[Cell]) -> None:
        """Say that a question's cells will lie in its folder.

        Those that lie, or will lie, elsewhere stay there.
        """
        written = spec.to_json()
        for cell in cells:
            self._places.setdefault(signature(written, cell), folder)

    def place(self, spec: Spec, cell: Cell) -> Folder:
        """The folder of a cell that somebody has claimed."""
        return self._places[signature(spec.to_json(), cell)]

    def fetch(self, spec: Spec, folder: Folder, cells: Iterable[Cell]) -> None:
        """Copy to a question's folder what is done elsewhere."""
        for cell in folder.missing(cells):
            place = self.place(spec, cell)
            if not place.missing([cell]):
                write_json(folder.result_file(cell), place.read(cell))


def _earlier(runs: Path) -> Iterator[tuple[Folder, dict[str, Any]]]:
    for file in sorted(runs.glob('*/spec.json')):
        yield Folder(file.parent), json.loads(file.read_text())
