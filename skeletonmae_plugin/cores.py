"""How many cores a process may use."""

import math
import os
from pathlib import Path

#: Where Linux says what a container may use, new way and old.
_QUOTA = Path('/sys/fs/cgroup/cpu.max')
_OLD = Path('/sys/fs/cgroup/cpu')


def usable_cores() -> int:
    """Cores that this process may use, one at the least.

    Those that it is bound to, or as many as the share of time that a
    container was given comes to (``docker run --cpus``), rounded up; all
    where nothing is taken away.
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        cores = os.cpu_count() or 1
    return max(1, min(cores, math.ceil(_share() or cores)))


def _share() -> float | None:
    """Cores' worth of time; None: no limit, or none that can be read."""
    try:
        if _QUOTA.exists():
            time, period = _QUOTA.read_text().split()
        else:
            time = (_OLD / 'cpu.cfs_quota_us').read_text()
            period = (_OLD / 'cpu.cfs_period_us').read_text()
        share = int(time) / int(period)
    except (OSError, ValueError):  # elsewhere; or 'max', for no limit
        return None
    return share if share > 0 else None
