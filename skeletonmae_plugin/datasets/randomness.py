"""Random numbers that are a function of (seed, epoch, draw).

Neither the number of workers nor their fate, nor a restart from an epoch's
checkpoint, then changes what is drawn; each epoch draws anew. Nor does it
matter which clips share a batch, or whether numpy or torch computes it: each
number is a hash of its clip's key and of its place among the clip's numbers.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from ..functional.arrays import Array, as_like, constant, namespace

Size = int | Sequence[int]

#: Calls whose keys are mixed at one go.
_BLOCK = 16


class ClipRandom:
    """Random numbers of B clips at once, in numpy or torch.

    It stands in for numpy's ``Generator`` where our transforms draw. Number
    ``e`` of clip ``b`` in call ``c`` is ``hash(keys[b], c, e)``, so that a
    batch draws just what its clips draw alone, as long as the calls are the
    same. numpy and torch, on any device, give equal integers, and floats
    (float32) equal to rounding.

    The hash is counter-based, as in Salmon et al., "Parallel random numbers:
    as easy as 1, 2, 3" (SC 2011), with the finaliser of MurmurHash3 as the
    mixer: it needs 32-bit words only, which any device has.

    ``size`` is the whole shape of what is drawn. With B > 1 its first axis is
    a multiple of B, the rows of a clip standing together; with B = 1 it may
    be any shape.

    Args:
        keys: (B, 2), uint32 in numpy, the same bits as int32 in torch.

    Example:
        >>> rng = ClipRandom(clip_keys(seed=0, epoch=3, draws=[7, 8]))
        >>> rng.random((2, 5)).shape
        (2, 5)
    """

    def __init__(self, keys: Array) -> None:
        wanted = torch.int32 if isinstance(keys, torch.Tensor) else np.uint32
        if keys.ndim != 2 or keys.shape[1] != 2 or keys.dtype != wanted:
            raise ValueError(
                f'keys must be (B, 2) of {wanted}, got {tuple(keys.shape)} '
                f'of {keys.dtype}; make them with clip_keys or name_keys'
            )
        self.keys = keys
        self._calls = 0
        self._words: Array = None  # (_BLOCK, 2, B, 1) of these calls

    def __len__(self) -> int:
        """B, the number of clips."""
        return len(self.keys)

    def to(self, device: str | torch.device) -> 'ClipRandom':
        """The same clips at the same call, in torch on a device."""
        keys = self.keys
        if not isinstance(keys, torch.Tensor):
            keys = torch.from_numpy(keys.view(np.int32))
        moved = ClipRandom(keys.to(device, non_blocking=True))
        moved._calls = self._calls
        return moved

    def random(self, size: Size = ()) -> Array:
        """Float32 numbers in [0, 1), multiples of 2^-24."""
        shape, count = self._split(size)
        return _unit(self._bits(count)).reshape(shape)

    def uniform(
        self,
        low: float | Sequence[float] = 0.0,
        high: float | Sequence[float] = 1.0,
        size: Size = (),
    ) -> Array:
        """Float32 numbers between bounds, which broadcast to ``size``."""
        unit = self.random(size)
        least, greatest = _bound(low, unit), _bound(high, unit)
        return least + (greatest - least) * unit

    def standard_normal(self, size: Size = ()) -> Array:
        """Float32 normal numbers, by Box and Muller's method."""
        shape, count = self._split(size)
        drawn = _box_muller(_unit(self._bits(count + count % 2)))
        return drawn[:, :count].reshape(shape)

    def integers(self, low: int, high: int, size: Size = ()) -> Array:
        """Int64 numbers in [low, high)."""
        if not low < high:
            raise ValueError(f'need low < high, got {low} and {high}')
        shape, count = self._split(size)
        bits = self._bits(count)
        wide = (
            bits.long() & 0xFFFFFFFF
            if isinstance(bits, torch.Tensor)
            else bits.astype(np.int64)
        )
        wide *= high - low
        wide >>= 32
        wide += low
        return wide.reshape(shape)

    def _split(self, size: Size) -> tuple[tuple[int, ...], int]:
        """The shape, and how many numbers each clip draws."""
        shape = tuple(size) if isinstance(size, Sequence) else (size,)
        clips = len(self)
        if clips > 1 and (not shape or shape[0] % clips):
            raise ValueError(
                f'the first axis of size must be a multiple of {clips}, the '
                f'number of clips, got size {shape}'
            )
        total = 1
        for axis in shape:
            total *= axis
        return shape, total // max(clips, 1)

    def _bits(self, count: int) -> Array:
        """32 random bits each: (B, count), and on to the next call."""
        place = self._calls % _BLOCK
        if self._words is None or place == 0:
            self._words = self._call_words(self._calls - place)
        self._calls += 1
        first, second = self._words[place]
        counters = _counter_words(0, count, _device(self.keys))
        return _hash(counters, first, second)

    def _call_words(self, start: int) -> Array:
        """Two words of each clip for some calls: (_BLOCK, 2, B, 1)."""
        calls = _counter_words(start, _BLOCK, _device(self.keys))
        first, second = self.keys[:, :1], self.keys[:, 1:]  # (B, 1)
        words = [_hash(calls, first, second), _hash(calls, second, first)]
        words = [both.T[..., None] for both in words]  # (_BLOCK, B, 1)
        return namespace(self.keys).stack(words, 1)


def clip_keys(seed: int, epoch: int, draws: Sequence[int]) -> np.ndarray:
    """Keys of clips in one epoch of training.

    Args:
        seed: Seed of the run.
        epoch: Number of the epoch.
        draws: Number of each clip's draw in the epoch (B,), its index for
            one.

    Returns:
        (B, 2) uint32, no two draws of an epoch alike.
    """
    places = np.asarray(draws, np.int64).astype(np.uint32)
    return _mix(_epoch_words(seed, epoch) ^ places[:, None])


@lru_cache(maxsize=16)
def _epoch_words(seed: int, epoch: int) -> np.ndarray:
    """Two words of an epoch, (2,)."""
    words = np.array([0x9E3779B9, 0x7F4A7C15], np.uint32)
    for known in (seed, seed >> 32, epoch):
        words = _mix(words ^ np.uint32(known & 0xFFFFFFFF))
    return words


def name_keys(names: Sequence[str]) -> np.ndarray:
    """Keys of the clips of a test, (B, 2): functions of their names alone."""
    digests = (
        hashlib.blake2b(name.encode(), digest_size=8).digest()
        for name in names
    )
    words = np.frombuffer(b''.join(digests), '<u4').astype(np.uint32)
    return words.reshape(-1, 2)


def global_keys(count: int) -> np.ndarray:
    """Keys (B, 2) from numpy's global state, as MMAction2 draws."""
    return np.random.randint(0, 2**32, (count, 2), np.uint32)


def get_rng(results: dict[str, Any]) -> Any:
    """The only source of random numbers of a pipeline.

    ``results['rng']`` where ``SkeletonDataset`` has put it. Other clips get
    one here: in a test a function of ``frame_dir``, in training one that is
    seeded from numpy's global state, as MMAction2's transforms are.

    Returns:
        A ``ClipRandom``, or what else there is with the methods of numpy's
        ``Generator``.
    """
    if 'rng' not in results:
        results['rng'] = _new_rng(results)
    return results['rng']


def _new_rng(results: dict[str, Any]) -> ClipRandom:
    names = results.get('frame_dir', '')
    if 'batch_size' not in results:
        names = [str(names)]
    if results.get('test_mode'):
        rng = ClipRandom(name_keys(names))
    else:
        rng = ClipRandom(global_keys(len(names)))
    valid = results.get('valid')
    return rng.to(valid.device) if isinstance(valid, torch.Tensor) else rng


def _hash(counters: Array, first: Array, second: Array) -> Array:
    """Mix counters (L,) with two words (B, 1) each: (B, L)."""
    # Not the sum of all: streams of two clips would be shifts of each other.
    bits = counters ^ first
    bits += second
    return _mix(bits)


@lru_cache(maxsize=64)
def _counter_words(
    start: int, count: int, device: torch.device | None
) -> Array:
    """Mixed words of the numbers from start on; for numpy if no device."""
    # From 1, since the mixer leaves 0 as it is.
    words = _mix(np.arange(start + 1, start + 1 + count).astype(np.uint32))
    if device is None:
        return words
    return torch.from_numpy(words.view(np.int32)).to(device)


def _mix(x: Array) -> Array:
    """MurmurHash3's finaliser, a bijection of 32-bit words, in place."""
    x ^= (spare := _shift(x, 16))
    x *= _word(0x85EBCA6B, x)
    x ^= _shift(x, 13, spare)
    x *= _word(0xC2B2AE35, x)
    x ^= _shift(x, 16, spare)
    return x


def _shift(x: Array, places: int, out: Array | None = None) -> Array:
    """Bits to the right, zeros from the left; torch has int32 only."""
    if isinstance(x, torch.Tensor):
        out = torch.bitwise_right_shift(x, places, out=out)
        return out.bitwise_and_((1 << (32 - places)) - 1)
    return np.right_shift(x, np.uint32(places), out=out)


def _word(value: int, x: Array) -> Any:
    """A 32-bit constant for x's kind."""
    if isinstance(x, torch.Tensor):
        return value - 2**32 if value >= 2**31 else value
    return np.uint32(value)


def _unit(bits: Array) -> Array:
    """The upper 24 bits as float32 in [0, 1); spoils the bits."""
    upper = _shift(bits, 8, bits)
    unit = (
        upper.float()
        if isinstance(upper, torch.Tensor)
        else upper.view(np.int32).astype(np.float32)
    )
    unit *= 2.0**-24
    return unit


def _bound(value: float | Sequence[float], like: Array) -> Any:
    """A bound: a number, or an array of numbers."""
    if isinstance(value, (int, float)):
        return float(value)
    return as_like(constant(value, like), like)


def _box_muller(unit: Array) -> Array:
    """Normal numbers (B, 2 L) from as many uniform ones in [0, 1)."""
    xp = namespace(unit)
    half = unit.shape[1] // 2
    # 1 - u is in (0, 1]: the logarithm of 0 is never asked for.
    radius = 1 - unit[:, :half]
    xp.log(radius, out=radius)
    radius *= -2
    xp.sqrt(radius, out=radius)
    angle = unit[:, half:] * (2 * np.pi)
    drawn = xp.empty_like(unit)
    xp.multiply(xp.cos(angle), radius, out=drawn[:, :half])
    xp.multiply(xp.sin(angle), radius, out=drawn[:, half:])
    return drawn


def _device(x: Array) -> torch.device | None:
    return x.device if isinstance(x, torch.Tensor) else None
