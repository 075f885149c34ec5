"""Training on labels that the model has given to unlabelled clips."""

from .records import read_rounds, rounds_table
from .run import run_self_training
from .selection import PseudoLabel, select_confident
from .spreading import spread_labels

__all__ = [
    'PseudoLabel',
    'read_rounds',
    'rounds_table',
    'run_self_training',
    'select_confident',
    'spread_labels',
]
