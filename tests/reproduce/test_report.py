"""Numbers of a table, what is missing, and the paper's beside them."""

import json
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import Clips
from skeletonmae_plugin.label_efficiency.results import Group
from skeletonmae_plugin.label_efficiency.run import Plan
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.reproduce import output
from skeletonmae_plugin.reproduce.figure import KINDS
from skeletonmae_plugin.reproduce.output import (
    Amount,
    require_same_question,
    write_table,
)
from skeletonmae_plugin.reproduce.report import (
    markdown,
    notes,
    paired_difference,
    table_rows,
)
from skeletonmae_plugin.reproduce.rows import TABLES, Place
from skeletonmae_plugin.study.run import RowResult, Study

CLIPS = Clips(tuple('abcdefghij'), (0,) * 10, 2)
LINES = list(TABLES['scratch'](Place('nwucla', get_layout('coco'))))[:2]


def study(epochs=1.0, seeds=2):
    spec = Spec('a', 'coco', 'x', 'y', '', 2, 2, epochs=epochs, recipe='paper')
    plan = Plan((), (1.0,), tuple(range(seeds)), seeds, paired=True)
    return Study(spec, plan, CLIPS, CLIPS, Path('configs'))


def group(arm, right, seeds=(0, 1), diverged=0):
    """The first clips are right, one more with each seed."""
    lost = {(seed, None) for seed in range(diverged)}
    found = Group(arm, 1.0, 10, updates=7, lost=lost)
    for seed in seeds:
        key = seed, None if arm == 'scratch' else seed
        hits = np.arange(10) < right + seed
        found.hits[key] = hits
        found.top1[key] = hits.mean()
        found.mean_class[key] = hits.mean() / 2
        found.seconds.append(30.0)
    return found


def results(*groups, missing=()):
    return [
        RowResult(
            line.row,
            [] if one is None else [one],
            list(missing) if one is None else [],
            {'x': 1},
            {'y': 2},
            [] if line.row.arms == ('scratch',) else [12.0, 14.0],
        )
        for line, one in zip(LINES, groups, strict=True)
    ]


def test_a_seed_is_compared_with_itself():
    found = paired_difference(group('pretrained', 6), group('scratch', 4))
    assert found.mean == pytest.approx(0.2)
    assert found.over == ('seeds', 'test clips')
    one = paired_difference(
        group('pretrained', 6, (1, 2)), group('scratch', 4, (0, 1))
    )
    assert one.num_seeds == 1 and one.mean == pytest.approx(0.2)
    apart = group('scratch', 4, (5,))
    assert paired_difference(group('pretrained', 6), apart) is None


def test_numbers_of_a_row():
    first, second = table_rows(
        study(),
        LINES,
        results(group('scratch', 4), group('pretrained', 6)),
    )
    assert first['top1'] == pytest.approx(0.45)
    assert first['std'] == pytest.approx(np.std([0.4, 0.5], ddof=1))
    assert first['mean_class_accuracy'] == pytest.approx(0.225)
    assert first['minus_first'] is None and first['pretrain_seconds'] is None
    assert second['minus_first']['mean'] == pytest.approx(0.2)
    assert (second['pretrain_seconds'], second['seconds']) == (13, 30)
    assert (second['num_seeds'], second['asked_seeds']) == (2, 2)
    assert second['train_options'] == {'y': 2} and first['paper']


def test_table_has_the_paper_beside_ours():
    rows = table_rows(
        study(0.5),
        LINES,
        results(group('scratch', 4), group('pretrained', 6, diverged=1)),
    )
    text = markdown(study(0.5), 'nwucla', rows, notes(study(0.5), rows))
    lines = text.splitlines()
    assert lines[2] == (
        '| from scratch | 86.3 (FineGym) | 45.0 ± 7.1 | 22.5 ± 3.5 |  '
        '| 2 of 2 | 7 | 30 |'
    )
    assert lines[3].startswith(
        '| pre-trained | 91.2 (FineGym) | 65.0 ± 7.1 (diverged: 1) | 32.5'
    )
    assert lines[3].endswith('| 2 of 2 | 7 | 13 + 30 |')
    assert len({line.count('|') for line in lines[:4]}) == 1
    assert 'REDUCED: 0.5 times' in text and 'DIVERGED' in text
    assert 'MISSING' not in text
    own = markdown(study(), 'finegym', rows, ())
    assert '| from scratch | 86.3 | ' in own


def test_what_is_not_run_is_told(tmp_path):
    lost = [Cell('pretrained', 1.0, 0, 0)]
    found = results(group('scratch', 4, (0,)), None, missing=lost)
    path = tmp_path / Amount('nwucla', 'xview', epochs=0.5).stem('scratch')
    text = write_table(study(), 'nwucla', LINES, found, path, ['OPTIONS x'])
    assert text.endswith('- OPTIONS x\n')
    assert (
        '| pre-trained | 91.2 (FineGym) | not run | not run |  | 0 of 2 |'
        in text
    )
    assert '- MISSING: from scratch; pre-trained.' in text
    # The dot of the factor is no end of a name.
    name = 'scratch_nwucla_xview_x0.5'
    assert path.name == name
    content = json.loads((tmp_path / f'{name}.json').read_text())
    assert content['missing'] == {'pre-trained': ['pretrained_f1_s0_p0']}
    assert content['rows'][1]['top1'] is None
    assert content['rows'][0]['paper'] == {'finegym': 86.3}
    assert (tmp_path / f'{name}.png').stat().st_size > 5000
    require_same_question(study(), path)
    require_same_question(study(seeds=1), path)
    with pytest.raises(ValueError, match='another question .differs in epo'):
        require_same_question(study(0.5), path)
    require_same_question(study(0.5), tmp_path / 'not_there')


def test_a_figure_says_of_what_it_is(monkeypatch, tmp_path):
    titles = []
    monkeypatch.setattr(
        output, 'draw', lambda *given: titles.append(given[3].splitlines())
    )
    found = results(group('scratch', 4), group('pretrained', 6))
    for number, asked in enumerate((study(seeds=1), study(0.5))):
        write_table(asked, 'nwucla', LINES, found, tmp_path / f't{number}')
    (first, whole), (second, half) = titles
    assert (first, second) == ('t0', 't1')
    assert whole.endswith(', 1 seed')
    assert half.endswith(', 2 seeds, REDUCED: 0.5 times the epochs')


def test_nothing_is_compared_with_a_divergence():
    for lost in ((1, 0), (0, 1)):
        found = results(
            group('scratch', 4, diverged=lost[0]),
            group('pretrained', 6, diverged=lost[1]),
        )
        rows = table_rows(study(), LINES, found)
        assert [row['minus_first'] for row in rows] == [None, None]
        assert not any('Differences' in note for note in notes(study(), rows))


def test_notes_say_what_is_resampled():
    for seeds, words, over in (
        ((0, 1), '± is the standard deviation over 2 seeds', 'seeds and test'),
        ((0,), 'One seed: of other seeds nothing is known', 'over test clips'),
    ):
        found = results(
            group('scratch', 4, seeds), group('pretrained', 6, seeds)
        )
        asked = study(seeds=len(seeds))
        rows = table_rows(asked, LINES, found)
        text = ' '.join(notes(asked, rows))
        assert words in text and f'a bootstrap {over}' in text.replace(
            'bootstrap over seeds', 'bootstrap seeds'
        )
        assert ('so few seeds' in text) == (len(seeds) > 1)


def test_amounts_have_files_and_places_of_their_own():
    amounts = [
        Amount('sbu', split, recipe, epochs, name)
        for split in ('train1', 'train2')
        for recipe in ('paper', 'default')
        for epochs in (1.0, 0.2)
        for name in ('', 'small')
    ]
    stems = {amount.stem('encoder_depth') for amount in amounts}
    assert len(stems) == len(amounts)
    assert {'encoder_depth_sbu_train1_x0.2'} < stems
    assert {'encoder_depth_sbu_train2_default_small'} < stems
    # The page has one place for any number of epochs.
    places = {amount.place('encoder_depth') for amount in amounts}
    assert len(places) == len(amounts) / 2
    assert 'encoder depth sbu train2 default small' in places


def test_every_row_of_a_table_is_drawn():
    place = Place(
        'nwucla', get_layout('coco'), sources={'jhmdb': get_layout('jhmdb15')}
    )
    arms = {
        arm
        for make in TABLES.values()
        for line in make(place)
        for arm in line.row.arms
    }
    assert arms == {arm for kind in KINDS for arm in kind[0]}
