"""Cores that a process may use."""

import os

import pytest

from skeletonmae_plugin import cores


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path):
    """Eight cores, no container."""
    monkeypatch.setattr(
        os, 'sched_getaffinity', lambda pid: set(range(8)), raising=False
    )
    monkeypatch.setattr(cores, '_QUOTA', tmp_path / 'cpu.max')
    monkeypatch.setattr(cores, '_OLD', tmp_path)


def test_all_where_none_is_taken_away():
    assert cores.usable_cores() == 8


def test_those_that_the_process_is_bound_to(monkeypatch):
    monkeypatch.setattr(os, 'sched_getaffinity', lambda pid: {3})
    assert cores.usable_cores() == 1


@pytest.mark.parametrize(
    ('written', 'expected'),
    [
        ('max 100000\n', 8),
        ('200000 100000\n', 2),
        ('250000 100000\n', 3),
        ('20000 100000\n', 1),
        ('1600000 100000\n', 8),
        ('nonsense', 8),
    ],
)
def test_share_of_a_container(tmp_path, written, expected):
    (tmp_path / 'cpu.max').write_text(written)
    assert cores.usable_cores() == expected


@pytest.mark.parametrize(
    ('quota', 'expected'), [('-1\n', 8), ('400000\n', 4), ('150000\n', 2)]
)
def test_share_of_an_older_container(tmp_path, quota, expected):
    (tmp_path / 'cpu.cfs_quota_us').write_text(quota)
    (tmp_path / 'cpu.cfs_period_us').write_text('100000\n')
    assert cores.usable_cores() == expected


@pytest.mark.parametrize(('counted', 'expected'), [(6, 6), (None, 1)])
def test_other_systems_count_all(monkeypatch, counted, expected):
    monkeypatch.delattr(os, 'sched_getaffinity')
    monkeypatch.setattr(os, 'cpu_count', lambda: counted)
    assert cores.usable_cores() == expected
