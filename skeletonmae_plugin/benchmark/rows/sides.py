"""Sides of a comparison as the JSON file shows them."""

from collections.abc import Mapping
from typing import Any

from ..timing import Times


def side_details(
    times: Mapping[str, Times], **amounts: float
) -> dict[str, Any]:
    """Milliseconds of a call and ``amounts`` a second, for each side.

    Args:
        times: Name of a side -> its times.
        amounts: Unit -> what one call gets done, ``frames=64`` for one; the
            rate is called ``<unit>_per_s``.
    """
    details = {}
    for name, side in times.items():
        details[name] = {
            'ms': side.median * 1e3,
            **{f'{k}_per_s': side.rates(v) for k, v in amounts.items()},
            'calls': side.calls * len(side.seconds),
        }
        if side.peak_memory is not None:
            details[name]['peak_memory_mb'] = side.peak_memory / 2**20
    return details
