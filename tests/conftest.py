"""Set up for all tests: one thread, cures first, no GPU test without one."""

import os

# Before torch is imported: its threads spin against those of other runs.
os.environ['OMP_NUM_THREADS'] = '1'

import pytest  # noqa: E402
import torch  # noqa: E402

# Before any test file imports a part of MMAction2.
import skeletonmae_plugin  # noqa: E402, F401

torch.set_num_threads(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if torch.cuda.is_available():
        return
    for item in items:
        if 'gpu' in item.keywords:
            item.add_marker(pytest.mark.skip(reason='needs a CUDA device'))
