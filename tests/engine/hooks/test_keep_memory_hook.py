"""Freed memory is used again."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from skeletonmae_plugin.engine.hooks import keep_memory_hook

# Page faults of making a tensor of 40 MB ten times, before and after.
COUNT = """
import resource, torch
from skeletonmae_plugin.engine.hooks.keep_memory_hook import (
    keep_freed_memory
)

def faults():
    start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.zeros(10_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start

before = faults()
told = keep_freed_memory()
torch.zeros(10_000_000)
# Of some tries: a machine short of memory takes pages away meanwhile.
print(told, before, min(faults() for _ in range(3)))
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='a matter of glibc')
def test_pages_are_asked_for_once():
    command = [sys.executable, '-c', COUNT]
    out = subprocess.run(command, capture_output=True, text=True, check=True)
    told, before, after = out.stdout.split()[-3:]
    if told != 'True':
        pytest.skip('another C library')
    assert int(before) > 1000 and int(after) < int(before) / 10


@pytest.mark.parametrize('device, told', [('cpu', True), ('meta', False)])
def test_only_a_training_on_a_cpu_is_told(monkeypatch, device, told):
    calls = []
    monkeypatch.setattr(
        keep_memory_hook, 'keep_freed_memory', lambda: calls.append(1)
    )
    model = torch.nn.Linear(1, 1, device=device)
    hook = keep_memory_hook.KeepMemoryHook()
    hook.before_train(SimpleNamespace(model=model))
    assert bool(calls) is told


def test_elsewhere_nothing_is_done(monkeypatch):
    monkeypatch.setattr(sys, 'platform', 'darwin')
    assert keep_memory_hook.keep_freed_memory() is False
