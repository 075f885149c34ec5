"""Every row runs at tiny sizes and says what it must."""

from dataclasses import replace

import pytest
import torch

from skeletonmae_plugin.benchmark import ROWS, BenchmarkError, run_rows
from skeletonmae_plugin.benchmark.rows import (
    channels_last,
    growth,
    pretrain,
    recognition,
)
from skeletonmae_plugin.benchmark.rows.pipeline import _check_shapes
from skeletonmae_plugin.benchmark.steps import (
    count_clips,
    count_frames,
    fill_banks,
)

NAMED = (
    'pretrain_vs_pyg',
    'pretrain_fraction_of_gemm',
    'pretrain_end_to_end_fraction',
    'strl_train_vs_stgcnpp',
    'strl_infer_vs_stgcnpp',
    'pipeline_vs_stock',
    'memory_growth',
)
# These start processes.
SLOW = (
    'pretrain_end_to_end_fraction',
    'memory_growth',
    'growth_clips',
    'ntu60_minutes',
)


def test_rows_of_the_requirement_are_there():
    assert set(NAMED) <= ROWS.keys()


@pytest.mark.parametrize(
    'name',
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
        for name in ROWS
    ],
)
def test_row_is_measured(bench, name, tmp_path):
    if name == 'pretrain_vs_pyg':
        pytest.importorskip('torch_geometric')
    content = run_rows(bench, [name], tmp_path / 'result.json')
    entry = content[name]
    assert entry['value'] is not None and entry['value'] > 0, entry
    assert entry['configs']
    if name in NAMED:
        assert entry['reached'] in (True, False)


def test_variants_that_cannot_be_compiled_are_reported(bench):
    result = ROWS['strl_infer_vs_stgcnpp'](bench)[-1].as_json()
    assert result['key'] == 'strl_infer_vs_stgcnpp_compiled_bf16'
    assert result['value'] is None
    assert 'compiled_bf16' in result['details']['not_measured']
    assert 'switched off' in result['note']


def test_other_clips_are_not_compared():
    ours = dict(inputs=torch.zeros(2, 1, 8, 17, 2), data_samples=[])
    theirs = dict(inputs=torch.zeros(2, 1, 2, 8, 17, 3), data_samples=[])
    with pytest.raises(BenchmarkError, match='expected equal N, M, T and V'):
        recognition._check_same_clips(ours, theirs)


def test_views_are_compared_with_as_many_views():
    ours = dict(inputs=torch.zeros(4, 1, 8, 17, 2))
    stock = dict(inputs=torch.zeros(2, 2, 1, 8, 17, 3))
    single = dict(inputs=torch.zeros(2, 1, 1, 8, 17, 3))
    _check_shapes(dict(ours=ours, stock=stock, stock_one_view=single), 2)
    with pytest.raises(BenchmarkError, match='expected equal'):
        _check_shapes(dict(ours=ours, stock=single), 2)


def test_papers_recipe_takes_the_default_batch(bench):
    whole = replace(bench, sizes=replace(bench.sizes, batch_size=None))
    default = whole.config('skeletonmae_pretrain')
    paper = pretrain.paper_config(whole)
    assert paper.train_dataloader.batch_size == (
        default.train_dataloader.batch_size
    )


def test_default_step_counts_a_clip_once_and_both_views(bench):
    results = ROWS['pretrain_step'](bench)
    assert [result.key for result in results] == [
        'pretrain_step',
        'pretrain_step_vs_eager_fp32',
        'pretrain_step_compiled_vs_eager',
        'pretrain_step_fraction_of_gemm',
    ]
    details = results[0].details
    assert details['clips'] == bench.sizes.batch_size == 4
    assert details['views'] == 2
    assert details['frames'] == 2 * 4 * 32
    side = details['sides'][details['ours']]
    assert side['frames_per_s']['median'] == pytest.approx(
        2 * 32 * side['clips_per_s']['median']
    )
    # Nothing is compiled here.
    assert results[2].values == [] and 'switched off' in results[2].note
    assert 0 < results[3].values[0] < 1


@pytest.mark.parametrize(
    'name, views', [('skeletonmae_pretrain', 2), ('strl_scratch', 1)]
)
def test_views_of_a_clip_are_one_clip(bench, name, views):
    cfg = bench.config(name)
    batch = bench.batch(cfg, bench.model(cfg))
    assert count_clips(batch) == cfg.train_dataloader.batch_size
    assert len(batch['inputs']) == views * count_clips(batch)


def test_banks_are_full_of_other_clips(bench):
    model = bench.model(bench.config('skeletonmae_pretrain'))
    bank = model.heads[1].bank
    assert not bank.is_full
    fill_banks(model)
    assert bank.is_full
    assert (bank.owners < 0).all()
    torch.testing.assert_close(
        bank.codes.norm(dim=1), torch.ones(len(bank.codes))
    )


@pytest.mark.parametrize('absent', [0, 1])
def test_absent_persons_are_no_frames(bench, absent):
    sizes = dict(clips=2, persons=3, frames=8, joints=12)
    cfg = bench.config('skeletonmae_pretrain')
    batch = growth.random_batch(cfg, sizes, absent, torch.device('cpu'))
    assert count_frames(batch) == 2 * 2 * (3 - absent) * 8
    del batch['valid']
    assert count_frames(batch) == 2 * 2 * (3 - absent) * 8
    assert count_clips(batch) == 2


@pytest.mark.gpu
@pytest.mark.parametrize('name', ROWS)
def test_row_is_measured_on_a_gpu(bench, name, tmp_path):
    on_gpu = replace(bench, device=torch.device('cuda'))
    content = run_rows(on_gpu, [name], tmp_path / 'result.json')
    assert content[name]['value'] is not None, content[name]
    assert content['machine']['gpu']
    sides = content[name]['details'].get('sides', {})
    # A bare GEMM writes into memory that is there already.
    peaks = {name: side['peak_memory_mb'] for name, side in sides.items()}
    assert all(mb > 0 for name, mb in peaks.items() if 'gemm' not in name)


def test_channels_innermost_must_give_the_same_loss(bench, monkeypatch):
    monkeypatch.setattr(channels_last, 'SAME', -1)
    with pytest.raises(BenchmarkError, match='channels_last_eager_fp32'):
        channels_last.against_stock(bench)
