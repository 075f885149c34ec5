import sys
import time

import pytest

from skeletonmae_plugin.demo.steps import Step, progress, run_side_by_side

TRAIN = (
    '11/24 23:04 - mmengine - INFO - Epoch(train) [{}][{}/10]  lr: 1e-5'
    '  eta: 0:00:00  time: 0.3  loss: 0.0728  loss_reconstruction: 0.07'
)


def python(name, code, tmp_path, **kwargs):
    return Step(
        name, [sys.executable, '-c', code], tmp_path / f'{name}.txt', **kwargs
    )


def test_progress_of_a_training_is_thinned_out():
    said = [
        progress(TRAIN.format(e, i), 50) for e in range(1, 51) for i in (5, 10)
    ]
    said = [message for message in said if message]
    assert len(said) == 10
    assert said[-1] == 'epoch 50/50, loss 0.0728'


def test_progress_of_a_test_has_the_headlines():
    line = (
        'x - INFO - Epoch(test) [5/5]    masked_error: 0.65  '
        'masked_error/head: 0.58  interpolation_error: 1.1  '
        'data_time: 0.1  time: 0.2'
    )
    assert progress(line, 1) == 'masked_error: 0.65, interpolation_error: 1.1'
    line = 'Epoch(test) [5/5]    acc/top1: 0.42  acc/top5: 0.9  data_time: 0'
    assert progress(line, 1) == 'acc/top1: 0.42'
    assert progress('anything else', 1) is None


def test_output_goes_to_the_log_and_progress_to_the_screen(tmp_path, capfd):
    line = TRAIN.format(1, 10)
    step = python(
        'train',
        f'import os\nprint({line!r}, os.environ["A"])',
        tmp_path,
        variables=dict(A='b c'),
    )
    step.run()
    assert step.log.read_text() == line + ' b c\n'
    said = capfd.readouterr().out
    assert '[train] epoch 1/1, loss 0.0728\n' in said
    assert '[train] done in' in said and step.seconds > 0
    assert str(step).startswith("A='b c' ")


def test_failure_shows_the_end_of_the_log(tmp_path):
    step = python('bad', 'raise ValueError("the reason")', tmp_path)
    with pytest.raises(RuntimeError, match='bad failed.*(?s:.*)the reason'):
        step.run()


def test_side_by_side(tmp_path):
    code = 'import time; time.sleep(1)'
    steps = [python(name, code, tmp_path) for name in ('a', 'b')]
    start = time.perf_counter()
    run_side_by_side(steps)
    assert time.perf_counter() - start < 1.9
    with pytest.raises(RuntimeError, match='b failed'):
        run_side_by_side([steps[0], python('b', 'exit(3)', tmp_path)])
