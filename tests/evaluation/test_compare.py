"""Comparison of arms: what is missing, what was logged, what it says."""

import json

import pytest

from skeletonmae_plugin.evaluation.compare import (
    accuracy_table,
    missing_cells,
    read_accuracy,
    read_seconds,
    run_cell,
)


def row(arm, seed, split, top1):
    return dict(
        arm=arm,
        seed=seed,
        split=split,
        top1=top1,
        mean_class=top1 / 2,
        seconds=10,
    )


def test_only_missing_cells_are_run():
    results = [row('scratch', 0, '1', 0.5)]
    cells = missing_cells(results, ['scratch', 'stgcnpp'], [0, 1], ['1', '2'])
    assert len(cells) == 7
    assert dict(arm='scratch', seed=0, split='1') not in cells


def test_table_is_mean_over_splits_then_over_seeds():
    results = [
        row('scratch', 0, '1', 0.5),
        row('scratch', 0, '2', 0.7),
        row('scratch', 1, '1', 0.4),
        row('scratch', 1, '2', 0.4),
        row('stgcnpp', 0, '1', 0.25),
    ]
    lines = accuracy_table(results).splitlines()
    # Seeds give 60 and 40; their sample deviation is 14.1.
    assert lines[2] == ('| scratch | 50.0 ± 14.1 | 25.0 ± 7.1 | 2 x 2 | 10 |')
    # One of two splits is no mean over splits.
    assert lines[3:] == [
        '',
        'Left out, of which splits are missing: stgcnpp of seed 0.',
    ]
    results.append(row('scratch', 2, '1', 0.9))
    assert accuracy_table(results).splitlines()[:3] == lines[:3]
    results.append(row('stgcnpp', 0, '2', 0.35))
    lines = accuracy_table(results).splitlines()
    assert lines[3] == '| stgcnpp | 30.0 | 15.0 | 1 x 2 | 10 |'


@pytest.mark.parametrize('resumed', [[], [0.1, 0.2]])
def test_last_result_of_all_runs_counts(tmp_path, resumed):
    for run, scores in (('20260101', [0.8, 0.9]), ('20260102', resumed)):
        folder = tmp_path / run / 'vis_data'
        folder.mkdir(parents=True)
        lines = [{'loss': 1.0}]
        lines += [
            {'acc/top1': s, 'acc/mean1': s / 2, 'step': 10 * step}
            for step, s in enumerate(scores, 1)
        ]
        (folder / 'scalars.json').write_text('\n'.join(map(json.dumps, lines)))
    (tmp_path / 'epoch_20.pth').touch()
    (tmp_path / 'last_checkpoint').write_text(f'{tmp_path}/epoch_20.pth')
    top1 = resumed[-1] if resumed else 0.9
    assert read_accuracy(tmp_path) == dict(top1=top1, mean_class=top1 / 2)


def test_a_result_before_the_last_epoch_does_not_count(tmp_path):
    folder = tmp_path / '20260101' / 'vis_data'
    folder.mkdir(parents=True)
    line = {'acc/top1': 0.8, 'acc/mean1': 0.4, 'step': 10}
    (folder / 'scalars.json').write_text(json.dumps(line))
    # Killed between the checkpoint and the test; a resume does not test.
    (tmp_path / 'epoch_20.pth').touch()
    (tmp_path / 'last_checkpoint').write_text(f'{tmp_path}/epoch_20.pth')
    with pytest.raises(RuntimeError, match='of epoch 10, but epoch_20 is'):
        read_accuracy(tmp_path)


def test_runs_without_result_are_named(tmp_path):
    with pytest.raises(RuntimeError, match=f'no acc/top1.*{tmp_path}'):
        read_accuracy(tmp_path)


def test_seconds_of_all_runs_are_added(tmp_path):
    times = {
        'a': ('2026/01/01 23:59:50', '2026/01/02 00:01:00'),
        'b': ('2026/02/01 10:00:00', '2026/02/01 10:00:05'),
    }
    for run, (first, last) in times.items():
        (tmp_path / run).mkdir()
        (tmp_path / run / f'{run}.log').write_text(
            f'{first} - mmengine - INFO - Config\nx = 1\n'
            f'{last} - mmengine - INFO - Epoch(train) [1][2/2]\n'
        )
    assert read_seconds(tmp_path) == 75


def test_failed_training_names_its_output(tmp_path):
    (tmp_path / 'tools').mkdir()
    (tmp_path / 'tools/train.py').write_text('print("why"); exit(3)')
    cell = dict(arm='scratch', seed=0, split='-')
    with pytest.raises(RuntimeError, match='strl_scratch_toy failed') as info:
        run_cell(tmp_path, 'toy', cell, tmp_path / 'out', [])
    output = str(info.value).split('see ')[1]
    assert open(output).read() == 'why\n'


def test_a_start_is_no_resume(tmp_path):
    (tmp_path / 'tools').mkdir()
    text = 'import sys; print(*sys.argv[2:]); exit(3)'
    (tmp_path / 'tools/train.py').write_text(text)
    cell = dict(arm='scratch', seed=0, split='-')
    place = tmp_path / 'out' / 'seed0_split-' / 'strl_scratch_toy'
    for begun in (False, True):
        if begun:
            (place / 'epoch_1.pth').touch()
            (place / 'last_checkpoint').write_text(str(place / 'epoch_1.pth'))
        with pytest.raises(RuntimeError):
            run_cell(tmp_path, 'toy', cell, tmp_path / 'out', [])
        last = (place / 'output.txt').read_text().splitlines()[-1]
        assert ('--resume' in last) == begun
