"""Clips within a pipeline."""

import copy

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS


@pytest.fixture
def clip():
    """Function that makes a clip, sampled (N first) or not."""

    def make(
        lead=(2,),
        persons=2,
        frames=6,
        joints=17,
        coords=3,
        seed=0,
        seen=0.8,
        test_mode=False,
        **more,
    ):
        rng = np.random.default_rng(seed)
        shape = (*lead, persons, frames, joints)
        valid = rng.random(shape) < seen
        keypoint = rng.normal(3, 1, (*shape, coords)).astype(np.float32)
        return dict(
            keypoint=np.where(valid[..., None], keypoint, 0),
            keypoint_score=np.where(
                valid, rng.uniform(0.1, 1, shape), 0
            ).astype(np.float32),
            valid=valid,
            test_mode=test_mode,
            rng=np.random.default_rng(seed),
            **more,
        )

    return make


@pytest.fixture
def apply():
    """Build a transform, apply it, and see that its input stays as it was."""

    def run(cfg, results):
        transform = TRANSFORMS.build(cfg)
        before = copy.deepcopy(results)
        given = {**results}
        out = transform(given)
        for key, value in before.items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(results[key], value, key)
        shown = repr(transform)
        assert shown.startswith(cfg['type'] + '(')
        for key in cfg.keys() - {'type'}:
            assert f'{key}=' in shown
        return out

    return run
