"""What was timed, as rows and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .latency import MODES, Subject


def latency_rows(
    subjects: Sequence[Subject],
    seconds: Mapping[tuple[str, str], np.ndarray],
) -> list[dict[str, Any]]:
    """A row for each model and mode.

    Args:
        subjects: What was timed.
        seconds: (name, mode) -> (rounds, calls), see ``time_calls``.

    Returns:
        ``model``, ``mode``, ``median_ms``, ``p5_ms`` and ``p95_ms`` of single
        clips, ``times_first`` (how many times as long as the first model in
        the same mode: median over the rounds of the ratio of medians, with
        ``times_first_p5`` and ``_p95``; None where that one has no such
        mode), ``parameters``, ``onnx_bytes``.
    """
    rows = []
    for subject in subjects:
        for mode in subject.sides:
            own = seconds[subject.name, mode]
            low, middle, high = np.percentile(1000 * own, (5, 50, 95))
            first = seconds.get((subjects[0].name, mode))
            ratio: Sequence[float | None] = (None,) * 3
            if first is not None:
                pairs = np.median(own, 1) / np.median(first, 1)
                ratio = np.percentile(pairs, (5, 50, 95)).tolist()
            rows.append(
                dict(
                    model=subject.name,
                    mode=mode,
                    median_ms=float(middle),
                    p5_ms=float(low),
                    p95_ms=float(high),
                    times_first=ratio[1],
                    times_first_p5=ratio[0],
                    times_first_p95=ratio[2],
                    parameters=subject.parameters,
                    onnx_bytes=subject.num_bytes,
                )
            )
    return rows


def latency_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows in Markdown, and how to read them."""
    lines = [
        '| model | weights | ONNX file | run by | ms a clip '
        f'| 5 to 95 % | times {rows[0]["model"]} |',
        '|---|---|---|---|---|---|---|',
    ]
    for row in rows:
        size = row['onnx_bytes']
        ratio = '-'
        if row['times_first'] is not None:
            low, high = row['times_first_p5'], row['times_first_p95']
            ratio = f'{row["times_first"]:.2f} ({low:.2f} to {high:.2f})'
        cells = [
            row['model'].replace('|', r'\|'),
            f'{row["parameters"] / 1e3:.1f} k',
            '-' if size is None else f'{size / 1024:.0f} KiB',
            row['mode'],
            f'{row["median_ms"]:.2f}',
            f'{row["p5_ms"]:.2f} to {row["p95_ms"]:.2f}',
            ratio,
        ]
        lines.append(f'| {" | ".join(cells)} |')
    lines.append('')
    used = {row['mode'] for row in rows}
    lines += [f'- {m}: {what}.' for m, what in MODES.items() if m in used]
    lines.append(
        '- One clip, one core. Medians and percentiles are of single calls; '
        'the last column compares neighbours in time, medians of a turn '
        'each, with its percentiles over the turns.'
    )
    return '\n'.join(lines) + '\n'
