"""The tables of configs/README.md."""

from __future__ import annotations

from collections.abc import Sequence

from .rows import Row, SetFacts, numbers

HEAD = (
    '| config | protocol | parameters | multiply-adds | published | here '
    '| command |\n|---|---|---|---|---|---|---|'
)


def table(rows: Sequence[Row]) -> str:
    """A paragraph on a set and a table of its configs.

    Args:
        rows: Those of one set.
    """
    lines = [_paragraph(rows[0].facts), '', HEAD]
    for row in rows:
        cells = (
            f'[{row.config}]({row.config}.py)',
            ' / '.join(row.facts.protocols),
            f'{row.size.parameters / 1e6:.2f} M',
            f'{row.size.macs / 1e9:.3f} G',
            numbers(row.published, row.facts) or '-',
            row.ours,
            f'`{row.command}`',
        )
        lines.append('| ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines)


def _paragraph(facts: SetFacts) -> str:
    chosen = [f'`{choice}`' for choice in facts.protocols.values() if choice]
    by = f', split by {" or ".join(chosen)}' if chosen else ''
    return (
        f'**{facts.title}.** File: `{facts.variable}`{by}. Numbers: '
        f'{facts.measure}.'
    )
