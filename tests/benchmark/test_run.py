"""Rows in a file: kept, resumed, and failing alone."""

import json
from dataclasses import replace

import pytest

from skeletonmae_plugin.benchmark import BenchmarkError, Result, run, run_rows


@pytest.fixture
def rows(monkeypatch):
    """Rows that count how often they are measured."""
    measured = []
    monkeypatch.setattr(run, 'commit', lambda root: 'abc')

    def row(name, values):
        def measure(bench):
            measured.append(name)
            if isinstance(values, Exception):
                raise values
            extra = Result(f'{name}_fp32', name, values=values)
            return [Result(name, name, values=values, goal=1), extra]

        return measure

    monkeypatch.setattr(
        run,
        'ROWS',
        dict(
            a=row('a', [1.0]),
            b=row('b', [2.0]),
            never=row('never', BenchmarkError('no compiler')),
            broken=row('broken', KeyError('x')),
        ),
    )
    return measured


def test_file_has_rows_by_key_and_the_machine(bench, rows, tmp_path):
    file = tmp_path / 'deep' / 'result.json'
    content = run_rows(bench, ['a'], file)
    assert json.loads(file.read_text()) == content
    assert {'machine', 'versions', 'commit', 'settings'} <= content.keys()
    assert content['versions']['torch']
    assert {'a', 'a_fp32'} <= content.keys()
    assert content['a']['value'] == 1
    assert {
        'value',
        'goal',
        'reached',
        'median',
        'spread',
        'repetitions',
        'threads',
        'dtype',
        'configs',
        'commit',
    } <= content['a'].keys()


def test_row_of_other_threads_says_so(bench, monkeypatch, tmp_path):
    row = Result('a', 'a', values=[1.0], threads=7)
    monkeypatch.setattr(run, 'ROWS', dict(a=lambda bench: [row]))
    content = run_rows(bench, ['a'], tmp_path / 'result.json')
    assert content['a']['threads'] == 7
    assert content['settings']['threads'] == bench.threads


def test_stopped_run_goes_on_where_it_was(bench, rows, tmp_path):
    file = tmp_path / 'result.json'
    run_rows(bench, ['a'], file)
    content = run_rows(bench, ['a', 'b'], file)
    assert rows == ['a', 'b']
    assert {'a', 'b'} <= content.keys()


@pytest.mark.parametrize(
    'commit, times', [('abc', 1), ('abc-dirty', 2), ('unknown', 2)]
)
def test_after_an_edit_all_is_measured_anew(
    bench, rows, tmp_path, monkeypatch, commit, times
):
    monkeypatch.setattr(run, 'commit', lambda root: commit)
    for _ in range(2):
        run_rows(bench, ['a'], tmp_path / 'result.json')
    assert rows == ['a'] * times


def test_other_settings_measure_anew(bench, rows, tmp_path):
    file = tmp_path / 'result.json'
    run_rows(bench, ['a'], file)
    content = run_rows(replace(bench, set='toy'), ['b'], file)
    assert 'a' not in content
    run_rows(bench, ['a'], file, quick=True)
    assert rows == ['a', 'b', 'a']


def test_row_that_fails_does_not_stop_the_others(bench, rows, tmp_path):
    file = tmp_path / 'result.json'
    content = run_rows(bench, ['never', 'broken', 'a'], file)
    assert content['never']['note'] == 'not measured: no compiler'
    assert content['broken']['note'] == "failed: KeyError: 'x'"
    assert 'Traceback' in content['broken']['details']['traceback']
    assert content['a']['value'] == 1
    assert run.failed(content) == ['broken']
    run_rows(bench, ['never', 'broken', 'a'], file)
    assert rows.count('broken') == 2 and rows.count('a') == 1


def test_unknown_row_is_named(bench, rows, tmp_path):
    with pytest.raises(ValueError, match="no row 'c'; there are a, b"):
        run_rows(bench, ['c'], tmp_path / 'result.json')


def test_foreign_file_is_not_overwritten(bench, rows, tmp_path):
    file = tmp_path / 'result.json'
    file.write_text('mine')
    with pytest.raises(ValueError, match='expected JSON'):
        run_rows(bench, ['a'], file)
    assert file.read_text() == 'mine'
