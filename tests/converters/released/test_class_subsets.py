from skeletonmae_plugin.converters.released.class_subsets import (
    GYM99_SUBSETS,
    choose_classes,
)


def test_events_share_out_all_classes():
    spans = [GYM99_SUBSETS[event] for event in ('VT', 'FX', 'BB', 'UB')]
    assert [c for first, end in spans for c in range(first, end)] == list(
        range(99)
    )
    # Numbers of classes in the paper of FineGym.
    sizes = {name: end - first for name, (first, end) in GYM99_SUBSETS.items()}
    assert (sizes['VT'], sizes['FX']) == (6, 35)
    assert (sizes['FX-S1'], sizes['UB-S1']) == (11, 15)


def test_clips_labels_splits_and_names_of_some_classes():
    data = dict(
        split=dict(train=['a', 'b', 'c'], val=['d']),
        annotations=[dict(frame_dir=n, label=k) for k, n in enumerate('abcd')],
        classes=list('ABCD'),
    )
    chosen = choose_classes(data, (1, 3))
    assert chosen == dict(
        split=dict(train=['b', 'c'], val=[]),
        annotations=[
            dict(frame_dir='b', label=0),
            dict(frame_dir='c', label=1),
        ],
        classes=['B', 'C'],
    )
    assert data['annotations'][1]['label'] == 1  # the old set stays as it is
