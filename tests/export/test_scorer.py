"""A scorer says what a test says, from arrays alone."""

import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.export.scorer import (
    Clips,
    Scorer,
    batches_of_test,
    load_recognizer,
)


@pytest.mark.parametrize(
    'name',
    ['strl_scratch', pytest.param('stgcnpp', marks=pytest.mark.slow)],
)
def test_scores_are_those_of_a_test(recognizer, name):
    config, checkpoint = recognizer(name)
    cfg, model = load_recognizer(config, checkpoint)
    batch = next(batches_of_test(cfg))
    expected = [s.pred_score for s in model.test_step(batch)]
    for fuse in (False, True):
        scorer = Scorer(model, fuse)
        assert (scorer.num_folded > 0) == (fuse and name == 'strl_scratch')
        found = scorer(*scorer.clips(batch).arrays.values())
        torch.testing.assert_close(found, torch.stack(expected))


def test_the_model_itself_is_not_folded(recognizer):
    _, model = load_recognizer(*recognizer('strl_scratch'))
    before = model.state_dict()
    Scorer(model)
    assert model.state_dict().keys() == before.keys()


def test_the_first_clip():
    keypoint = torch.arange(6.0).view(3, 1, 1, 1, 2)
    assert Clips(keypoint).first().arrays.keys() == {'keypoint'}
    first = Clips(keypoint, keypoint[..., 0] > 1).first()
    assert first.keypoint.tolist() == keypoint[:1].tolist()
    assert first.valid is not None and not first.valid.any()


def test_what_gives_no_class_scores_is_refused(recognizer):
    config, _ = recognizer('skeletonmae_pretrain')
    _, model = load_recognizer(config, None)
    with pytest.raises(ValueError, match='recognizer.*SkeletonMAEPretrainer'):
        Scorer(model)
    _, model = load_recognizer(recognizer('strl_scratch')[0], None)
    model.cls_head.average_clips = 'score'
    with pytest.raises(ValueError, match="average_clips='prob'.*'score'"):
        Scorer(model)


def test_files_that_are_not_there_or_do_not_fit(recognizer, tmp_path):
    config, checkpoint = recognizer('strl_scratch')
    with pytest.raises(FileNotFoundError, match='gone.py: no such file'):
        load_recognizer('gone.py', checkpoint)
    with pytest.raises(FileNotFoundError, match='gone.pth: no such file'):
        load_recognizer(config, 'gone.pth')
    state = dict(torch.load(checkpoint)['state_dict'])
    state.pop('cls_head.fc.bias')
    torch.save(dict(state_dict=state), tmp_path / 'less.pth')
    with pytest.raises(ValueError, match='cls_head.fc.bias: missing'):
        load_recognizer(config, str(tmp_path / 'less.pth'))


def test_pre_trained_weights_are_not_asked_for(recognizer):
    """A fine-tuning begins with them; its checkpoint has them all."""
    _, checkpoint = recognizer('strl_scratch')
    config, _ = recognizer('strl_finetune')
    cfg, model = load_recognizer(config, checkpoint)
    assert isinstance(cfg, Config) and not model.training
