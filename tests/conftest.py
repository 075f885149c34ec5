"""Set up for all tests: one thread, cures first, no GPU test without one."""

import importlib.util
import logging
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

# Before torch is imported: its threads spin against those of other runs.
os.environ['OMP_NUM_THREADS'] = '1'
# Compiling takes longer than most tests; those of it switch it on.
os.environ['TORCH_COMPILE_DISABLE'] = '1'

import pytest  # noqa: E402
import torch  # noqa: E402
from mmengine.logging import MMLogger  # noqa: E402

# Before any test file imports a part of MMAction2.
import skeletonmae_plugin  # noqa: E402, F401
from skeletonmae_plugin.toy import make_dataset, write_dataset  # noqa: E402

torch.set_num_threads(1)
TOOLS = Path(__file__).parents[1] / 'tools'


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if torch.cuda.is_available():
        return
    for item in items:
        if 'gpu' in item.keywords:
            item.add_marker(pytest.mark.skip(reason='needs a CUDA device'))


@pytest.fixture(scope='session')
def made_data(tmp_path_factory: pytest.TempPathFactory) -> Callable:
    """Function that writes a few made clips of a set and gives the file."""
    folder = tmp_path_factory.mktemp('made_data')

    @cache
    def make(name: str, num_clips: int = 24) -> Path:
        path = folder / f'{name}_{num_clips}.pkl'
        write_dataset(make_dataset(name, num_clips), path)
        return path

    return make


@pytest.fixture
def log(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> Iterator[Callable[[], str]]:
    """Text of what was logged through print_log(logger='current')."""
    caplog.set_level(logging.INFO)
    # Of a name of its own: the logger that was made last is the current one.
    logger = MMLogger.get_instance(f'test-{request.node.nodeid}')
    logger.addHandler(caplog.handler)
    logger.setLevel(logging.INFO)
    yield lambda: caplog.text
    logger.removeHandler(caplog.handler)


@pytest.fixture(scope='session')
def load_tool() -> Callable:
    """Function that imports a tool by its path below tools, without .py."""

    @cache
    def load(name: str) -> ModuleType:
        path = TOOLS / f'{name}.py'
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
