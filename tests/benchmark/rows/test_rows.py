"""Every row runs at tiny sizes and says what it must."""

from dataclasses import replace

import pytest
import torch

from skeletonmae_plugin.benchmark import ROWS, BenchmarkError, run_rows
from skeletonmae_plugin.benchmark.rows import growth, recognition
from skeletonmae_plugin.benchmark.steps import count_frames

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


def test_whole_pretraining_gives_back_all_frames(bench):
    cfg = recognition.whole_config(bench)
    model = bench.model(cfg)
    batch = bench.batch(cfg, model)
    assert cfg.model.neck.time_stride == 4
    outputs = model.reconstruct(
        batch['inputs'], batch['mask'], batch.get('valid')
    )
    assert outputs.pred.shape == batch['inputs'].shape


@pytest.mark.parametrize('absent', [0, 1])
def test_absent_persons_are_no_frames(bench, absent):
    sizes = dict(clips=2, persons=3, frames=8, joints=12)
    cfg = bench.config('skeletonmae_pretrain')
    batch = growth.random_batch(cfg, sizes, absent, torch.device('cpu'))
    assert count_frames(batch) == 2 * (3 - absent) * 8
    del batch['valid']
    assert count_frames(batch) == 2 * (3 - absent) * 8


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
