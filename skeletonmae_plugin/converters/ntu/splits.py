"""The benchmarks of NTU RGB+D 60 and 120: who is trained and tested on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .sample_name import SampleName

#: Performers of the training of the cross-subject benchmarks. Those up to 40
#: are the 20 of NTU RGB+D 60 (Shahroudy et al., CVPR 2016), all are the 53 of
#: NTU RGB+D 120 (Liu et al., TPAMI 2020).
TRAIN_PERFORMERS = frozenset(
    (1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38)
    + (45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81)
    + (82, 83, 84, 85, 86, 89, 91, 92, 93, 94, 95, 97, 98, 100, 103)
)
#: Actions of each set.
NUM_ACTIONS = MappingProxyType(dict(ntu60=60, ntu120=120))

Benchmark = Callable[[SampleName], bool]


def _cross_subject(name: SampleName) -> bool:
    return name.performer in TRAIN_PERFORMERS


def _cross_view(name: SampleName) -> bool:
    return name.camera != 1


def _cross_setup(name: SampleName) -> bool:
    return name.setup % 2 == 0


#: Set -> benchmark -> whether a recording is of its training.
BENCHMARKS: Mapping[str, Mapping[str, Benchmark]] = MappingProxyType(
    dict(
        ntu60=dict(xsub=_cross_subject, xview=_cross_view),
        ntu120=dict(xsub=_cross_subject, xset=_cross_setup),
    )
)


def make_splits(
    names: Mapping[str, SampleName], set_name: str
) -> dict[str, list[str]]:
    """Splits as in the released pickles.

    Args:
        names: Recordings of the set.
        set_name: 'ntu60' or 'ntu120'.

    Returns:
        ``xsub_train``, ``xsub_val`` and ``xview_train``, ``xview_val`` (60)
        or ``xset_train``, ``xset_val`` (120); names in the order given.

    Example:
        >>> name = 'S001C001P001R001A001'
        >>> make_splits({name: SampleName.parse(name)}, 'ntu60')['xview_val']
        ['S001C001P001R001A001']
    """
    splits = {}
    for benchmark, trained in BENCHMARKS[set_name].items():
        for part, wanted in (('train', True), ('val', False)):
            splits[f'{benchmark}_{part}'] = [
                text for text, name in names.items() if trained(name) is wanted
            ]
    return splits
