"""A table that is made, resumed, and shares what it can."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency.clips import fingerprint, read_clips
from skeletonmae_plugin.label_efficiency.configs import variables
from skeletonmae_plugin.label_efficiency.results import Group
from skeletonmae_plugin.label_efficiency.run import Plan
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.study.options import Times
from skeletonmae_plugin.study.output import write_docs, write_table
from skeletonmae_plugin.study.page import END
from skeletonmae_plugin.study.run import RowResult, Study, run_rows
from skeletonmae_plugin.study.tables import Row
from skeletonmae_plugin.weights import GENERATED_MOTION

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SMALL = {
    'train_cfg.max_epochs': 2,
    'train_dataloader.batch_size': 16,
    'train_dataloader.sampler.min_clips': None,
}
ARMS = ('scratch', 'pretrained', 'frozen_knn')
ROWS = (
    Row('plain', arms=ARMS),
    Row('short', {'train_cfg.max_epochs': Times(0.5)}, arms=ARMS),
    Row('slow', train={'optim_wrapper.optimizer.lr': Times(0.5)}, arms=ARMS),
)


@pytest.fixture
def study(made_data, monkeypatch):
    path = str(made_data('toy', 48))
    train, test = (read_clips(path, 'coco', s) for s in ('train', 'test'))
    spec = Spec(
        path,
        'coco',
        'train',
        'test',
        fingerprint(train, test),
        in_channels=2,
        num_classes=12,
        clip_len=8,
        pretrain_options=SMALL,
        train_options=SMALL,
    )
    for name in variables(spec, '-'):
        monkeypatch.setenv(name, '-')
    return Study(spec, Plan((), (1.0,), (0,)), train, test, CONFIGS)


def cells(out):
    """Results by file -> when they were written."""
    return {p: p.stat().st_mtime_ns for p in out.glob('runs/*/cells/*.json')}


def trained(out, what):
    """Work folders of a kind of training."""
    return len(list(out.glob(f'runs/*/work/{what}*')))


@pytest.mark.slow
def test_rows_share_and_go_on(study, tmp_path):
    results, failures = run_rows(study, ROWS[:1], tmp_path, 2)
    assert failures == [] and results[0].missing == []
    before = cells(tmp_path)
    results, failures = run_rows(study, ROWS, tmp_path, 2)
    assert failures == [] and not any(one.missing for one in results)
    after = cells(tmp_path)
    assert before.items() <= after.items()
    # Of three rows two have the same pre-training, two the same scratch.
    assert trained(tmp_path, 'pretrain_') == 2
    assert trained(tmp_path, 'scratch_') == 2
    assert trained(tmp_path, 'pretrained_') == 3
    assert len(list(tmp_path.glob('runs/*/cells/scratch_*'))) == 3

    lost = next(p for p in after if p.name.startswith('pretrained_'))
    lost.unlink()
    # Its weights are dropped once it is done, as its result shows.
    shutil.rmtree(lost.parents[1] / 'work' / lost.stem)
    results, failures = run_rows(study, ROWS, tmp_path, 1)
    assert failures == [] and lost.exists()
    del after[lost]
    assert after.items() <= cells(tmp_path).items()
    assert [one.pretrain_options['train_cfg.max_epochs'] for one in results]

    write_table(study, results, tmp_path, 'parts_toy')
    content = json.loads((tmp_path / 'parts_toy.json').read_text())
    scratch = [r['top1'] for r in content['rows'] if r['arm'] == 'scratch']
    assert len(content['rows']) == 9 and scratch[0] == scratch[1]
    assert (tmp_path / 'parts_toy.png').exists()
    page = tmp_path / 'study.md'
    page.write_text(f'<!-- table: parts toy -->\n{END}\n')
    write_docs(page, tmp_path, 'parts', 'toy', 'dev')
    assert '| slow |' in page.read_text()


def test_ignored_clips_count_in_no_table(study, tmp_path):
    rows = [Row('plain', arms=('raw_knn',))]
    (whole,), failures = run_rows(study, rows, tmp_path, 1)
    assert failures == []
    before = cells(tmp_path)
    ignored = frozenset(study.test.ids[:5])
    (some,), _ = run_rows(replace(study, ignored=ignored), rows, tmp_path, 1)
    assert cells(tmp_path) == before  # nothing is computed again
    (hits,), (left,) = (one.groups[0].hits.values() for one in (whole, some))
    assert (left == hits[5:]).all()
    assert some.groups[0].mean == pytest.approx(hits[5:].mean())
    text = write_table(
        replace(study, ignored=ignored), [some], tmp_path, 'parts_toy'
    )
    count = len(study.test.ids)
    words = f'{count - 5} clips that are no copies of training clips, of the'
    assert f'{words} {count} of test' in text


def test_a_row_may_look_at_other_frames(study, tmp_path):
    rows = [
        Row('own', arms=('raw_knn', 'random_frozen')),
        Row('four', arms=('raw_knn', 'random_frozen'), clip_len=4),
    ]
    results, failures = run_rows(study, rows, tmp_path, 1)
    assert failures == []
    own, four = (
        {group.arm: group.hits[0, None] for group in one.groups}
        for one in results
    )
    # Of four frames less is known.
    assert all((own[arm] != four[arm]).any() for arm in own)
    write_table(study, results, tmp_path, 'frames_toy')
    changes = json.loads((tmp_path / 'frames_toy.json').read_text())['changes']
    assert (
        changes['four']['clip_len'] == 4 and 'clip_len' not in changes['own']
    )


def test_given_weights_are_taken_and_told(study, tmp_path):
    row = Row('given', arms=('frozen_knn',), pretrained=GENERATED_MOTION)
    results, failures = run_rows(study, [row], tmp_path, 1)
    assert failures == [] and trained(tmp_path, 'pretrain') == 0
    text = write_table(study, results, tmp_path, 'start_toy')
    assert 'Given weights' in text and text.count('given') == 2
    content = json.loads((tmp_path / 'start_toy.json').read_text())
    assert content['changes']['given']['pretrained'] == GENERATED_MOTION
    assert len(content['changes']['given']['pretrained_checksum']) == 8


def test_weights_that_do_not_fit_are_told_before_anything(study, tmp_path):
    row = Row('other', recipe='paper', pretrained=GENERATED_MOTION)
    with pytest.raises(ValueError, match='(?s)does not fit.*_paper.py, needs'):
        run_rows(study, [row], tmp_path, 1)
    init = dict(type='Pretrained', checkpoint=GENERATED_MOTION)
    row = Row('start', {'model.backbone.init_cfg': init})
    with pytest.raises(ValueError, match="(?s)not fit.*prefix='backbone.'"):
        run_rows(study, [row], tmp_path, 1)
    row = Row('load', {'load_from': GENERATED_MOTION})
    with pytest.raises(ValueError, match='has no decoder'):
        run_rows(study, [row], tmp_path, 1)
    init = dict(init, checkpoint='lost.pth')
    row = Row('lost', {'model.backbone.init_cfg': init})
    with pytest.raises(FileNotFoundError, match='lost.pth'):
        run_rows(study, [row], tmp_path, 1)
    assert not list((tmp_path / 'runs').glob('*/*'))


def test_what_diverged_is_told(study, tmp_path):
    key = 0, None
    group = Group('scratch', 0.05, 9, top1={key: 0.1}, lost={key})
    group.mean_class = group.top1
    result = RowResult(Row('plain'), [group], [], {}, {})
    text = write_table(study, [result], tmp_path, 'parts_toy')
    told = 'with 9 labels 1 of 1 trainings of scratch have diverged'
    assert f'DIVERGED in plain: {told}.' in text


def test_a_scratch_of_another_row_is_told_where_there_is_one(study, tmp_path):
    lone = Row('lone', arms=('pretrained',))
    whole = Row('whole', arms=('scratch', 'pretrained'))
    words = 'beside that of the first row: lone.'
    results = [RowResult(row, [], [], {}, {}) for row in (whole, lone)]
    assert words in write_table(study, results, tmp_path, 'rates_toy')
    # Nobody's: there is none to stand beside.
    results = results[1:] * 2
    assert words not in write_table(study, results, tmp_path, 'rates_toy')


def test_what_is_not_finished_is_not_printed(study, tmp_path):
    page = tmp_path / 'study.md'
    page.write_text(f'<!-- table: parts toy -->\n{END}\n')
    with pytest.raises(FileNotFoundError, match='parts_toy.md'):
        write_docs(page, tmp_path, 'parts', 'toy', 'dev')
    trial = replace(study, spec=replace(study.spec, epochs=0.1))
    write_table(trial, [], tmp_path, 'parts_toy')
    with pytest.raises(ValueError, match='not complete or a trial'):
        write_docs(page, tmp_path, 'parts', 'toy', 'dev')


def test_half_of_the_epochs_is_printed_and_said(study, tmp_path):
    page = tmp_path / 'study.md'
    page.write_text(f'<!-- table: parts toy -->\n{END}\n')
    quick = replace(study, spec=replace(study.spec, epochs=0.5))
    write_table(quick, [], tmp_path, 'parts_toy')
    write_docs(page, tmp_path, 'parts', 'toy', 'dev')
    assert 'Quick: 50 % of all epochs' in page.read_text()
