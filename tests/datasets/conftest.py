"""Small skeleton files for the tests of the data part."""

import pickle

import numpy as np
import pytest
from mmengine.registry import init_default_scope


@pytest.fixture(autouse=True)
def _scope():
    init_default_scope('mmaction')


def make_annotation(
    name, label=0, frames=12, persons=1, joints=17, coords=2, seed=0
):
    """A moving cloud of points, away from the origin."""
    rng = np.random.default_rng((seed, frames, persons))
    pose = rng.normal(0, 50, (persons, 1, joints, coords))
    sway = rng.normal(0, 5, (persons, frames, joints, coords))
    keypoint = (300 + pose + sway).astype(np.float16)
    score = rng.uniform(0.3, 1, (persons, frames, joints)).astype(np.float16)
    return dict(
        frame_dir=name,
        label=label,
        total_frames=frames,
        img_shape=(600, 800),
        keypoint=keypoint,
        keypoint_score=score,
    )


@pytest.fixture
def annotation():
    return make_annotation


@pytest.fixture
def skeleton_file(tmp_path):
    """Function that writes a file; by default 12 clips of 3 classes."""

    def write(annotations=None, split=None, name='toy.pkl', data=None, **more):
        if annotations is None:
            annotations = [
                make_annotation(
                    f'clip{i:02d}',
                    label=i % 3,
                    frames=5 + i,
                    persons=1 + i % 2,
                    seed=i,
                )
                for i in range(12)
            ]
        ids = [a.get('frame_dir') for a in annotations]
        if split is None:
            split = dict(train=ids[:8], val=ids[8:])
        data = (
            data
            if data is not None
            else dict(split=split, annotations=annotations, **more)
        )
        path = tmp_path / name
        path.write_bytes(pickle.dumps(data))
        return str(path)

    return write


@pytest.fixture
def pipeline():
    """Function that gives a whole pipeline as configs."""

    def build(layout='coco', mask=None, train=True):
        steps = [
            dict(type='LoadSkeleton', layout=layout),
            dict(type='RankPersons', num_person=2),
            dict(
                type='SampleSkeletonFrames',
                clip_len=8,
                crop=(0.5, 1.0) if train else None,
            ),
        ]
        if mask is not None:
            steps.append(dict(type='MaskSkeletonParts', layout=layout, **mask))
        steps.append(dict(type='NormalizeSkeleton', layout=layout))
        if train:
            steps += [
                dict(type='RotateSkeleton', yaw=90, tilt=10, roll=20),
                dict(type='ScaleSkeleton', factor=(0.8, 1.2)),
                dict(type='ScaleBones', layout=layout),
                dict(type='CentreFrames', layout=layout, prob=0.5),
                dict(type='JitterSkeleton', sigma=0.01),
                dict(type='FlipSkeleton', layout=layout),
            ]
        return [*steps, dict(type='PackSkeletonInputs')]

    return build
