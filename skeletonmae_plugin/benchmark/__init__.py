"""How fast it is: every row of the table of ``tools/benchmark.py``.

Both sides of a ratio run by turns within one process, after a warm-up, and do
the same work, which is checked before the clock starts. The shipped configs
are read and the data are made, so that one command takes the numbers again
after a change of defaults.
"""

from .bench import Bench
from .report import markdown
from .result import BenchmarkError, Result
from .rows import ROWS
from .run import run_rows
from .sizes import FULL, QUICK, Sizes

__all__ = [
    'FULL',
    'QUICK',
    'ROWS',
    'Bench',
    'BenchmarkError',
    'Result',
    'Sizes',
    'markdown',
    'run_rows',
]
