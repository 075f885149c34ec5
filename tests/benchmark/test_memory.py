"""Memory of a process and its children."""

import os
import sys

import pytest

from skeletonmae_plugin.benchmark import BenchmarkError, memory
from skeletonmae_plugin.benchmark.memory import peak_memory

CHILD = 'import time; x = bytearray(80_000_000); time.sleep(0.3)'


def peak(code, tmp_path):
    command = [sys.executable, '-c', code]
    return peak_memory(command, os.environ, tmp_path / 'log')


def test_memory_of_children_counts(tmp_path):
    alone = peak(CHILD, tmp_path)
    code = (
        'import subprocess, sys\n'
        f'subprocess.run([sys.executable, "-c", {CHILD!r}])'
    )
    parent = peak(code, tmp_path)
    assert 80e6 < alone.anonymous < 120e6
    assert parent.anonymous > alone.anonymous - 2e6
    assert alone.resident > alone.anonymous


def test_pages_of_a_mapped_file_are_no_anonymous_memory(tmp_path):
    (tmp_path / 'file').write_bytes(bytes(80_000_000))
    code = (
        'import mmap, time\n'
        f'file = open({str(tmp_path / "file")!r}, "rb")\n'
        'x = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)\n'
        'sum(x[i] for i in range(0, len(x), 4096)); time.sleep(0.3)'
    )
    found = peak(code, tmp_path)
    assert found.resident > 80e6 > 40e6 > found.anonymous


@pytest.mark.parametrize('status', [None, 'VmRSS: 1 kB', 'RssAnon: 1 kB'])
def test_system_that_does_not_tell_memory_is_named(
    status, tmp_path, monkeypatch
):
    """Not one, not what counts, not the children."""
    if status is not None:
        (tmp_path / 'self' / 'task').mkdir(parents=True)
        (tmp_path / 'self' / 'status').write_text(status)
    monkeypatch.setattr(memory, 'PROC', tmp_path)
    with pytest.raises(BenchmarkError, match=f'needs {tmp_path}.*Linux'):
        peak('open("ran", "w")', tmp_path)
    assert not (tmp_path / 'log').exists()


def test_failure_shows_the_end_of_the_log(tmp_path):
    with pytest.raises(RuntimeError, match='failed:\nwhy'):
        peak('raise SystemExit("why")', tmp_path)
    assert (tmp_path / 'log').read_text() == 'why\n'
