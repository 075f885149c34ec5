"""The arms that guess labels, as they are asked for."""

import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.label_efficiency import selftraining
from skeletonmae_plugin.label_efficiency.training import Outcome


@pytest.mark.parametrize(
    ('min_clips', 'max_clips', 'draws'),
    [(1280, None, 1280), (None, None, 3), (1280, 1300, 1280), (2, 2, 2)],
)
@pytest.mark.parametrize('spread', [False, True])
def test_a_round_has_the_updates_of_a_training_on_the_labelled_clips(
    min_clips, max_clips, draws, spread, tmp_path, monkeypatch
):
    asked = {}

    def run(cfg, known, others, work_dir, **options):
        asked.update(options, cfg=cfg, known=known, others=others)
        last = tmp_path / 'last.pth'
        torch.save(dict(meta=dict(iter=40)), last)
        return str(last)

    monkeypatch.setattr(selftraining, 'run_self_training', run)
    outcome = Outcome([1], [0])
    monkeypatch.setattr(selftraining, 'test', lambda *given: outcome)
    cfg = Config(
        dict(
            train_dataloader=dict(
                sampler=dict(
                    type='SkeletonSampler',
                    min_clips=min_clips,
                    max_clips=max_clips,
                ),
                dataset=dict(type='SkeletonDataset', include='few.txt'),
            )
        )
    )
    known = [f'k{i}' for i in range(3)]
    given = cfg, known, ['u0'] * 5000, tmp_path, 7
    found = selftraining.self_train(*given, spread=spread)
    assert found == Outcome([1], [0], updates=40)
    loader = asked['cfg'].train_dataloader
    assert loader.sampler.max_clips == draws
    assert 'include' not in loader.dataset
    assert asked['known'] == known and asked['seed'] == 7
    if spread:
        assert asked['spread'] and asked['rounds'] == ()
    else:
        assert not asked.get('spread')
