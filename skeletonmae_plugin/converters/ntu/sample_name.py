"""What the name of a recording says."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r'S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})')
#: Highest number of each part in NTU RGB+D 120, in the order of the name.
_HIGHEST = dict(setup=32, camera=3, performer=106, replication=2, action=120)


@dataclass(frozen=True)
class SampleName:
    """The parts of a name as ``S001C002P003R002A013``, all from 1.

    Args:
        setup: Place and height of the cameras.
        camera: 1 to 3.
        performer: Who acts, the first of two.
        replication: First or second time.
        action: What is done; the label is one less.
    """

    setup: int
    camera: int
    performer: int
    replication: int
    action: int

    @classmethod
    def parse(cls, text: str) -> SampleName:
        """Read a name.

        Raises:
            ValueError: If it is none of NTU RGB+D.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(
                f'{text!r} is no name of NTU RGB+D; expected one like '
                'S001C002P003R002A013: setup, camera, performer, '
                'replication, action'
            )
        parts = dict(zip(_HIGHEST, map(int, found.groups()), strict=True))
        for part, number in parts.items():
            if not 1 <= number <= _HIGHEST[part]:
                raise ValueError(
                    f'{text!r} is no name of NTU RGB+D: its {part} is '
                    f'{number}, expected 1 to {_HIGHEST[part]}'
                )
        return cls(**parts)

    @property
    def label(self) -> int:
        """The class, from 0."""
        return self.action - 1
