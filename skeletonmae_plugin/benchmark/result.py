"""What a row of the table says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .timing import summary


class BenchmarkError(RuntimeError):
    """A row cannot be measured here, or its sides do not do the same work."""


@dataclass
class Result:
    """One row.

    Attributes:
        key: Its name in the JSON file.
        title: What it is, in words.
        unit: Of the value.
        values: The value of every repetition; empty if not measured.
        goal: What is asked for, or None.
        at_most: The goal is an upper bound, not a lower one.
        dtype: Number format of the side that is measured.
        configs: Names of the shipped configs that were read.
        details: Everything else, ready for JSON.
        threads: Of torch; None: as many as the whole benchmark is run with.
        note: What has to be known beside the numbers, or why there are none.
    """

    key: str
    title: str
    unit: str = 'ratio'
    values: Sequence[float] = ()
    goal: float | None = None
    at_most: bool = False
    dtype: str = ''
    configs: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    threads: int | None = None
    note: str = ''

    def as_json(self) -> dict[str, Any]:
        """The entry of the JSON file.

        ``value`` is the median of the repetitions, ``spread`` their
        quartiles, ``reached`` None where there is no goal or no value.
        """
        entry = asdict(self)
        values = [float(value) for value in entry.pop('values')]
        stats = summary(values) if values else None
        value = stats['median'] if stats else None
        return dict(
            entry,
            configs=list(self.configs),
            value=value,
            median=value,
            spread=[stats['q1'], stats['q3']] if stats else None,
            repetitions=len(values),
            reached=self._reached(value),
        )

    def _reached(self, value: float | None) -> bool | None:
        if value is None or self.goal is None:
            return None
        return value <= self.goal if self.at_most else value >= self.goal


def check_equal(
    what: str,
    values: Mapping[str, float],
    tolerance: float,
) -> None:
    """All values are the first one, to a relative tolerance.

    Raises:
        BenchmarkError: If one is not: the sides then do different work and
            their times mean nothing.
    """
    first, *others = values
    reference = values[first]
    for name in others:
        difference = abs(values[name] - reference)
        # Not <=, which a NaN would pass by its negation.
        if not difference <= tolerance * max(abs(reference), 1e-12):
            raise BenchmarkError(
                f'{what} of {name} is {values[name]:.7g}, of {first} '
                f'{reference:.7g}; expected equal to {tolerance:g}, because '
                'only sides that do the same work can be compared'
            )
