"""MMAction2's ST-GCN++ with its channels innermost in memory."""

import copy
from collections.abc import Callable

from ..bench import Bench
from ..result import Result, check_equal
from ..steps import TrainStep, count_clips, train_step
from ..timing import ratios
from ..variants import EAGER_BF16, EAGER_FP32
from .pretrain import FAST, SAME, config_name
from .sides import side_details


def against_stock(bench: Bench) -> list[Result]:
    """Clips/s of a training step over that of the network as it is.

    Two results: both in bfloat16, both in float32.
    """
    stock = bench.config('stgcnpp')
    faster = copy.deepcopy(stock)
    faster.model.backbone.channels_last = True
    batch = bench.batch(stock, bench.model(stock))
    chosen, reasons = bench.possible(EAGER_BF16, EAGER_FP32)
    steps: dict[str, TrainStep] = {
        f'{name}_{variant.name}': train_step(
            bench, cfg, variant, batch, ours=False
        )
        for variant in chosen
        for name, cfg in (('stock', stock), ('channels_last', faster))
    }
    weights = next(iter(steps.values())).model.state_dict()
    for step in steps.values():
        # Random weights are drawn in the order of memory.
        step.model.load_state_dict(weights)
    losses = {
        name: float(step.loss().detach()) for name, step in steps.items()
    }
    for variant, tolerance in ((EAGER_BF16, FAST), (EAGER_FP32, SAME)):
        same = {k: v for k, v in losses.items() if k.endswith(variant.name)}
        if same:
            check_equal('the loss', same, tolerance)
    sides: dict[str, Callable] = dict(steps)
    times = bench.alternate(sides)
    details = dict(
        sides=side_details(times, clips=count_clips(batch)),
        losses=losses,
        not_measured=reasons,
    )
    key = 'stgcnpp_channels_last'
    return [
        Result(
            name,
            'training: ST-GCN++ with channels innermost over as it is, both '
            f'eager {variant.dtype}',
            values=ratios(
                times[f'stock_{variant.name}'],
                times[f'channels_last_{variant.name}'],
            )
            if variant in chosen
            else [],
            dtype=variant.dtype,
            configs=[config_name(stock)],
            details=details,
            note=reasons.get(variant.name, ''),
        )
        for name, variant in ((key, EAGER_BF16), (f'{key}_fp32', EAGER_FP32))
    ]
