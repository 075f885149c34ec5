"""A file is written when it has proved right, and else not."""

import numpy as np
import pytest
import torch

from skeletonmae_plugin.export import run
from skeletonmae_plugin.export.run import compare, export
from skeletonmae_plugin.export.scorer import Scorer, load_recognizer


class Session:
    """In the place of ONNX Runtime: the scorer, and an error."""

    def __init__(self, scorer, error=0.0):
        self.scorer, self.error = scorer, error

    @torch.no_grad()
    def run(self, names, arrays):
        tensors = (torch.from_numpy(x) for x in arrays.values())
        return [self.scorer(*tensors).numpy() + np.float32(self.error)]


@pytest.fixture
def loaded(recognizer):
    cfg, model = load_recognizer(*recognizer('strl_scratch'))
    cfg.test_dataloader.batch_size = 3
    return cfg, model, Scorer(model)


def test_as_many_clips_are_compared_as_asked_for(loaded):
    cfg, model, scorer = loaded
    found = compare(cfg, model, scorer, Session(scorer), 4)
    assert found.num_clips == 6 and found.difference < 1e-5
    assert {k: len(v) for k, v in found.arrays.items()} == dict(
        keypoint=6, valid=6, scores=6
    )
    everything = compare(cfg, model, scorer, Session(scorer), 10**6)
    assert everything.num_clips == 8  # the test split of the made clips


def test_clips_of_a_sample_are_averaged(loaded):
    cfg, model, scorer = loaded
    for step in cfg.test_dataloader.dataset.pipeline:
        if step.type == 'SampleSkeletonFrames':
            step.num_clips = 2
    found = compare(cfg, model, scorer, Session(scorer), 3)
    assert found.num_clips == 3 and len(found.arrays['scores']) == 6
    assert found.difference < 1e-5


@pytest.mark.parametrize('error', [0.01, np.nan])
def test_differences_are_found(loaded, error):
    cfg, model, scorer = loaded
    found = compare(cfg, model, scorer, Session(scorer, error), 4)
    np.testing.assert_allclose(found.difference, error, rtol=0.01)


@pytest.mark.parametrize('error', [0.01, np.nan])
def test_a_wrong_file_is_not_written(recognizer, monkeypatch, tmp_path, error):
    config, checkpoint = recognizer('strl_scratch')
    _, model = load_recognizer(config, checkpoint)
    session = Session(Scorer(model), error)
    monkeypatch.setattr(run, 'to_onnx', lambda *_: b'x')
    monkeypatch.setattr(run, 'open_session', lambda _: session)
    with pytest.raises(RuntimeError, match='differ by .*x.onnx is not wri'):
        export(config, checkpoint, tmp_path / 'x.onnx')
    assert not (tmp_path / 'x.onnx').exists()
