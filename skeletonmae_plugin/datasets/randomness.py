"""Random numbers that are a function of (seed, epoch, index).

Neither the number of workers nor their fate, nor a restart from an epoch's
checkpoint, then changes what is drawn; each epoch draws anew.
"""

import zlib
from typing import Any

import numpy as np


def clip_rng(seed: int, epoch: int, index: int) -> np.random.Generator:
    """Generator of one clip in one epoch of training."""
    return np.random.default_rng((seed, epoch, index))


def name_rng(name: str) -> np.random.Generator:
    """Generator of one clip in a test: a function of its name alone."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def get_rng(results: dict[str, Any]) -> np.random.Generator:
    """The only source of random numbers of a pipeline.

    ``results['rng']`` where ``SkeletonDataset`` has put it. Other clips get
    one here: in a test a function of ``frame_dir``, in training one that is
    seeded from numpy's global state, as MMAction2's transforms are.
    """
    if 'rng' not in results:
        if results.get('test_mode'):
            results['rng'] = name_rng(str(results.get('frame_dir', '')))
        else:
            results['rng'] = np.random.default_rng(
                np.random.randint(2**31, size=4)
            )
    return results['rng']
