"""Files of a finished table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..label_efficiency.results import diverged
from ..label_efficiency.spec import BUDGETS, SWEEP_SEEDS
from ..label_efficiency.statistics import caveat, few_of
from ..whole_files import write_json, write_text
from .figure import draw
from .page import fill, finished_table
from .report import markdown, table_rows
from .run import RowResult, Study


def stem(table: str, set_name: str, on: str) -> str:
    """Name of a table's files; those of the test never lie on the others."""
    return f'{table}_{set_name}' + ('' if on == 'dev' else f'_{on}')


def write_table(
    study: Study, results: Sequence[RowResult], out: Path, name: str
) -> str:
    """Write the JSON, the Markdown and the figure of a table.

    Args:
        study: Set and amount.
        results: Of its rows.
        out: Folder.
        name: See ``stem``.

    Returns:
        The Markdown.
    """
    rows = table_rows(results)
    changes = {
        one.row.name: dict(
            pretrain_options=one.pretrain_options,
            train_options=one.train_options,
            recipes=one.recipes,
            **({'clip_len': one.row.clip_len} if one.row.clip_len else {}),
            **one.weights,
        )
        for one in results
    }
    content = dict(
        question=study.spec.to_json(),
        changes=changes,
        rows=rows,
        missing={
            one.row.name: [cell.name for cell in one.missing]
            for one in results
            if one.missing
        },
    )
    write_json(out / f'{name}.json', content)
    text = markdown(rows, _notes(study, results))
    write_text(out / f'{name}.md', text)
    if rows:
        draw(rows, name, out / f'{name}.png')
    return text


def _notes(study: Study, results: Sequence[RowResult]) -> list[str]:
    spec, plan = study.spec, study.plan
    trainings = {
        'label subsets': len(plan.seeds),
        'pre-trainings': plan.pretrain_seeds,
    }
    notes = [
        f'Top-1 in percent on the {_tested(study)} of '
        f'{spec.test_split}, of {len(study.train.ids)} training clips '
        f'({spec.train_split}), after the last epoch: {len(plan.seeds)} '
        f'label subsets x {plan.pretrain_seeds} pre-trainings. ± is the '
        'standard deviation over label subsets.',
        'Differences are paired, in points, with the 95 % interval of a '
        'bootstrap over '
        + ', '.join(
            name
            for name, size in (
                *trainings.items(),
                ('test clips', len(study.test.ids)),
            )
            if size > 1
        )
        + '. '
        + caveat(few_of(trainings)),
    ]
    lacking = [
        one.row.name
        for one in results
        if 'pretrained' in one.row.arms and 'scratch' not in one.row.arms
    ]
    if lacking and 'scratch' in results[0].row.arms:
        notes.append(
            'Without a scratch of their own, and so beside that of the first '
            f'row: {"; ".join(lacking)}.'
        )
    given = [one.row.name for one in results if one.row.pretrained is not None]
    if given:
        notes.append(
            'Given weights, of which there is one pre-training, so that '
            f'intervals say nothing of others: {"; ".join(given)}.'
        )
    if spec.sweep is not None:
        notes.append(
            'The learning rate of each arm of each row is chosen among the '
            'same three on a fifth of the training clips, with '
            f'{100 * spec.sweep:g} % of the labels ({len(SWEEP_SEEDS)} '
            'subsets).'
        )
    if spec.epochs != 1:
        short = spec.epochs < BUDGETS['quick'].epochs
        what = 'A TRIAL' if short else 'Quick'
        notes.append(f'{what}: {100 * spec.epochs:g} % of all epochs.')
    for one in results:
        lost = diverged(one.groups)
        if lost:
            notes.append(f'DIVERGED in {one.row.name}: {"; ".join(lost)}.')
        if one.missing:
            notes.append(f'MISSING of {one.row.name}: {len(one.missing)}.')
    return notes


def _tested(study: Study) -> str:
    """The test clips that count."""
    number = len(study.test.ids)
    if not study.ignored:
        return f'{number} clips'
    return (
        f'{number - len(study.ignored)} clips that are no copies of training '
        f'clips, of the {number}'
    )


def write_docs(
    page: Path, out: Path, table: str, set_name: str, on: str
) -> None:
    """Put a finished table into the page.

    Raises:
        ValueError: If the page has no place for it, or cells are missing.
        FileNotFoundError: If it is not finished.
    """
    path = out / f'{stem(table, set_name, on)}.md'
    text = finished_table(path, unfinished=('MISSING', 'A TRIAL'))
    place = f'{table} {set_name}' + ('' if on == 'dev' else f' {on}')
    fill(page, place, text)
