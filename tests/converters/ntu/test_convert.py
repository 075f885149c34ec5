"""Whole files, beside a plain second implementation of the same rules."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.converters.ntu.convert import convert_file


def spread_of(points):
    """Sum over axes of the variance, in single precision as in the files."""
    return np.var(np.concatenate(list(points)), axis=0).sum()


def reference(num_frames, bodies):
    """Keypoint (M, T, 25, 3) by loops over frames, None if refused."""
    # 1. Frames with a body are counted; a body's frames follow each other.
    tracks, count = {}, 0
    for t in range(num_frames):
        here = [body for body in bodies if body[1][t]]
        for number, _, points in here:
            tracks.setdefault(number, dict(start=count, points=[]))
            tracks[number]['points'].append(points[t])
        count += bool(here)
    tracks = list(tracks.values())
    for track in tracks:
        track['motion'] = spread_of(track['points'])
    tracks.sort(key=lambda track: -track['motion'])
    # 2. Noise.
    if len(tracks) > 1:
        tracks = [track for track in tracks if len(track['points']) > 11]
    if len(tracks) > 1:
        kept = []
        for track in tracks:
            good = []
            for frame in track['points']:
                wide = frame[:, 0].max() - frame[:, 0].min()
                high = frame[:, 1].max() - frame[:, 1].min()
                if float(wide) <= 0.8 * float(high):
                    good.append(frame)
            if 1 - len(good) / len(track['points']) < 0.69754:
                track['motion'] = min(track['motion'], spread_of(good))
                kept.append(track)
        tracks = sorted(kept, key=lambda track: -track['motion'])
    if not tracks:
        return None
    if len(tracks) == 1:
        return np.stack(tracks[0]['points'])[None]
    # 3. Persons: frames of each, and the span that they have taken.
    persons, spans = [{}, {}], [None, [0, 0]]
    for track in tracks:
        begin = track['start']
        end = begin + len(track['points'])
        for person, span in enumerate(spans):
            if span is None:
                spans[person] = [begin, end]
            elif begin >= span[1] or end <= span[0]:
                spans[person] = [min(begin, span[0]), max(end, span[1])]
            elif span[0] == span[1]:
                spans[person] = [span[0], end]
            else:
                continue
            persons[person].update(enumerate(track['points'], begin))
            break
    frames = sorted({*persons[0], *persons[1]})
    frames = range(frames[0], frames[-1] + 1)
    if frames[0] not in persons[0]:
        persons.reverse()
    empty = np.zeros((25, 3), np.float32)
    return np.array([[p.get(t, empty) for t in frames] for p in persons])


@st.composite
def recordings(draw):
    """Frames, and bodies that come, go, are lost, are wide or narrow."""
    num_frames = draw(st.integers(1, 40))
    bodies = []
    for number in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, num_frames - 1))
        end = draw(st.integers(start + 1, num_frames))
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        seen = np.zeros(num_frames, bool)
        seen[start:end] = True
        seen &= rng.random(num_frames) >= draw(st.sampled_from((0, 0.2)))
        size = [draw(st.sampled_from((0.3, 0.7, 0.85, 2))), 1, 0.3]
        points = rng.uniform(-1, 1, (num_frames, 25, 3)) * size
        points += rng.normal(0, 0.3, (num_frames, 1, 3)) + [0, 0, 4]
        bodies.append((number, seen, points.astype(np.float32)))
    bodies = [body for body in bodies if body[1].any()]
    return num_frames, draw(st.permutations(bodies))


@settings(max_examples=60, deadline=None)
@given(recording=recordings())
@example(recording=(3, []))
def test_any_recording_as_the_reference(raw_file, raw_text, recording):
    path = raw_file(raw_text(*recording))
    expected = reference(*recording)
    if expected is None:
        with pytest.raises(ValueError, match='leave the file out') as error:
            convert_file(path)
        assert str(error.value).startswith(str(path))
        return
    clip = convert_file(path)
    np.testing.assert_array_equal(
        clip['keypoint'], expected.astype(np.float16)
    )
    assert clip['total_frames'] == expected.shape[1]


@settings(max_examples=12, deadline=None)
@given(
    num_frames=st.integers(1, 30),
    persons=st.integers(1, 2),
    seed=st.integers(0, 9),
)
def test_what_is_written_comes_back(
    raw_file, raw_text, body, num_frames, persons, seed
):
    num_frames += 11 * (persons - 1)  # shorter ones are noise beside others
    points = [body(num_frames, seed * 2 + k) for k in range(persons)]
    seen = np.ones(num_frames, bool)
    text = raw_text(num_frames, [(k, seen, p) for k, p in enumerate(points)])
    clip = convert_file(raw_file(text, 'S020C001P042R002A061'))
    assert clip['frame_dir'] == 'S020C001P042R002A061' and clip['label'] == 60
    assert clip['total_frames'] == num_frames
    assert clip['keypoint'].dtype == np.float16
    points.sort(key=lambda p: -np.var(p.reshape(-1, 3), 0).sum())
    np.testing.assert_array_equal(
        clip['keypoint'], np.array(points).astype(np.float16)
    )


def test_a_wrong_name_is_told_with_the_file(raw_file):
    path = raw_file(name='S001')
    with pytest.raises(ValueError, match="'S001' is no name") as error:
        convert_file(path)
    assert str(error.value).startswith(str(path))
