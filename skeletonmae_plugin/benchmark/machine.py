"""On what the numbers were taken."""

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from ..cores import usable_cores

PACKAGES = (
    'torch',
    'torch_geometric',
    'numpy',
    'mmengine',
    'mmaction2',
    'mmcv-lite',
    'mmcv',
)


def machine_facts(device: torch.device) -> dict[str, Any]:
    """Processor, cores, memory, GPU; nothing that names the machine.

    The memory is None where the system does not tell it.
    """
    memory = _memory()
    facts: dict[str, Any] = dict(
        processor=_processor(),
        cores=os.cpu_count(),
        usable_cores=usable_cores(),
        memory_gb=None if memory is None else round(memory / 2**30, 1),
        capability=torch.backends.cpu.get_cpu_capability(),
        system=f'{platform.system()} {platform.machine()}',
    )
    if device.type == 'cuda':
        card = torch.cuda.get_device_properties(device)
        facts.update(
            gpu=card.name,
            gpu_memory_gb=round(card.total_memory / 2**30, 1),
            cuda=torch.version.cuda,
        )
    return facts


def versions() -> dict[str, str]:
    """Python and the packages that matter."""
    found = {'python': platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit(root: Path) -> str:
    """The commit of the code, with ``-dirty`` after uncommitted edits."""
    try:
        top = _git(root, 'rev-parse', '--show-toplevel')
        if Path(top).resolve() != root.resolve():
            return 'unknown'  # installed within somebody else's history
        return _git(root, 'describe', '--always', '--dirty')
    except (OSError, subprocess.CalledProcessError):
        return 'unknown'  # an installed package has no history


def _git(root: Path, *words: str) -> str:
    command = ['git', '-C', str(root), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def load_average() -> float | None:
    """Processes that wanted to run in the last minute: others disturb.

    None where the system does not count them.
    """
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):  # Windows has none
        return None


def _processor() -> str:
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line for line in lines if line.startswith('model name')]
    return names[0].split(':', 1)[1].strip() if names else platform.machine()


def _memory() -> int | None:
    try:
        return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')
    except (AttributeError, OSError, ValueError):  # Windows has none
        return None
