"""Read a pickle of plain values and numpy arrays without running code.

A pickle can call any function that it names, so that a data file of a
stranger is a program of a stranger. This reader knows the names that numpy
arrays need, has stand-ins for them, and refuses all others.
"""

import pickle
from pathlib import Path
from typing import Any

from ..safe_numpy import STAND_INS, release


class _Latin1:
    """``_codecs.encode`` for the one codec that numpy's pickles use."""

    __slots__ = ()

    def __call__(self, text: str, encoding: str) -> bytes:
        if encoding != 'latin1':
            raise pickle.UnpicklingError(f'the codec {encoding!r} is refused')
        return text.encode('latin1')


class _NoBytes:
    """``bytes()``, an empty array's content in protocol 2."""

    __slots__ = ()

    def __call__(self) -> bytes:
        return b''


_ALLOWED = {
    **STAND_INS,
    ('_codecs', 'encode'): _Latin1(),
    ('__builtin__', 'bytes'): _NoBytes(),
}


class _Refused(Exception):
    """A global that is not allowed."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise _Refused(f'{module}.{name}') from None


def load_pickle(path: str | Path) -> Any:
    """Load a pickle file of plain values, numpy arrays and scalars.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no pickle, is cut off, or names a global
            beyond numpy's arrays, or an array of other than plain numbers
            and texts.
    """
    with open(path, 'rb') as file:
        try:
            return release(_Reader(file).load())
        except _Refused as refused:
            raise ValueError(
                f'{path}: refused, for loading it would call {refused}. A '
                'skeleton file holds dicts, lists, strings, numbers and numpy '
                'arrays only; write it again from these (tensors: .numpy())'
            ) from None
        except Exception as error:  # a damaged pickle raises nearly anything
            raise ValueError(
                f'{path}: not a skeleton pickle, or cut off '
                f'({type(error).__name__}: {error}); expected a pickle of '
                'dict(split=..., annotations=[...])'
            ) from error
