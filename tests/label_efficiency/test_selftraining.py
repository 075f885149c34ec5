"""The arms that guess labels, as they are asked for."""

import pytest
from mmengine.config import Config

from skeletonmae_plugin.label_efficiency import selftraining


@pytest.mark.parametrize(
    ('min_clips', 'labelled', 'draws'), [(1280, 3, 1280), (None, 3, 3)]
)
@pytest.mark.parametrize('spread', [False, True])
def test_a_round_has_the_updates_of_a_training_on_the_labelled_clips(
    min_clips, labelled, draws, spread, tmp_path, monkeypatch
):
    asked = {}

    def run(cfg, known, others, work_dir, **options):
        asked.update(options, cfg=cfg, known=known, others=others)
        return 'last.pth'

    monkeypatch.setattr(selftraining, 'run_self_training', run)
    monkeypatch.setattr(selftraining, 'test', lambda cfg, *rest: rest)
    cfg = Config(
        dict(
            train_dataloader=dict(
                sampler=dict(type='SkeletonSampler', min_clips=min_clips),
                dataset=dict(type='SkeletonDataset', include='few.txt'),
            )
        )
    )
    known = [f'k{i}' for i in range(labelled)]
    given = cfg, known, ['u0'] * 5000, tmp_path, 7
    found = selftraining.self_train(*given, spread=spread)
    assert found == ('last.pth', tmp_path / 'test')
    loader = asked['cfg'].train_dataloader
    assert loader.sampler.max_clips == draws
    assert 'include' not in loader.dataset
    assert asked['known'] == known and asked['seed'] == 7
    if spread:
        assert asked['spread'] and asked['rounds'] == ()
    else:
        assert not asked.get('spread')
