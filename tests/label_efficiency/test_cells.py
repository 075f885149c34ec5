"""Which cells there are, who computes them, which rate wins."""

from skeletonmae_plugin.label_efficiency.cells import (
    Cell,
    choose_factors,
    group_cells,
    main_cells,
    pretrain_cells,
    sweep_cells,
)
from skeletonmae_plugin.label_efficiency.spec import ARMS, LR_FACTORS


def test_every_pretrained_cell_has_every_pretraining():
    cells = main_cells(['scratch', 'pretrained'], [0.1, 1.0], [0, 1, 2], 2)
    assert len(cells) == len(set(cells)) == 2 * 3 * (1 + 2)
    assert Cell('pretrained', 1.0, 2, 1) in cells
    assert Cell('scratch', 0.1, 0, None) in cells
    # What a broken run leaves is complete for the first seeds.
    seeds = [cell.seed for cell in cells]
    assert seeds == sorted(seeds)


def test_a_seed_may_have_a_pretraining_of_its_own():
    arms = ['scratch', 'pretrained']
    cells = main_cells(arms, [1.0], [0, 1, 2], 3, paired=True)
    pairs = [(c.seed, c.pretrain_seed) for c in cells if c.arm == 'pretrained']
    assert pairs == [(0, 0), (1, 1), (2, 2)]
    assert len(cells) == 2 * 3


def test_names_differ():
    cells = main_cells(list(ARMS), [0.05, 0.5], [0, 1], 2)
    cells += sweep_cells(list(ARMS), 0.05) + pretrain_cells(list(ARMS), 2)
    assert len({cell.name for cell in cells}) == len(cells)
    cell = Cell('pretrained', 0.05, 1, 0, 0.3)
    assert cell.name == 'sweep_pretrained_x0.3_f0.05_s1_p0'


def test_nothing_is_pretrained_for_arms_that_need_none():
    assert pretrain_cells(['scratch', 'raw_knn', 'stgcnpp'], 2) == []
    assert len(pretrain_cells(['frozen_knn'], 2)) == 2


def test_arms_are_swept_alike():
    cells = sweep_cells(['scratch', 'pretrained', 'frozen_knn'], 0.1)
    tried = {
        arm: sorted((c.seed, c.lr_factor) for c in cells if c.arm == arm)
        for arm in ('scratch', 'pretrained')
    }
    assert tried['scratch'] == tried['pretrained']
    assert {factor for _, factor in tried['scratch']} == set(LR_FACTORS)
    assert len(cells) == 2 * len(tried['scratch'])
    # Self-training takes the rates of what it begins with.
    assert {c.arm for c in sweep_cells(['self_trained'], 0.1)} == {
        'pretrained'
    }


def test_cells_that_share_features_share_a_process():
    arms = ['scratch', 'frozen_knn', 'random_frozen', 'raw_knn']
    cells = main_cells(arms, [0.1, 1.0], [0, 1], 2)
    groups = group_cells(cells)
    assert sorted(c for g in groups for c in g) == sorted(cells)
    sizes = {}
    for group in groups:
        sizes.setdefault(group[0].arm, []).append(len(group))
        assert len({c.arm for c in group}) == 1
    assert sizes == dict(
        scratch=[1] * 4,
        frozen_knn=[4, 4],  # of each pre-training
        random_frozen=[2, 2],  # of each seed of the weights
        raw_knn=[4],
    )


def test_best_mean_rate_is_chosen():
    scores = {0.3: (0.4, 0.6), 1.0: (0.7, 0.2), 3.0: (0.5, 0.4)}
    results = {
        Cell('scratch', 0.1, seed, None, factor): score
        for factor, pair in scores.items()
        for seed, score in enumerate(pair)
    }
    results[Cell('pretrained', 0.1, 0, 0, 3.0)] = 0.9
    results[Cell('pretrained', 0.1, 0, 0, 1.0)] = 0.8
    # A cell of the table, not of the sweep.
    results[Cell('pretrained', 0.1, 0, 0)] = 1.0
    assert choose_factors(results) == dict(scratch=0.3, pretrained=3.0)


def test_of_equal_rates_the_configs_is_chosen():
    results = {Cell('scratch', 0.1, 0, None, x): 0.5 for x in LR_FACTORS}
    assert choose_factors(results) == dict(scratch=1.0)
