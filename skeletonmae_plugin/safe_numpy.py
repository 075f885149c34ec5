"""Stand-ins for what a pickled numpy array names.

numpy's own ``dtype`` and ``ndarray`` cannot be allowed to a file of a
stranger: the state that a pickle sets on a dtype may say that its bytes are
pointers. The stand-ins take the bytes of plain numbers and texts, and build
the arrays from them by numpy's ordinary means. An array appears as a holder
while the file is read; :func:`release` puts the arrays in their place.
"""

import pickle
import sys
from typing import Any

import numpy as np

_KINDS = 'biufSU'
_NATIVE = ('|', '=', '<' if sys.byteorder == 'little' else '>')


class _Dtype:
    """``numpy.dtype`` of plain numbers and texts."""

    __slots__ = ('dtype',)
    __hash__ = None  # type: ignore[assignment]  # no key: release looks there

    def __init__(self, spec: Any, *_: Any) -> None:
        dtype = np.dtype(spec) if type(spec) is str else None
        if dtype is None or dtype.kind not in _KINDS or not dtype.isnative:
            raise _refused(f'dtype {spec!r}')
        self.dtype = dtype

    def __setstate__(self, state: Any) -> None:
        """Look at what numpy saves beside the name; take nothing of it."""
        if state[1] not in _NATIVE:
            raise _refused(f'byte order {state[1]!r} of {self.dtype}')
        if tuple(state[2:5]) != (None, None, None):
            raise _refused(f'dtype {self.dtype} with fields')


class _Array:
    """``numpy.ndarray``: holds the array that the state describes."""

    __slots__ = ('array',)
    __hash__ = None  # type: ignore[assignment]

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, by_column, data = state
        self.array = _build(data, dtype, shape, 'F' if by_column else 'C')


# Callables without attributes: a pickle can also set attributes on whatever
# it has loaded.
class _Reconstruct:
    """``numpy._core.multiarray._reconstruct``."""

    __slots__ = ()

    def __call__(self, *_: Any) -> _Array:
        return _Array()


class _Scalar:
    """``numpy._core.multiarray.scalar``."""

    __slots__ = ()

    def __call__(self, dtype: Any, data: Any) -> Any:
        return _build(data, dtype, (), 'C')[()]


class _FromBuffer:
    """``numpy._core.numeric._frombuffer``, pickle protocol 5."""

    __slots__ = ()

    def __call__(
        self,
        buffer: Any,
        dtype: Any,
        shape: Any,
        order: Any,
        axis_order: Any = None,
    ) -> np.ndarray:
        if order == 'K':
            return _build(buffer, dtype, shape, 'C').transpose(axis_order)
        return _build(buffer, dtype, shape, order)


def _named() -> dict[tuple[str, str], Any]:
    named: dict[tuple[str, str], Any] = {
        ('numpy', 'ndarray'): _Array,
        ('numpy', 'dtype'): _Dtype,
    }
    for core in ('numpy.core', 'numpy._core'):  # numpy 1 and 2
        named[f'{core}.multiarray', '_reconstruct'] = _Reconstruct()
        named[f'{core}.multiarray', 'scalar'] = _Scalar()
        named[f'{core}.numeric', '_frombuffer'] = _FromBuffer()
    return named


#: (module, name) in a pickle -> what to call in its place.
STAND_INS = _named()


def release(value: Any) -> Any:
    """Put real arrays in place of their holders.

    Args:
        value: What was loaded. Dicts and lists are changed in place.

    Returns:
        The value, or its array.

    Raises:
        pickle.UnpicklingError: At an array without content or a dtype that
            stands for itself.
    """
    return _release(value, {})


def _release(value: Any, seen: dict[int, tuple[Any, Any]]) -> Any:
    if isinstance(value, _Array) and hasattr(value, 'array'):
        return value.array
    if isinstance(value, (_Array, _Dtype)):
        raise _refused('an array without content or a lone dtype')
    if not isinstance(value, (dict, list)) and type(value) is not tuple:
        return value
    if id(value) not in seen:  # the original is kept, so that its id is too
        seen[id(value)] = value, value
        if isinstance(value, tuple):
            seen[id(value)] = value, tuple(_release(v, seen) for v in value)
        else:
            pairs = (
                value.items() if isinstance(value, dict) else enumerate(value)
            )
            for key, item in list(pairs):
                value[key] = _release(item, seen)
    return seen[id(value)][1]


def _build(data: Any, dtype: Any, shape: Any, order: Any) -> np.ndarray:
    """A new array from its bytes."""
    if type(dtype) is not _Dtype or type(data) not in (bytes, bytearray):
        raise _refused(
            f'an array of {type(dtype).__name__} from {type(data).__name__}'
        )
    try:
        array = np.ndarray(shape, dtype.dtype, data, order=order)
    except (TypeError, ValueError) as error:
        raise _refused(f'an array: {error}') from error
    # Texts of no letter take no byte here, and four each in a copy.
    if array.nbytes != len(data) or (array.size and not array.itemsize):
        raise _refused(f'{len(data)} bytes for {array.nbytes}')
    return array.copy(order='K')  # the bytes cannot be written to


def _refused(what: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(
        f'refused {what}; expected arrays and scalars of plain numbers or '
        'texts in native byte order: convert with .astype'
    )
