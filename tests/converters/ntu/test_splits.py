"""Who is trained on, beside the words of the two papers."""

from skeletonmae_plugin.converters.ntu.sample_name import SampleName
from skeletonmae_plugin.converters.ntu.splits import (
    TRAIN_PERFORMERS,
    make_splits,
)

# All that tells recordings apart in a benchmark.
NAMES = {
    f'S{s:03d}C{c:03d}P{p:03d}R001A001': SampleName(s, c, p, 1, 1)
    for s in (1, 2, 17, 32)
    for c in (1, 2, 3)
    for p in range(1, 107)
}


def test_performers_of_both_papers():
    assert len(TRAIN_PERFORMERS) == 53
    assert len([p for p in TRAIN_PERFORMERS if p <= 40]) == 20
    assert max(TRAIN_PERFORMERS) <= 106


def test_each_recording_is_once_in_each_benchmark():
    for set_name, benchmarks in (
        ('ntu60', ('xsub', 'xview')),
        ('ntu120', ('xsub', 'xset')),
    ):
        splits = make_splits(NAMES, set_name)
        assert list(splits) == [
            f'{b}_{part}' for b in benchmarks for part in ('train', 'val')
        ]
        for benchmark in benchmarks:
            train, val = (
                splits[f'{benchmark}_{part}'] for part in ('train', 'val')
            )
            assert train and val
            assert sorted(train + val) == sorted(NAMES)
            assert train == [name for name in NAMES if name in set(train)]


def test_rules():
    sixty, twice = make_splits(NAMES, 'ntu60'), make_splits(NAMES, 'ntu120')
    for name, parts in NAMES.items():
        assert (name in sixty['xview_train']) == (parts.camera in (2, 3))
        assert (name in twice['xset_train']) == (parts.setup % 2 == 0)
        trained = name in sixty['xsub_train']
        assert trained == (parts.performer in TRAIN_PERFORMERS)
        assert trained == (name in twice['xsub_train'])
