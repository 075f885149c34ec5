"""Sizes of models, against what others say of them."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.analysis import get_model_complexity_info

from skeletonmae_plugin.zoo.complexity import complexity
from skeletonmae_plugin.zoo.rows import load

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.mark.parametrize(
    'name, parameters, flops',
    [('stgcnpp_ntu60', 1.39e6, 1.95e9), ('stgcnpp_ntu60_3d', 1.40e6, 2.96e9)],
)
def test_stgcnpp_is_as_large_as_mmaction_says(name, parameters, flops):
    """In the metafile of its own configs, batch norms counted."""
    found = complexity(load(CONFIGS, name))
    assert found.parameters == pytest.approx(parameters, rel=0.005)
    assert found.macs == pytest.approx(flops, rel=0.02)


def test_products_of_a_graph_network_are_those_that_mmengine_counts():
    cfg = load(CONFIGS, 'stgcnpp_jhmdb')
    cfg.model.backbone.backbone.num_stages = 2
    cfg.model.backbone.backbone.update(
        inflate_stages=[], down_stages=[], in_channels=3
    )
    cfg.model.cls_head.in_channels = 64
    found = complexity(cfg)
    model = MODELS.build(cfg.model).eval()
    model.forward = model.extract_feat
    theirs = get_model_complexity_info(model, (1, 1, 32, 15, 3))
    norms = 1.03
    assert found.macs < theirs['flops'] < norms * found.macs
    assert found.parameters == theirs['params']


def test_a_wider_embedding_costs_its_products():
    cfg = load(CONFIGS, 'skeletonmae_pretrain_sbu_paper')
    before = complexity(cfg)
    cfg.model.backbone.update(streams=['coordinate', 'bone'])
    after = complexity(cfg)
    joints = 2 * cfg.clip_len * 15
    more = 3 * 64  # weights of the embedding
    assert after.parameters - before.parameters == more
    # Embedded once for the encoder, and once for the target.
    assert after.macs - before.macs == 2 * joints * more


def test_measuring_draws_no_random_numbers_of_the_clip():
    cfg = load(CONFIGS, 'strl_scratch_toy')
    torch.manual_seed(1)
    first = complexity(cfg)
    torch.manual_seed(2)
    assert complexity(cfg) == first
