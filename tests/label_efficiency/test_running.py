"""Processes end with their parent, even one that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency import running
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.running import require_libraries

PARENT = """
import multiprocessing, os, sys, time
from skeletonmae_plugin.label_efficiency.running import follow_parent

def child():
    follow_parent()
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == '__main__':
    process = multiprocessing.get_context('fork').Process(target=child)
    process.start()
    process.join()
"""


def test_child_ends_with_a_killed_parent(is_running):
    parent = subprocess.Popen(
        [sys.executable, '-c', PARENT], stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(100):
        if not is_running(child):
            break
        time.sleep(0.1)
    assert not is_running(child)


def test_a_process_that_ends_while_looked_at_has_ended(
    monkeypatch, is_running
):
    assert is_running(os.getpid())

    def read_text(path):
        raise ProcessLookupError(3, 'No such process')

    monkeypatch.setattr(Path, 'read_text', read_text)
    assert not is_running(os.getpid())


def test_what_is_missing_is_told_before_the_work(monkeypatch):
    trained = [Cell('scratch', 0.1, 0), Cell('frozen_spread', 0.1, 0, 0)]
    probed = Cell('random_frozen', 0.1, 0)
    require_libraries([*trained, probed])
    monkeypatch.setitem(sys.modules, 'sklearn', None)
    require_libraries(trained)
    with pytest.raises(ImportError, match='pip install scikit-learn'):
        require_libraries(iter([*trained, probed]))


@pytest.mark.parametrize(
    'device, method', [('cpu', 'forkserver'), ('cuda', 'spawn')]
)
def test_a_process_that_may_use_a_gpu_is_not_forked(
    monkeypatch, device, method
):
    monkeypatch.setattr(running, 'get_device', lambda: device)
    assert running._context().get_start_method() == method
