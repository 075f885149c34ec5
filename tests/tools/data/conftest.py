"""Clips for the tools that write skeleton files."""

import pickle

import pytest


@pytest.fixture
def made(made_data):
    """Clips of one person each, in the format of the released files."""
    return pickle.loads(made_data('toy', 12).read_bytes())
