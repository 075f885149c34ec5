"""Clips and pickles like those of FineGym and Diving48, of made numbers."""

import pickle

import numpy as np
import pytest


def clip_of(name, label=0, frames=5, persons=1, **more):
    rng = np.random.default_rng(len(name))
    clip = dict(
        frame_dir=name,
        label=label,
        total_frames=frames,
        img_shape=(720, 1280),
        original_shape=(720, 1280),
        keypoint=rng.uniform(1, 700, (persons, frames, 17, 2)),
        keypoint_score=rng.uniform(0.1, 1, (persons, frames, 17)),
    )
    for key in ('keypoint', 'keypoint_score'):
        clip[key] = clip[key].astype(np.float16)
    return dict(clip, **more)


@pytest.fixture(scope='session')
def clip():
    return clip_of


@pytest.fixture
def write(tmp_path):
    """Function that writes a file and gives its path as text."""

    def write(content, name='in.pkl'):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content)
        else:
            path.write_bytes(pickle.dumps(content))
        return str(path)

    return write
