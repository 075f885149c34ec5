"""From dumps to an ensemble and its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..evaluation.score_dump import Scores, read_scores, write_scores
from ..whole_files import write_json, write_text
from .choosing import choose_weights, require_apart
from .fusing import comparable, fuse, is_probability
from .matching import match, require_same_classes
from .report import Report, evaluate, markdown, to_json


def run(
    dumps: Sequence[str | Path],
    weights: Sequence[float] | None = None,
    softmax: bool = False,
    common: bool = False,
    choose_on: Sequence[str | Path] | None = None,
) -> tuple[Report, Scores]:
    """Join models by the dumps of their scores.

    Args:
        dumps: One of each model.
        weights: Of the models. None: equal ones.
        softmax: Whether to make probabilities of scores that are none.
        common: Whether to leave out clips that not all dumps have.
        choose_on: Dumps of the same models on other clips, in the same
            order, on which the weights are chosen instead.

    Returns:
        What the ensemble is worth, and its scores.

    Raises:
        FileNotFoundError: If there is no such dump.
        ValueError: If the dumps do not go together, or the weights with them.
    """
    read = [read_scores(dump) for dump in dumps]
    members = comparable(match(read, common), softmax)
    weights_from = 'equal' if weights is None else 'as given'
    if choose_on is not None:
        weights, weights_from = _choose(read, choose_on, softmax, common)
    if weights is None:
        weights = [1.0] * len(members)
    fused = fuse(members, weights)
    left_out = [
        len(whole) - len(member)
        for whole, member in zip(read, members, strict=True)
    ]
    report = evaluate(
        members, fused, weights, weights_from, left_out, _kind(read, members)
    )
    return report, fused


def _kind(read: Sequence[Scores], members: Sequence[Scores]) -> str:
    """What the scores are, in words."""
    if not is_probability(members[0].values):
        return 'scores as they are'
    made = [one.file for one in read if not is_probability(one.values)]
    return 'probabilities' + (
        f' (softmax of {", ".join(made)})' if made else ''
    )


def _choose(
    tests: Sequence[Scores],
    dumps: Sequence[str | Path],
    softmax: bool,
    common: bool,
) -> tuple[list[float], str]:
    if len(dumps) != len(tests):
        raise ValueError(
            f'expected a dump to choose on for each of {len(tests)} members, '
            f'got {len(dumps)}'
        )
    others = [read_scores(dump) for dump in dumps]
    for other in others:
        for test in tests:
            require_apart(test, other)
    require_same_classes([*others, tests[0]])
    matched = comparable(match(others, common), softmax)
    files = ', '.join(other.file for other in others)
    text = f'chosen on {len(matched[0])} clips of {files}'
    return choose_weights(matched), text


def write(out: Path, report: Report, fused: Scores) -> None:
    """Write table, JSON and the ensemble's own dump.

    Args:
        out: Folder; ``ensemble.md``, ``ensemble.json``, ``ensemble.npz``.
        report: What the ensemble is worth.
        fused: Its scores.
    """
    write_json(out / 'ensemble.json', to_json(report))
    write_text(out / 'ensemble.md', markdown(report))
    write_scores(out / 'ensemble.npz', fused)
