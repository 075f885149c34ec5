"""What waits for what."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency.cells import Cell, group_cells
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.run import Comparison, Plan
from skeletonmae_plugin.label_efficiency.running import _next_job
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.whole_files import write_json

ARMS = (
    'scratch',
    'pretrained',
    'spread',
    'frozen_knn',
    'self_trained',
    'raw_knn',
)


@pytest.fixture
def runner(tmp_path):
    def make(num_train=4, **changes):
        spec = Spec('a', 'coco', 'x', 'y', '', 2, 2, **changes)
        folder = Folder(tmp_path)
        folder.write_labels({(0.5, 0): ['a', 'b'], (1.0, 0): list('abcd')})
        plan = Plan(ARMS, (0.5, 1.0), (0,), 2)
        return Comparison(spec, plan, folder, Path('configs'), num_train)

    return make


def do(runner, cells, top1=0.5):
    for cell in cells:
        write_json(runner.folder.result_file(cell), dict(top1=top1))


def ready(runner):
    """Arms of the table that need not wait."""
    groups = group_cells(runner.folder.missing(runner.table))
    return {g[0].arm for g in groups if runner.job(g) is not None}


def test_scratch_need_not_wait_for_pretraining(runner):
    run = runner()
    assert ready(run) == {'scratch', 'raw_knn'}
    do(run, run.pretraining[:1])
    job = run.job([Cell('pretrained', 0.5, 0, 0)])
    assert job is not None and job.lr_factor == 1.0
    assert run.job([Cell('pretrained', 0.5, 0, 1)]) is None
    do(run, run.pretraining)
    assert ready(run) == set(ARMS)


def test_rates_are_known_before_they_are_used(runner):
    run = runner(sweep=0.5)
    do(run, run.pretraining)
    assert ready(run) == {'raw_knn', 'frozen_knn'}
    scratch = [cell for cell in run.sweep if cell.arm == 'scratch']
    do(run, scratch[:-1])
    assert 'scratch' not in ready(run)
    do(run, [c for c in scratch if c.lr_factor == 3.0], 0.9)
    do(run, [c for c in scratch if c.lr_factor != 3.0], 0.1)
    assert run.job([Cell('scratch', 0.5, 0)]).lr_factor == 3.0
    assert run.job([Cell('pretrained', 0.5, 0, 0)]) is None
    # A cell of the sweep waits for weights alone.
    assert all(run.job([cell]) is not None for cell in run.sweep)


def test_given_weights_are_not_waited_for(runner):
    run = runner(pretrained='w.pth')
    assert run.pretraining == []
    assert ready(run) == set(ARMS)
    assert {cell.pretrain_seed for cell in run.table} == {None, 0}


def test_nothing_is_guessed_where_all_labels_are_known(runner):
    def fractions(run):
        return {c.fraction for c in run.table if c.arm == 'self_trained'}

    assert fractions(runner()) == {0.5}
    # Some training clips have no label.
    assert fractions(runner(num_train=5)) == {0.5, 1.0}


def test_first_group_that_can_is_taken():
    waiting = [['a'], ['b'], ['c']]
    job = _next_job(waiting, lambda g: None if g == ['a'] else g[0])
    assert job == 'b' and waiting == [['a'], ['c']]
    assert _next_job(waiting, lambda group: None) is None
    assert len(waiting) == 2


def test_nothing_is_begun_that_cannot_be_ended(runner, monkeypatch):
    comparison = runner()
    plan = replace(comparison.plan, arms=('scratch', 'frozen_linear'))
    parts = comparison.spec, plan, comparison.folder, comparison.configs
    comparison = Comparison(*parts, num_train=4)
    monkeypatch.setitem(sys.modules, 'sklearn', None)
    with pytest.raises(ImportError, match='scikit-learn'):
        comparison.run(1)
    do(comparison, comparison.cells)
    assert comparison.run(1) == []
