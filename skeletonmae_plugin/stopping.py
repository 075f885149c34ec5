"""A stop by the user, in words."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: What a shell says of a command that was ended by Ctrl-C.
_STATUS = 130


@contextmanager
def stop_in_words() -> Iterator[None]:
    """Say what becomes of a run that is ended by Ctrl-C, without a traceback.

    Raises:
        SystemExit: In the place of KeyboardInterrupt.
    """
    try:
        yield
    except KeyboardInterrupt:
        print(
            '\nstopped; what is done is kept: repeat the command to go on',
            file=sys.stderr,
        )
        raise SystemExit(_STATUS) from None
