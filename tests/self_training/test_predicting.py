import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.dataset import pseudo_collate

from skeletonmae_plugin.self_training.clips import with_clips
from skeletonmae_plugin.self_training.predicting import predict_scores
from skeletonmae_plugin.whole_files import write_json


@pytest.fixture
def model(cfg, tmp_path):
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    torch.nn.init.normal_(model.cls_head.fc.weight, std=4)  # far from even
    torch.save(model.state_dict(), tmp_path / 'model.pth')
    return model.eval()


def test_scores_are_the_mean_over_the_views(
    cfg, model, toy, labelled, tmp_path
):
    names = sorted(toy[1])[:5]
    write_json(tmp_path / 'ids.json', names)
    write_json(tmp_path / 'labels.json', {})
    dataset = with_clips(cfg, tmp_path / 'ids.json', tmp_path / 'labels.json')
    checkpoint = str(tmp_path / 'model.pth')

    def predict(views):
        return predict_scores(cfg, checkpoint, dataset, views, seed=7)

    found, plain = predict(0)
    assert sorted(found) == names and plain.shape == (5, 12)
    np.testing.assert_allclose(plain.sum(1), 1, rtol=1e-5)
    # The plain view is the test's, clip by clip.
    single = DATASETS.build(
        dict(
            cfg.test_dataloader.dataset.to_dict(),
            split=None,
            include=names,
        )
    )
    for place, sample in enumerate(map(single.__getitem__, range(5))):
        with torch.no_grad():
            (result,) = model.test_step(pseudo_collate([sample]))
        assert result.frame_dir == found[place]
        np.testing.assert_allclose(result.pred_score, plain[place], rtol=1e-3)
    # Each further view is another one, with the same weight.
    one, two = predict(1)[1], predict(2)[1]
    first, second = 2 * one - plain, 3 * two - 2 * one
    np.testing.assert_allclose(second.sum(1), 1, rtol=1e-5)
    for a, b in ((first, plain), (second, plain), (second, first)):
        assert np.abs(a - b).max() > 1e-3
    np.testing.assert_array_equal(predict(2)[1], two)
