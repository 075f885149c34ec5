"""Facts of a machine, on systems that tell less than Linux."""

import json
import os
import platform
from pathlib import Path

import pytest
import torch

from skeletonmae_plugin.benchmark.machine import load_average, machine_facts

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
