"""Numbers that were published, in percent.

From `SkeletonMAE <https://arxiv.org/abs/2307.08476>`_ (ICCV 2023), of one 2D
stream; FineGym is the mean accuracy over classes, the others are top-1. Keys
are a set, and its split where it has several.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The paper's sets.
SETS = ('finegym', 'diving48', 'ntu60', 'ntu120')
#: Set of its ablations.
ABLATED = 'finegym'

MAIN = {
    'finegym': 91.8,
    'ntu60 xsub': 92.8,
    'ntu60 xview': 96.5,
    'ntu120 xsub': 84.8,
    'ntu120 xset': 85.7,
}
SCRATCH = {'finegym': 86.3}
#: What its ablations have where they change nothing: M = 3, L_D = 3, GIN.
PRETRAINED = 91.2
#: Layers of STRL, M = 1 to 4.
DEPTH = (89.1, 90.6, 91.2, 91.0)
#: Layers of the encoder, L_D = 1 to 4.
ENCODER_DEPTH = (89.6, 90.7, 91.2, 90.9)
#: Operator -> by the number of the hidden part, 0 to 5.
HIDDEN_PART = {
    'gin': (88.6, 89.5, 90.2, 91.2, 90.3, 91.2),
    'gcn': (87.6, 88.9, 89.3, 90.6, 89.5, 90.5),
    'gat': (86.8, 88.1, 88.9, 89.5, 89.4, 90.0),
}
#: Parts in the order of these numbers.
PARTS = (
    'head',
    'torso',
    'left_arm',
    'right_arm',
    'left_leg',
    'right_leg',
)
#: Hidden in its ablations 'unless otherwise specified' (section 4.4).
USUAL_PART = 'right_arm'
#: The pair that it found best.
BEST_PAIR = ('right_arm', 'right_leg')
#: Number of joints, hidden one by one.
RANDOM_JOINTS = {5: 89.7, 9: 90.3, 12: 89.9, 15: 90.1}
#: Likewise, hidden as whole parts: its best choice of parts, and its worst.
WHOLE_PARTS = {
    5: ((BEST_PAIR, 91.8), (('left_arm', 'left_leg'), 91.1)),
    9: (
        (('head', 'right_arm', 'right_leg'), 91.2),
        (('head', 'torso'), 90.1),
    ),
    # There is but one.
    12: ((PARTS[1:], 91.0),),
    15: (
        (('head', 'torso', 'left_arm', 'right_arm', 'right_leg'), 90.8),
        (('head', 'torso', 'right_arm', 'left_leg', 'right_leg'), 90.2),
    ),
}
#: Of ST-GCN++ on the same 2D joints, as its authors published it.
STGCNPP = {
    'ntu60 xsub': 89.3,
    'ntu60 xview': 97.4,
    'ntu120 xsub': 84.4,
    'ntu120 xset': 88.1,
}


def protocol(train_split: str) -> str:
    """Name of a protocol, such as 'xsub', after its training split."""
    return train_split.removesuffix('_train')


def published(
    numbers: Mapping[str, float], set_name: str, train_split: str
) -> tuple[float, str] | None:
    """The number to print beside ours.

    Args:
        numbers: Of a row, by set.
        set_name: Our set.
        train_split: Name of its training split, such as 'xsub_train'.

    Returns:
        The number and the set that it is of: ours, else that of the paper's
        ablations. None: there is neither.
    """
    own = f'{set_name} {protocol(train_split)}'
    for key in (own, set_name, ABLATED):
        if key in numbers:
            return numbers[key], key
    return None
