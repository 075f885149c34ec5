"""Input streams: what a joint tells about itself, and of whom it is told."""

from collections.abc import Callable, Sequence

from .arrays import Array, as_like, namespace, only, pick_joints


def skeleton_streams(
    x: Array,
    streams: Sequence[str],
    parents: Sequence[int],
    known: Array | None = None,
) -> Array:
    """Concatenate streams of a skeleton clip along the channels.

    ``coordinate`` is x itself, ``velocity`` is x_t - x_{t-1} (0 in the first
    frame), ``bone`` is a joint minus its parent (0 at the root),
    ``bone_velocity`` the velocity of that, ``centred`` is a joint minus its
    mean over the frames in which it is known: how it moves about its own
    place. MMAction2's names ``j``, ``b``, ``jm``, ``bm`` stand for
    ``coordinate``, ``bone``, ``velocity``, ``bone_velocity``. A stream that
    would be computed from an unknown joint or frame is 0, and the mean does
    without unknown frames: otherwise a visible joint's streams would give a
    hidden joint away.

    Args:
        x: Coordinates (..., T, V, C).
        streams: Names of streams, in the order of the channels.
        parents: Parent of each joint, ``Layout.parents``.
        known: Bool (..., T, V), True where the joint exists and is not
            hidden. None: all are known.

    Returns:
        (..., T, V, C * len(streams)), of x's kind and dtype.
    """
    check_streams(streams)
    if known is None:
        known = (x == x).all(-1)  # a NaN is no joint
    x = only(x, known)
    parts = []
    for name in streams:
        value, usable = _STREAMS[name](x, known, parents)
        parts.append(value * usable[..., None])
    return namespace(x).concatenate(parts, -1)


def check_streams(streams: Sequence[str]) -> None:
    """Raise ``ValueError`` at an empty list or an unknown stream."""
    unknown = [name for name in streams if name not in _STREAMS]
    if unknown or not streams or isinstance(streams, str):
        raise ValueError(
            f'streams must be a list of {", ".join(_STREAMS)}; got {streams!r}'
        )


def _coordinate(x: Array, known: Array, parents: Sequence[int]) -> tuple:
    return x, known


def _velocity(x: Array, known: Array, parents: Sequence[int]) -> tuple:
    xp = namespace(x)
    first = xp.zeros_like(x[..., :1, :, :])  # it moves by nothing
    moved = x[..., 1:, :, :] - x[..., :-1, :, :]
    usable = known[..., 1:, :] & known[..., :-1, :]
    return (
        xp.concatenate([first, moved], -3),
        xp.concatenate([known[..., :1, :], usable], -2),
    )


def _bone(x: Array, known: Array, parents: Sequence[int]) -> tuple:
    return (
        x - pick_joints(x, parents),
        known & pick_joints(known, parents, -1),
    )


def _bone_velocity(x: Array, known: Array, parents: Sequence[int]) -> tuple:
    bone, usable = _bone(x, known, parents)
    return _velocity(bone, usable, parents)


def _centred(x: Array, known: Array, parents: Sequence[int]) -> tuple:
    # Where it is not known x is 0 and does not count.
    count = as_like(known, x).sum(-2).clip(1)  # (..., V)
    mean = x.sum(-3) / count[..., None]
    return x - mean[..., None, :, :], known


_STREAMS: dict[str, Callable] = {
    'coordinate': _coordinate,
    'velocity': _velocity,
    'bone': _bone,
    'centred': _centred,
    'bone_velocity': _bone_velocity,
    # MMAction2's names, those of four models whose scores are added.
    'j': _coordinate,
    'b': _bone,
    'jm': _velocity,
    'bm': _bone_velocity,
}
