"""Raw files in the format of NTU RGB+D, of made bodies."""

from itertools import count

import numpy as np
import pytest


def text_of(num_frames, bodies):
    """A file's text.

    Args:
        num_frames: T.
        bodies: (number, seen (T,) bool, points (T, 25, 3)) of each.
    """
    lines = [str(num_frames)]
    for t in range(num_frames):
        here = [body for body in bodies if body[1][t]]
        lines.append(str(len(here)))
        for number, _, points in here:
            lines += [f'{number} 0 1 1 1 1 0 0.065 -0.246 2', '25']
            lines += [
                ' '.join(repr(float(v)) for v in point)
                + ' 277.3 185.4 1036.0 500.9 0.18 -0.03 0.97 -0.09 2'
                for point in points[t]
            ]
    return '\n'.join(lines) + '\n'


def body_of(num_frames, seed=0, width=0.3, sway=0.05):
    """Points (T, 25, 3) of a body 1.5 m high that sways."""
    rng = np.random.default_rng(seed)
    pose = rng.uniform(-1, 1, (1, 25, 3)) * [width, 0.75, 0.2]
    pose[0, :2, 1] = -0.75, 0.75
    drift = np.cumsum(rng.normal(0, sway, (num_frames, 1, 3)), 0)
    return (pose + drift + [0, 0, 3.5]).astype(np.float32)


@pytest.fixture(scope='session')
def raw_text():
    return text_of


@pytest.fixture(scope='session')
def body():
    return body_of


@pytest.fixture(scope='session')
def raw_file(tmp_path_factory):
    """Function that writes text, by default of a body in 14 frames."""
    root, number = tmp_path_factory.mktemp('raw'), count()

    def write(text=None, name='S001C002P003R002A013', folder=None):
        folder = folder or root / str(next(number))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f'{name}.skeleton'
        if text is None:
            text = text_of(14, [(7, np.ones(14, bool), body_of(14))])
        path.write_text(text)
        return path

    return write
