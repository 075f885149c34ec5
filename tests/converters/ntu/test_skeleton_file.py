import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.converters.ntu.skeleton_file import read_skeleton_file


def two_bodies(raw_text, body):
    """Three frames: one body, none, two; and the rows to expect."""
    first, second = body(3, seed=1), body(3, seed=2)
    text = raw_text(
        3,
        [
            (2**56 + 1, np.array([True, False, True]), first),
            (9, np.array([False, False, True]), second),
        ],
    )
    return text, np.stack([first[0], first[2], second[2]])


def test_rows_of_all_bodies(raw_file, raw_text, body):
    text, points = two_bodies(raw_text, body)
    found = read_skeleton_file(raw_file(text))
    assert found.num_frames == 3
    assert found.frame.tolist() == [0, 2, 2]
    assert found.body_id == (2**56 + 1, 2**56 + 1, 9)
    assert found.points.dtype == np.float32
    np.testing.assert_array_equal(found.points, points)


def test_line_ends_of_windows_and_empty_last_lines(raw_file, raw_text, body):
    text, points = two_bodies(raw_text, body)
    path = raw_file()
    path.write_bytes(text.replace('\n', '\r\n').encode() + b'\r\n\n')
    np.testing.assert_array_equal(read_skeleton_file(path).points, points)


def test_no_body_at_all(raw_file):
    found = read_skeleton_file(raw_file('2\n0\n0\n'))
    assert found.num_frames == 2 and found.points.shape == (0, 25, 3)


@settings(max_examples=25, deadline=None)
@given(part=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_off_anywhere_is_named(raw_file, raw_text, body, part):
    text, _ = two_bodies(raw_text, body)
    lines = text.splitlines()
    path = raw_file('\n'.join(lines[: int(part * len(lines))]))
    with pytest.raises(ValueError, match='the file ends here') as error:
        read_skeleton_file(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    'change, message',
    [
        (lambda s: [], 'line 0: the file ends here, before the number of fr'),
        (lambda s: ['x', *s[1:]], 'line 1: expected the number of frames, g'),
        (lambda s: ['-3', *s[1:]], "got '-3'"),
        (lambda s: ['2', *s[1:]], '55 lines are left after the 2 frames'),
        (lambda s: [*s, '0'], 'line 86: 1 lines are left after the 3 frames'),
        (lambda s: [*s[:3], '20', *s[4:]], 'line 4: .* has 20 joints, expec'),
        (lambda s: [*s[:2], 'a b', *s[3:]], 'line 3: .* of a body of frame 1'),
        (lambda s: [*s[:6], '1 2', *s[7:]], 'line 7: .* y, z of joint 3, got'),
        (lambda s: [*s[:6], '1 2 z', *s[7:]], "line 7: .*got '1 2 z'"),
        (lambda s: [*s[:6], 'nan 0 1', *s[7:]], 'line 7: .*joint 3 are nan,'),
        (lambda s: [*s[:6], '0 inf 1', *s[7:]], 'joint 3 are 0, inf, 1, exp'),
        (lambda s: [*s[:6], '0 0 7e4', *s[7:]], 'joint 3 are 0, 0, 70000'),
    ],
)
def test_what_is_wrong_is_said_by_line(
    raw_file, raw_text, body, change, message
):
    text, _ = two_bodies(raw_text, body)
    path = raw_file('\n'.join(change(text.splitlines())))
    with pytest.raises(ValueError, match=message) as error:
        read_skeleton_file(path)
    assert str(error.value).startswith(f'{path}: line ')


def test_other_files_are_refused(raw_file):
    path = raw_file()
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match='not a text file'):
        read_skeleton_file(path)
