import sys

import pytest

from skeletonmae_plugin.demo.steps import Step, progress


def python(name, code, tmp_path, **kwargs):
    return Step(
        name, [sys.executable, '-c', code], tmp_path / f'{name}.txt', **kwargs
    )


def test_progress_of_a_comparison_is_a_line_a_job():
    line = '3 of 24 cells, 90 s left, scratch_f0.05_s0\n'
    assert progress(line) == line.strip()
    assert progress('cells ━━━━ 24/24 0:03:10') is None


def test_progress_of_a_test_has_the_headlines():
    line = (
        'x - INFO - Epoch(test) [5/5]    masked_error: 0.65  '
        'masked_error/head: 0.58  interpolation_error: 1.1  '
        'data_time: 0.1  time: 0.2'
    )
    assert progress(line) == 'masked_error: 0.65, interpolation_error: 1.1'
    assert progress('anything else') is None


def test_output_goes_to_the_log_and_progress_to_the_screen(tmp_path, capfd):
    line = '1 of 2 cells, 3 s left, raw_knn'
    step = python(
        'compare',
        f'import os\nprint({line!r})\nprint(os.environ["A"])',
        tmp_path,
        variables=dict(A='b c'),
    )
    step.run()
    assert step.log.read_text() == f'{line}\nb c\n'
    said = capfd.readouterr().out
    assert f'[compare] {line}\n' in said and 'b c' not in said
    assert '[compare] done in' in said
    assert str(step).startswith("A='b c' ")


def test_failure_shows_the_end_of_the_log(tmp_path):
    step = python('bad', 'raise ValueError("the reason")', tmp_path)
    with pytest.raises(RuntimeError, match='bad failed.*(?s:.*)the reason'):
        step.run()
