"""Released or self-made pickles of FineGym and Diving48, made fit to train on.

Files are read and joined (``sources``), official lists decide label and split
(``official_lists``, ``relabel``), splits get their usual names
(``split_names``), clips that cannot be used are found (``broken``), and a
subset of the classes may be taken (``class_subsets``).
"""

from .adapt import Report, adapt
from .sets import DIVING48, FINEGYM, ReleasedSet

__all__ = ['DIVING48', 'FINEGYM', 'ReleasedSet', 'Report', 'adapt']
