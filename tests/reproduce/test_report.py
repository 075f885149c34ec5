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
from skeletonmae_plugin.reproduce.output import stem, write_table
from skeletonmae_plugin.reproduce.report import (
    markdown,
    notes,
    paired_difference,
    table_rows,
)
from skeletonmae_plugin.reproduce.rows import TABLES, Place
from skeletonmae_plugin.study.run import RowResult, Study

CLIPS = Clips(tuple('abcdefghij'), (0,) * 10, 2)
LINES = list(TABLES['scratch'](Place('nwucla', get_layout('coco'))))


def study(epochs=1.0, seeds=2):
    spec = Spec('a', 'coco', 'x', 'y', '', 2, 2, epochs=epochs, recipe='paper')
    plan = Plan((), (1.0,), tuple(range(seeds)), seeds, paired=True)
    return Study(spec, plan, CLIPS, CLIPS, Path('configs'))


def group(arm, right, seeds=(0, 1), diverged=0):
    """The first clips are right, one more with each seed."""
    found = Group(arm, 1.0, 10, updates=7, diverged=diverged)
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
    assert found.over == ('label subsets', 'test clips')
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
        results(group('scratch', 4), group('pretrained', 6, diverged=1)),
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
        '| pre-trained | - | 65.0 ± 7.1 (diverged: 1) | 32.5 ± 3.5'
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
    path = tmp_path / stem('scratch', 'nwucla', 'paper', 0.5)
    text = write_table(study(), 'nwucla', LINES, found, path, ['OPTIONS x'])
    assert text.endswith('- OPTIONS x\n')
    assert '| pre-trained | - | not run | not run |  | 0 of 2 |' in text
    assert '- MISSING: from scratch; pre-trained.' in text
    # The dot of the factor is no end of a name.
    assert path.name == 'scratch_nwucla_x0.5'
    content = json.loads((tmp_path / 'scratch_nwucla_x0.5.json').read_text())
    assert content['missing'] == {'pre-trained': ['pretrained_f1_s0_p0']}
    assert content['rows'][1]['top1'] is None
    assert content['rows'][0]['paper'] == {'finegym': 86.3}
    assert (tmp_path / 'scratch_nwucla_x0.5.png').stat().st_size > 5000


def test_amounts_have_files_of_their_own():
    names = {
        stem('depth', 'sbu', recipe, epochs)
        for recipe in ('paper', 'default')
        for epochs in (1.0, 0.2)
    }
    assert names == {
        'depth_sbu',
        'depth_sbu_x0.2',
        'depth_sbu_default',
        'depth_sbu_default_x0.2',
    }
    named = stem('depth', 'sbu', 'default', 0.2, 'small')
    assert named == 'depth_sbu_default_small_x0.2'
