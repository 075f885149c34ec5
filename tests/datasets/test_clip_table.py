import numpy as np

from skeletonmae_plugin.datasets.clip_table import ClipTable, starts


def test_columns(annotation):
    bare = annotation('b', frames=3, persons=2)
    del bare['label'], bare['keypoint_score']
    bare['img_shape'] = None
    table = ClipTable.from_clips(dict(a=annotation('a', label=2), b=bare))
    assert (table.names, len(table)) == (('a', 'b'), 2)
    assert table.num_rows.tolist() == [12, 6]
    assert table.start.tolist() == [0, 12]
    assert table.person_start.tolist() == [0, 1]
    assert table.label.tolist() == [2, -1]
    assert table.img_shape.tolist() == [[600, 800], [0, 0]]
    assert table.scored.tolist() == [True, False]


def test_selecting_undoes_joining(annotation):
    first = ClipTable.from_clips(dict(a=annotation('a', frames=2)))
    second = ClipTable.from_clips(
        dict(b=annotation('b', persons=3), c=annotation('c', label=5))
    )
    joined = first.join(second)
    assert joined.names == ('a', 'b', 'c')
    part = joined.select(np.array([1, 2]))
    assert part.names == second.names
    for key, column in second.columns().items():
        np.testing.assert_array_equal(part.columns()[key], column)


def test_an_empty_table_joins():
    empty = ClipTable.from_clips({})
    assert len(empty) == 0 and len(empty.join(empty)) == 0


def test_starts():
    assert starts(np.array([3, 1, 2])).tolist() == [0, 3, 4]
