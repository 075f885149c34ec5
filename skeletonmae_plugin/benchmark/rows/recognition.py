"""STRL beside MMAction2's ST-GCN++."""

from collections.abc import Callable
from typing import Any

from ..bench import Bench
from ..result import BenchmarkError, Result, check_equal
from ..steps import TrainStep, count_clips, predict, train_step
from ..timing import Times, ratios
from ..variants import COMPILED_BF16, EAGER_FP32, Variant
from .pretrain import FAST, config_name
from .sides import side_details


def training(bench: Bench) -> list[Result]:
    """Clips/s of a training step of STRL over one of stock ST-GCN++."""
    return _compare(bench, 'strl_train_vs_stgcnpp', 'training', 8, train_step)


def inference(bench: Bench) -> list[Result]:
    """Clips/s of predictions of STRL over those of stock ST-GCN++."""
    return _compare(bench, 'strl_infer_vs_stgcnpp', 'inference', 10, predict)


def _compare(
    bench: Bench,
    key: str,
    what: str,
    goal: float,
    make: Callable[..., Callable],
) -> list[Result]:
    """Three results: as shipped, fp32 eager, both compiled in bfloat16."""
    cfg, stock = bench.config('strl_scratch'), bench.config('stgcnpp')
    batch = bench.batch(cfg, bench.model(cfg))
    stock.train_dataloader.batch_size = cfg.train_dataloader.batch_size
    stock_batch = bench.batch(stock, bench.model(stock))
    _check_same_clips(batch, stock_batch)
    shipped = bench.shipped(cfg)
    chosen, reasons = bench.possible(shipped, EAGER_FP32, COMPILED_BF16)
    theirs, _ = bench.possible(EAGER_FP32, COMPILED_BF16)
    sides: dict[str, Callable] = {
        f'ours_{v.name}': make(bench, cfg, v, batch) for v in chosen
    }
    sides |= {
        f'stgcnpp_{v.name}': make(bench, stock, v, stock_batch, ours=False)
        for v in theirs
    }
    losses = _fast_follows_exact(sides)
    times = bench.alternate(sides)
    details = dict(
        sides=side_details(times, clips=count_clips(batch)),
        losses=losses,
        clips=count_clips(batch),
        persons=batch['inputs'].shape[1],
        frames=batch['inputs'].shape[2],
        not_measured=reasons,
    )
    common: dict[str, Any] = dict(
        configs=[config_name(cfg), config_name(stock)], details=details
    )
    pair = f'{what}: STRL over stock ST-GCN++'
    # A test is float32 and, if it is short, not compiled, unless asked.
    fast = (
        'as shipped'
        if what == 'training'
        else 'norms folded, compiled, with test_cfg.fp16=True,'
    )
    return [
        Result(
            key,
            f'{pair}, {fast} over eager fp32',
            values=_ratio(times, shipped, EAGER_FP32),
            goal=goal,
            dtype=shipped.dtype,
            **common,
        ),
        Result(
            f'{key}_fp32',
            f'{pair}, both eager fp32',
            values=_ratio(times, EAGER_FP32, EAGER_FP32),
            goal=3,
            dtype='float32',
            **common,
        ),
        Result(
            f'{key}_compiled_bf16',
            f'{pair}, both compiled in bf16',
            values=_ratio(times, COMPILED_BF16, COMPILED_BF16),
            dtype='bfloat16',
            note=reasons.get(COMPILED_BF16.name, ''),
            **common,
        ),
    ]


def _ratio(
    times: dict[str, Times], ours: Variant, theirs: Variant
) -> list[float]:
    fast = times.get(f'ours_{ours.name}')
    slow = times.get(f'stgcnpp_{theirs.name}')
    return ratios(slow, fast) if fast and slow else []


def _check_same_clips(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Both batches hold the same clips, persons and frames."""
    shapes = ours['inputs'].shape[:4], theirs['inputs'].shape
    # MMAction2's batch keeps the axis of the clips of a sample.
    if shapes[0] != (shapes[1][0], *shapes[1][2:5]):
        raise BenchmarkError(
            f'our batch is (N, M, T, V)={tuple(shapes[0])}, that of ST-GCN++ '
            f'(N, clips, M, T, V, C)={tuple(shapes[1])}; expected equal N, M, '
            'T and V: give both configs of the set the same num_person and '
            'clip_len'
        )
    names = [
        [sample.get('frame_dir') for sample in batch['data_samples']]
        for batch in (ours, theirs)
    ]
    if names[0] != names[1]:
        raise BenchmarkError(
            'the two batches hold different clips; expected those of one '
            'seed: give both configs the same sampler'
        )


def _fast_follows_exact(sides: dict[str, Callable]) -> dict[str, float]:
    """Losses of our training steps, those of fast variants near the exact."""
    losses = {
        name: float(side.loss().detach())
        for name, side in sides.items()
        if isinstance(side, TrainStep)
    }
    for owner in ('ours', 'stgcnpp'):
        exact = f'{owner}_{EAGER_FP32.name}'
        if exact in losses:
            mine = {k: v for k, v in losses.items() if k.startswith(owner)}
            check_equal('the loss', {exact: losses[exact], **mine}, FAST)
    return losses
