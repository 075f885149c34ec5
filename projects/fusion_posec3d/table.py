r"""What STRL and PoseC3D are worth together, from the dumps of their tests.

Reads three folders of tools/label_efficiency.py, whose trainings have kept
their scores in work/CELL/scores.npz, joins them clip by clip, and writes the
table. See README.md beside this file.

Example:
    python projects/fusion_posec3d/table.py --strl DIR --posec3d DIR \
        --fusion DIR --out table.md
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.ensemble.fusing import comparable, fuse
from skeletonmae_plugin.ensemble.matching import match
from skeletonmae_plugin.evaluation.score_dump import Scores, read_scores
from skeletonmae_plugin.evaluation.scores import accuracies, top_k_hits
from skeletonmae_plugin.label_efficiency.folder import (
    Folder,
    require_same_question,
)
from skeletonmae_plugin.label_efficiency.statistics import (
    caveat,
    compare,
    few_of,
    percent,
)
from skeletonmae_plugin.whole_files import write_text

#: Model that was trained -> its folder and its arm there.
TRAINED = {
    'STRL': ('strl', 'scratch'),
    'STRL, pre-trained': ('strl', 'pretrained'),
    'PoseC3D': ('posec3d', 'scratch'),
    'features of STRL + PoseC3D': ('fusion', 'scratch'),
    'features of STRL, pre-trained, + PoseC3D': ('fusion', 'pretrained'),
}
#: A pair by its scores -> its members.
SUMMED = {
    'scores of STRL + PoseC3D': ('STRL', 'PoseC3D'),
    'scores of STRL, pre-trained, + PoseC3D': ('STRL, pre-trained', 'PoseC3D'),
}
#: A pair -> its members.
PAIRS = {
    **SUMMED,
    'features of STRL + PoseC3D': ('STRL', 'PoseC3D'),
    'features of STRL, pre-trained, + PoseC3D': (
        'STRL, pre-trained',
        'PoseC3D',
    ),
}
#: Two trainings of one model with the same labels -> the model. Any two err
#: on different clips: a pair of different models must be worth more.
TWICE = {
    f'scores of {name}, of two seeds': name
    for name in ('STRL', 'STRL, pre-trained', 'PoseC3D')
}


#: What the questions of the folders may differ in.
OF_MODEL = (
    'configs',
    'recipes',
    'pretrained',
    'pretrained_checksum',
    'pretrain_options',
)


class Cell(NamedTuple):
    """A training with labels: what part of them, and of which seed."""

    fraction: float
    seed: int


#: Model -> the scores of its trainings.
Found = dict[str, dict[Cell, Scores]]
#: Training -> names of the clips whose labels it has.
Labels = dict[Cell, list[str]]


def read_folders(folders: Mapping[str, Path]) -> tuple[Found, Labels]:
    """Scores of all trainings that are done, of the same clips in one order.

    Of several pre-trainings the first counts.

    Args:
        folders: 'strl', 'posec3d' and 'fusion' -> folder of a run.

    Raises:
        FileNotFoundError: If a training has kept no scores.
        ValueError: If there is none, or budget, labels or clips are not the
            same.
    """
    require_same_question(
        {path: read_spec(path) for path in folders.values()},
        OF_MODEL,
        '--configs, --arms and --pretrained',
    )
    found: Found = {}
    labels: Labels = {}
    for model, (name, arm) in TRAINED.items():
        folder = Folder(folders[name])
        for cell in folder.done():
            swept = cell.lr_factor is not None
            if cell.arm != arm or swept or cell.pretrain_seed not in (None, 0):
                continue
            key = Cell(cell.fraction, cell.seed)
            ids = read_ids(folder.labels(*key))
            if labels.setdefault(key, ids) != ids:
                raise ValueError(
                    f'{folder.labels(*key)} names other clips than the same '
                    'file of another folder; train all on the same data'
                )
            found.setdefault(model, {})[key] = _scores(folder, cell.name)
    keys = [(model, key) for model, of in found.items() for key in of]
    if not keys:
        raise ValueError(
            f'no training is done in {", ".join(map(str, folders.values()))}; '
            'run the commands of README.md first'
        )
    matched = comparable(match([found[model][key] for model, key in keys]))
    for (model, key), scores in zip(keys, matched, strict=True):
        found[model][key] = scores.labelled()
    return found, labels


def read_spec(folder: Path) -> dict[str, Any]:
    """The question of a run.

    Raises:
        FileNotFoundError: If the folder is none of a run.
    """
    file = folder / 'spec.json'
    if not file.is_file():
        raise FileNotFoundError(
            f'{file}: no such file; give the --out of a run of '
            'tools/label_efficiency.py'
        )
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def _scores(folder: Folder, name: str) -> Scores:
    file = folder.path / 'work' / name / 'scores.npz'
    if not file.is_file():
        raise FileNotFoundError(
            f'{file}: no such file; {folder.path} was made without '
            '--train-options default_hooks.scores.type=ScoreDumpHook '
            "default_hooks.scores.out_file='{work_dir}/scores.npz'"
        )
    return read_scores(file)


def add_pairs(found: Found) -> None:
    """Add the pairs by their scores, with equal weights: nothing is chosen."""
    for pair, (one, other) in SUMMED.items():
        ours, theirs = found.get(one, {}), found.get(other, {})
        both = sorted(set(ours) & set(theirs))
        if both:
            found[pair] = {
                key: fuse([ours[key], theirs[key]], [1, 1]) for key in both
            }


def add_twice(found: Found, labels: Labels) -> None:
    """Add two trainings of a model where seeds have the same labels.

    That is so with all labels. The partner of a seed is the next one, of the
    last the first.
    """
    for twice, model in TWICE.items():
        trained = found.get(model, {})
        for fraction in sorted({key.fraction for key in trained}):
            cells = sorted(key for key in trained if key.fraction == fraction)
            same = all(labels[key] == labels[cells[0]] for key in cells)
            if len(cells) > 1 and same:
                nexts = [*cells[1:], cells[0]]
                for one, other in zip(cells, nexts, strict=True):
                    joined = fuse([trained[one], trained[other]], [1, 1])
                    found.setdefault(twice, {})[one] = joined


def markdown(found: Found, labels: Labels, epochs: float = 1.0) -> str:
    """The table and how to read it.

    Args:
        found: Scores, pairs among them.
        labels: Of each training.
        epochs: Part of the configs' epochs.
    """
    lines = [
        '| labels | model | top-1 % | class mean % | minus the better member '
        '(95 % interval) | seeds |',
        '|---|---|---|---|---|---|',
    ]
    for fraction in sorted({key.fraction for key in labels}):
        at = {
            model: {k.seed: v for k, v in of.items() if k.fraction == fraction}
            for model, of in found.items()
        }
        for model in (*TRAINED, *SUMMED, *TWICE):
            if at.get(model):
                count = len(labels[Cell(fraction, min(at[model]))])
                words = f'{count} ({100 * fraction:g} %)'
                lines.append(f'| {words} | {_row(at, model)} |')
    num_clips = len(next(iter(next(iter(found.values())).values())))
    notes = _notes(num_clips, len({key.seed for key in labels}))
    if epochs != 1:
        notes.append(f'- REDUCED: {100 * epochs:g} % of all epochs.')
    return '\n'.join([*lines, '', *notes]) + '\n'


#: Seed -> scores of a fraction.
Row = Mapping[int, Scores]


def _row(at: Mapping[str, Row], model: str) -> str:
    row, cells = at[model], [model]
    found = {
        (seed, None): accuracies(one.values.argmax(1), one.labels)
        for seed, one in row.items()
    }
    for key in ('top1', 'mean_class_accuracy'):
        cells.append(percent({s: one[key] for s, one in found.items()}))
    cells += [_gain(at, model), str(len(row))]
    return ' | '.join(cells)


def _gain(at: Mapping[str, Row], model: str) -> str:
    """Of a pair over the member with the higher mean, '' of a member."""
    members = PAIRS.get(model) or (TWICE.get(model, ''),)
    if not all(at.get(name) for name in members):
        return ''
    hits = {name: _hits(at[name]) for name in (model, *members)}
    shared = set.intersection(*(set(of) for of in hits.values()))
    if not shared:
        return ''
    hits = {n: {s: of[s] for s in shared} for n, of in hits.items()}
    better = max(members, key=lambda name: np.sum(list(hits[name].values())))
    found = compare(hits[model], hits[better])
    assert found is not None
    over = f' over {better}' if model in PAIRS else ''
    return f'{found.points}{over}'


def _hits(row: Row) -> dict:
    return {
        (seed, None): top_k_hits(one.values, one.labels)
        for seed, one in row.items()
    }


def _notes(num_clips: int, num_seeds: int) -> list[str]:
    return [
        f'- {num_clips} test clips, after the last epoch; the test chooses '
        'nothing. A seed is a label subset with weights and order of its own, '
        'the same subset for all models; ± is over seeds.',
        '- Scores are summed with equal weights, features joined by one '
        'linear layer that is trained with both networks.',
        '- Differences are paired by seed and test clip, with the 95 % '
        'interval of a bootstrap over both. The better member, by its mean, '
        'is found on the same clips, which makes a gain look smaller. '
        + caveat(few_of(dict(seeds=num_seeds))),
        '- Of two seeds: what joining two trainings of one model brings, '
        'where seeds have the same labels. Each training is in two of these '
        'pairs, so that their intervals are rather too narrow.',
    ]


def main(argv: Sequence[str] | None = None) -> None:
    """Read, join, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in ('strl', 'posec3d', 'fusion'):
        parser.add_argument(f'--{name}', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True, help='a .md file')
    args = parser.parse_args(argv)
    try:
        found, labels = read_folders(
            dict(strl=args.strl, posec3d=args.posec3d, fusion=args.fusion)
        )
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    add_pairs(found)
    add_twice(found, labels)
    epochs = read_spec(args.strl)['epochs']
    text = markdown(found, labels, epochs)
    write_text(args.out, text)
    print(text)


if __name__ == '__main__':
    main()
