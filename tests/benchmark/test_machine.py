"""Facts of a machine, on systems that tell less than Linux."""

import json
import os
import platform
import subprocess
from pathlib import Path

import pytest
import torch

from skeletonmae_plugin.benchmark.machine import (
    commit,
    load_average,
    machine_facts,
)

CPU = torch.device('cpu')


def fail(*args):
    raise OSError('not here')


@pytest.fixture
def elsewhere(monkeypatch):
    """A system without what only POSIX or Linux has."""
    for name in ('sched_getaffinity', 'getloadavg', 'sysconf'):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(Path, 'read_text', fail)


def test_facts_are_there_on_other_systems(elsewhere, monkeypatch):
    monkeypatch.setattr(platform, 'processor', lambda: '')
    facts = machine_facts(CPU)
    assert facts['usable_cores'] == os.cpu_count()
    assert facts['memory_gb'] is None
    assert facts['processor'] == platform.machine()
    json.dumps(facts)


def test_load_is_unknown_on_other_systems(elsewhere):
    assert load_average() is None


def test_load_that_cannot_be_read_is_unknown(monkeypatch):
    monkeypatch.setattr(os, 'getloadavg', fail)
    assert load_average() is None


def test_a_commit_of_somebody_else_is_none_of_ours(tmp_path):
    for words in (
        ('init', '-q'),
        ('-c', 'user.name=a', '-c', 'user.email=b')
        + ('commit', '-q', '--allow-empty', '-m', 'x'),
    ):
        subprocess.run(('git', '-C', tmp_path, *words), check=True)
    inner = tmp_path / 'inner'
    inner.mkdir()
    assert commit(inner) == 'unknown'
    assert len(commit(tmp_path)) >= 7
