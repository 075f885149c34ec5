"""How cost grows, one size doubled at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.config import Config

from ...layouts import get_layout
from ..bench import Bench
from ..result import Result
from ..steps import TrainStep, train_step
from ..timing import Times, ratios, summary
from ..training import run_training
from .pretrain import config_name

#: Sizes from which the doubling starts.
START = dict(frames=32, persons=1, joints=12, width=32, layers=2)
#: Of each clip, as the agreement head asks for.
VIEWS = 2


def clips(bench: Bench) -> list[Result]:
    """Seconds of an epoch for twice the clips; each in a run of its own."""
    last = bench.sizes.num_clips
    numbers = [last >> k for k in range(bench.sizes.doublings, -1, -1)]
    rates: dict[int, list[float]] = {}
    for number in numbers:
        cfg = bench.config('skeletonmae_pretrain')
        cfg.train_dataloader.dataset.indices = number
        dtype, name = bench.shipped(cfg).dtype, config_name(cfg)
        rates[number] = run_training(bench, cfg, with_steps=False).epochs
    seconds = {n: [n / rate for rate in rates[n]] for n in numbers}
    values = [
        b / a
        for small, large in zip(numbers, numbers[1:], strict=False)
        for a, b in zip(seconds[small], seconds[large], strict=True)
    ]
    return [
        Result(
            'growth_clips',
            'seconds of an epoch for twice the clips',
            values=values,
            goal=2.1,
            at_most=True,
            dtype=dtype,
            configs=[name],
            details=dict(
                curve={str(n): summary(seconds[n]) for n in numbers},
                unit='s an epoch',
            ),
        )
    ]


def frames(bench: Bench) -> list[Result]:
    """Cost of a step for twice the frames."""
    return _grow(bench, 'frames')


def persons(bench: Bench) -> list[Result]:
    """Cost of a step for twice the persons, and for one who is absent."""
    base, padded = _sizes(bench), _sizes(bench, persons=2)
    sides = dict(
        alone=_step(bench, base),
        beside_an_absent=_step(bench, padded, absent=1),
    )
    times = bench.alternate(dict(sides))
    share = summary(ratios(times['beside_an_absent'], times['alone']))
    results = _grow(bench, 'persons')
    results[0].details = {**results[0].details, 'absent_person': share}
    results[0].note = (
        'a step with an absent person beside each takes '
        f'{share["median"]:.3g} of the time without'
    )
    return results


def joints(bench: Bench) -> list[Result]:
    """Cost of a step for twice the joints."""
    return _grow(bench, 'joints')


def width(bench: Bench) -> list[Result]:
    """Cost of a step for twice the channels of encoder and decoder."""
    return _grow(bench, 'width')


def layers(bench: Bench) -> list[Result]:
    """Cost of a step for twice the layers of the STRL."""
    return _grow(bench, 'layers')


def _grow(bench: Bench, what: str) -> list[Result]:
    steps, cfg = {}, bench.config('skeletonmae_pretrain')
    for k in range(bench.sizes.doublings + 1):
        size = START[what] << k
        steps[str(size)] = _step(bench, _sizes(bench, **{what: size}))
    times = bench.alternate(dict(steps))
    return [
        Result(
            f'growth_{what}',
            f'time of a pre-training step for twice the {what}',
            values=_doublings(list(times.values())),
            dtype=bench.shipped(cfg).dtype,
            configs=[config_name(cfg)],
            details=dict(
                curve={
                    size: summary([1e3 * s for s in side.seconds])
                    for size, side in times.items()
                },
                unit='ms a step',
                sizes=_sizes(bench),
            ),
        )
    ]


def _doublings(times: Sequence[Times]) -> list[float]:
    return [
        ratio
        for small, large in zip(times, times[1:], strict=False)
        for ratio in ratios(large, small)
    ]


def _sizes(bench: Bench, **other: int) -> dict[str, int]:
    """Sizes of the shipped config, but for those that are named."""
    cfg = bench.config('skeletonmae_pretrain')
    backbone = cfg.model.backbone
    return (
        dict(
            clips=cfg.train_dataloader.batch_size,
            frames=backbone.clip_len,
            persons=1,
            joints=get_layout(backbone.encoder.layout).num_joints,
            width=backbone.encoder.embed_dims,
            layers=backbone.num_layers,
        )
        | other
    )


def _step(
    bench: Bench, sizes: Mapping[str, int], absent: int = 0
) -> TrainStep:
    """The shipped step at other sizes, on random clips.

    Args:
        bench: Gives config and device.
        sizes: See :func:`_sizes`.
        absent: So many of the persons are not there.
    """
    cfg = bench.config('skeletonmae_pretrain')
    _resize(cfg, sizes)
    batch = random_batch(cfg, sizes, absent, bench.device)
    return train_step(bench, cfg, bench.shipped(cfg), batch)


def _resize(cfg: Config, sizes: Mapping[str, int]) -> None:
    backbone, neck = cfg.model.backbone, cfg.model.neck
    encoder, width = backbone.encoder, sizes['width']
    if get_layout(encoder.layout).num_joints != sizes['joints']:
        encoder.layout = neck.layout = chain_layout(sizes['joints'])
    backbone.clip_len = sizes['frames']
    backbone.num_layers = sizes['layers']
    encoder.embed_dims = neck.in_channels = neck.embed_dims = width
    for head in cfg.model.head:
        if head.type == 'AgreementHead':
            head.in_channels = width


def chain_layout(num_joints: int) -> dict[str, Any]:
    """A skeleton of any number of joints, each bone behind the last."""
    half = num_joints // 2
    return dict(
        name=f'chain{num_joints}',
        joints=tuple(f'joint{v}' for v in range(num_joints)),
        bones=tuple((v, v + 1) for v in range(num_joints - 1)),
        parts=dict(
            upper=tuple(range(half)), lower=tuple(range(half, num_joints))
        ),
    )


def random_batch(
    cfg: Config,
    sizes: Mapping[str, int],
    absent: int,
    device: torch.device,
) -> dict[str, torch.Tensor]:
    """Random views of clips, the last persons absent.

    Two joints of five are hidden in the first view of each clip.
    """
    generator = torch.Generator().manual_seed(0)
    persons, frames, joints = (
        sizes[k] for k in ('persons', 'frames', 'joints')
    )
    shape = (VIEWS * sizes['clips'], persons, frames, joints)
    channels = cfg.model.backbone.encoder.in_channels
    inputs = torch.randn(*shape, channels, generator=generator)
    mask = torch.rand(shape, generator=generator) < 0.4
    mask[1::VIEWS] = False
    valid = torch.ones(shape, dtype=torch.bool)
    there = persons - absent
    inputs[:, there:], valid[:, there:] = 0, False
    batch = dict(
        inputs=inputs,
        mask=mask & valid,
        valid=valid,
        sample_idx=torch.arange(sizes['clips']),
    )
    return {key: value.to(device) for key, value in batch.items()}
