"""The bar says what runs, and how long all of it will take."""

import pytest

from skeletonmae_plugin.label_efficiency import bar as module
from skeletonmae_plugin.label_efficiency.bar import CellBar
from skeletonmae_plugin.label_efficiency.cells import Cell

PRETRAIN = Cell('pretrain', pretrain_seed=0)
SCRATCH = [Cell('scratch', 0.1, seed) for seed in range(3)]
RAW = [Cell('raw_knn', 0.1, seed) for seed in range(2)]


@pytest.fixture
def clock(monkeypatch):
    """A list whose number is the time."""
    now = [0.0]
    monkeypatch.setattr(module.time, 'perf_counter', lambda: now[0])
    return now


def test_in_a_log_every_job_has_its_lines(capsys, clock):
    with CellBar([*RAW, SCRATCH[0]], processes=1) as bar:
        bar.begin(1, 'raw_knn_f0.1_s0', RAW)
        clock[0] = 2.0
        bar.end(1)
        bar.begin(1, 'scratch_f0.1_s0', SCRATCH[:1])
        clock[0] = 9.0
        bar.end(1)
    assert capsys.readouterr().out.splitlines()[:4] == [
        'raw_knn_f0.1_s0 begins',
        '2 of 3 cells, 10 s left, raw_knn_f0.1_s0',
        'scratch_f0.1_s0 begins',
        '3 of 3 cells, 0 s left, scratch_f0.1_s0',
    ]


def test_a_pretraining_is_no_training(clock):
    with CellBar([PRETRAIN, *SCRATCH], processes=1) as bar:
        assert bar.seconds_left() is None
        bar.begin(1, 'pretrain_p0', [PRETRAIN])
        clock[0] = 120.0
        bar.end(1)
        # Twelve times a training; with as much for each it would be 360.
        assert bar.seconds_left() == 30
        bar.begin(1, 'scratch_f0.1_s0', SCRATCH[:1])
        clock[0] = 126.0
        assert bar.seconds_left() == 24
        clock[0] = 140.0
        bar.end(1)
        # It took 20: so will the others.
        assert bar.seconds_left() == 40


def test_jobs_side_by_side_may_have_one_name(clock):
    with CellBar(SCRATCH, processes=2) as bar:
        bar.begin(1, 'scratch_f0.1_s0', SCRATCH[:1])
        bar.begin(2, 'scratch_f0.1_s0', SCRATCH[1:2])
        clock[0] = 10.0
        bar.end(1)
        assert bar.seconds_left() == 5  # one to come, by two
        bar.end(2)
        assert bar.seconds_left() == 5


def test_a_pretraining_that_runs_is_counted(clock):
    """Short cells that have ended do not make it short."""
    with CellBar([PRETRAIN, *RAW, *SCRATCH], processes=1) as bar:
        bar.begin(1, 'raw_knn_f0.1_s0', RAW)
        bar.end(1)
        bar.begin(1, 'scratch_f0.1_s0', SCRATCH[:1])
        clock[0] = 10.0
        bar.end(1)
        bar.begin(1, 'pretrain_p0', [PRETRAIN])
        unit = 10 / 1.1  # ten times as much work as the raw coordinates
        before = bar.seconds_left()
        assert before == pytest.approx(12 * unit + 2 * 10)
        clock[0] = 1000.0  # far longer than was thought
        assert bar.seconds_left() == pytest.approx(2 * 10)
