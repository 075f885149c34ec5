"""The Markdown table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..weights import GENERATED_MOTION
from .results import Group, diverged, weak_scratch
from .spec import (
    ARMS,
    PRETRAINED_ARMS,
    SWEEP_SEEDS,
    SWEPT,
    Spec,
    marked_arm,
)
from .statistics import caveat, percent


def table(
    spec: Spec,
    groups: Sequence[Group],
    sentence: str,
    failures: Sequence[str] = (),
    num_copies: int = 0,
) -> str:
    """All arms at all numbers of labels, and how to read them.

    Args:
        spec: The question.
        groups: See ``group_results``.
        sentence: The answer in words.
        failures: Cells that are missing.
        num_copies: Test clips that are in the training too.
    """
    lines = [
        sentence,
        '',
        '| labels | arm | top-1 % | class mean % | minus scratch '
        '(95 % interval) | subsets x pre-trainings | learning rate '
        '| updates | s a cell |',
        '|---|---|---|---|---|---|---|---|---|',
    ]
    lines += [_line(spec, group) for group in groups]
    notes = _notes(spec, groups)
    if num_copies:
        notes.append(
            f'CAUTION: {num_copies} test clips are copies of training clips '
            'under other names, which flatters all arms; take them out. '
            'tools/data/check.py finds them, and its --fix takes them out of '
            'the training, if the splits are called train and val or test.'
        )
    lines += ['', *(f'- {note}' for note in notes)]
    lines += [f'- MISSING: {failure}' for failure in failures]
    return '\n'.join(lines) + '\n'


def _line(spec: Spec, group: Group) -> str:
    arm = marked_arm(group.arm, spec.transductive)
    difference = group.gain or ('' if group.arm == 'scratch' else '-')
    subsets = len({seed for seed, _ in group.top1})
    pretrained = len({p for _, p in group.top1})
    factor = '' if group.lr_factor is None else f'x {group.lr_factor:g}'
    cells = [
        f'{group.num_labels} ({100 * group.fraction:g} %)',
        arm,
        percent(group.top1),
        percent(group.mean_class),
        difference,
        f'{subsets} x {pretrained}',
        factor,
        '' if group.updates is None else str(group.updates),
        f'{np.mean(group.seconds):.1f}',
    ]
    return f'| {" | ".join(cells)} |'


def _notes(spec: Spec, groups: Sequence[Group]) -> list[str]:
    arms = {group.arm for group in groups}
    notes = [f'{arm}: {ARMS[arm]}.' for arm in ARMS if arm in arms]
    if spec.configs is not None:
        notes.append(f'STRL stands for the model of {spec.configs}.')
    notes.append(
        f'Tested on split {spec.test_split!r} of {spec.ann_file} after the '
        'last epoch; the test chooses nothing. ± is the standard deviation '
        'over label subsets, with all labels over trainings.'
    )
    if spec.up != 'y':
        notes.append(f'{spec.up} is up in the file: joints are turned.')
    if any(group.difference is not None for group in groups):
        notes.append(_interval_note(groups))
    weak = weak_scratch(groups)
    if weak:
        notes.append(
            f'CAUTION: {"; ".join(weak)}: it has been trained too little, '
            'and differences to it flatter. Train for longer '
            '(--train-options train_cfg.max_epochs=N).'
        )
    lost = diverged(groups)
    if lost:
        notes.append(
            f'DIVERGED: {"; ".join(lost)}: their scores are no numbers any '
            'more, and the class that is then guessed says nothing. Lower '
            'the learning rate.'
        )
    if spec.sweep is None:
        notes.append("Learning rates are the configs'; none was swept.")
    elif arms & SWEPT.keys():
        swept = sorted({SWEPT[arm] for arm in arms & SWEPT.keys()})
        notes.append(
            "Learning rates are factors of the configs', chosen for "
            f'{" and ".join(swept)} from the same ones, by labelled clips of '
            'the training split that were held out, with '
            f'{100 * spec.sweep:g} % of the other labels (mean of '
            f'{len(SWEEP_SEEDS)} subsets); arms that begin as one of them '
            'have its rate'
            + ('; that of ST-GCN++ is fixed.' if 'stgcnpp' in arms else '.')
        )
    updates = {g.updates for g in groups if g.arm == 'scratch'}
    if len(updates) > 1:
        notes.append(
            'Where there are more labels trainings had more updates as well.'
        )
    if spec.epochs != 1:
        notes.append(
            f'REDUCED: every training had {100 * spec.epochs:g} % of its '
            "config's epochs (--budget full has all)."
        )
    notes += _source_notes(spec, arms)
    return notes


def _interval_note(groups: Sequence[Group]) -> str:
    found = [g.difference for g in groups if g.difference is not None]
    resampled = sorted({name for one in found for name in one.over})
    note = (
        'The interval is of a bootstrap of paired differences over '
        f'{", ".join(resampled)}'
    )
    if any('label subsets' not in one.over for one in found):
        note += (
            '; one label subset only, so it says nothing about other subsets'
        )
    trained = [
        g.difference
        for g in groups
        if g.arm in PRETRAINED_ARMS and g.difference is not None
    ]
    if any('pre-training seeds' not in one.over for one in trained):
        note += (
            '; one pre-training only, so it says nothing about other '
            'pre-trainings'
        )
    few = (name for one in found for name in one.few)
    return f'{note}. {caveat(few)}'


def _source_notes(spec: Spec, arms: set[str]) -> list[str]:
    if not arms & set(PRETRAINED_ARMS):
        return []
    if spec.pretrained == GENERATED_MOTION:
        return [
            "Weights are those of the package, pre-trained on the project's "
            'own generated motion and on no clip of any file.'
        ]
    if spec.pretrained is not None:
        other = (
            ', and what of them does not fit these joints or coordinates '
            'begins from random numbers'
            if spec.other_joints
            else ''
        )
        return [
            f'Weights were given ({spec.pretrained}); what they have seen '
            f'is not known here{other}.'
        ]
    notes = []
    if spec.transductive:
        notes.append(
            'TRANSDUCTIVE: pre-training has seen the clips of the test, '
            'without their labels.'
        )
    if spec.unlabelled:
        notes.append(f'Also pre-trained on {", ".join(spec.unlabelled)}.')
    return notes
