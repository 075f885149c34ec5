"""What an ensemble is worth: table and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..evaluation.features import UNLABELLED
from ..evaluation.score_dump import FACTS, Scores
from ..evaluation.scores import accuracies, top_k_hits
from ..label_efficiency.statistics import Difference
from .gain import paired_gain


@dataclass(frozen=True)
class Accuracy:
    """Of one model, in 0..1, over the labelled clips.

    Attributes:
        top1: Share of clips whose class has the highest score.
        top5: Share of clips whose class is among the five highest.
        mean_class_accuracy: Mean over the classes of their top-1.
    """

    top1: float
    top5: float
    mean_class_accuracy: float


@dataclass(frozen=True)
class Report:
    """An ensemble beside its members.

    Attributes:
        members: Scores of the same clips.
        weights: Of the members.
        weights_from: Where the weights are from, in words.
        accuracies: Of the members.
        ensemble: Accuracy of the ensemble.
        best: Position of the member with the highest top-1.
        gain: Top-1 of the ensemble minus that of the best member.
        left_out: Clips of each member that not all have.
        kind: What the scores are, in words.
    """

    members: Sequence[Scores]
    weights: Sequence[float]
    weights_from: str
    accuracies: Sequence[Accuracy]
    ensemble: Accuracy
    best: int
    gain: Difference
    left_out: Sequence[int]
    kind: str

    @property
    def num_unlabelled(self) -> int:
        """Clips that count in no accuracy."""
        return int((self.members[0].labels == UNLABELLED).sum())


def evaluate(
    members: Sequence[Scores],
    fused: Scores,
    weights: Sequence[float],
    weights_from: str,
    left_out: Sequence[int],
    kind: str,
) -> Report:
    """Measure members and ensemble on the same clips.

    Args:
        members: Scores of the same clips, some of them labelled.
        fused: Those of the ensemble.
        weights: Of the members.
        weights_from: Where the weights are from, in words.
        left_out: Clips of each member that not all have.
        kind: What the scores are, in words.
    """
    known = [member.labelled() for member in members]
    found = [accuracy(member) for member in known]
    best = int(np.argmax([one.top1 for one in found]))
    all_in_one = fused.labelled()
    hits, base = (
        top_k_hits(one.values, one.labels) for one in (all_in_one, known[best])
    )
    return Report(
        members,
        weights,
        weights_from,
        found,
        accuracy(all_in_one),
        best,
        paired_gain(hits, base),
        left_out,
        kind,
    )


def accuracy(scores: Scores) -> Accuracy:
    """Measure scores of labelled clips."""
    values, labels = scores.values, scores.labels
    return Accuracy(
        top5=float(top_k_hits(values, labels, 5).mean()),
        **accuracies(values.argmax(1), labels),
    )


def markdown(report: Report) -> str:
    """The table, in percent, and how to read it."""
    first, gain = report.members[0], report.gain
    best = report.members[report.best].file
    lines = [
        f'{len(first)} clips, {first.num_classes} classes; {report.kind}; '
        f'weights: {report.weights_from}.',
        '',
        '| member | weight | top-1 % | top-5 % | mean class % |',
        '|---|---|---|---|---|',
    ]
    lines += [
        _line(member.file, f'{weight:.4g}', found)
        for member, weight, found in zip(
            report.members, report.weights, report.accuracies, strict=True
        )
    ]
    lines += [
        _line('**ensemble**', '', report.ensemble),
        '',
        f'Ensemble minus best member ({best}): {100 * gain.mean:+.1f} points '
        f'of top-1 (95 % interval {100 * gain.low:+.1f} to '
        f'{100 * gain.high:+.1f}).',
        '',
        '- The interval is of a bootstrap of paired differences over clips; '
        'it says nothing about other trainings. The best member is found on '
        'the same clips, which makes the gain look smaller.',
    ]
    if any(report.left_out):
        lines.append(
            '- LEFT OUT (--common), since not all members have them: '
            + ', '.join(
                f'{count} clips of {member.file}'
                for member, count in zip(
                    report.members, report.left_out, strict=True
                )
                if count
            )
            + '.'
        )
    if report.num_unlabelled:
        lines.append(
            f'- {report.num_unlabelled} clips have no label and count in no '
            'accuracy.'
        )
    return '\n'.join(lines) + '\n'


def _line(name: str, weight: str, found: Accuracy) -> str:
    cells = [
        name.replace('|', r'\|'),
        weight,
        f'{100 * found.top1:.1f}',
        f'{100 * found.top5:.1f}',
        f'{100 * found.mean_class_accuracy:.1f}',
    ]
    return f'| {" | ".join(cells)} |'


def to_json(report: Report) -> dict[str, Any]:
    """All of it; accuracies and the gain in 0..1."""
    rows = [
        dict(
            file=member.file,
            **{name: member.facts.get(name, '') for name in FACTS},
            weight=weight,
            left_out=left_out,
            **asdict(found),
        )
        for member, weight, left_out, found in zip(
            report.members,
            report.weights,
            report.left_out,
            report.accuracies,
            strict=True,
        )
    ]
    gain = report.gain
    return dict(
        num_clips=len(report.members[0]),
        num_unlabelled=report.num_unlabelled,
        num_classes=report.members[0].num_classes,
        scores=report.kind,
        weights_from=report.weights_from,
        members=rows,
        ensemble=asdict(report.ensemble),
        best_member=report.members[report.best].file,
        gain=dict(mean=gain.mean, low=gain.low, high=gain.high),
    )
