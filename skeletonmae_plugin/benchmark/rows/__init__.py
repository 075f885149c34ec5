"""The rows of the table, one idea a file."""

from collections.abc import Callable

from ..bench import Bench
from ..result import Result
from . import (
    channels_last,
    default_step,
    end_to_end,
    growth,
    memory,
    ntu60,
    pipeline,
    pretrain,
    recognition,
    start_up,
)

#: Name of a row -> what measures it. A row may give further results, whose
#: keys begin with its own.
ROWS: dict[str, Callable[[Bench], list[Result]]] = {
    'pretrain_vs_pyg': pretrain.against_pyg,
    'pretrain_fraction_of_gemm': pretrain.against_gemm,
    'pretrain_step': default_step.variants,
    'pretrain_end_to_end_fraction': end_to_end.against_step,
    'strl_train_vs_stgcnpp': recognition.training,
    'strl_infer_vs_stgcnpp': recognition.inference,
    'stgcnpp_channels_last': channels_last.against_stock,
    'pipeline_vs_stock': pipeline.against_stock,
    'memory_growth': memory.growth,
    'start_up': start_up.both_files,
    'growth_clips': growth.clips,
    'growth_frames': growth.frames,
    'growth_persons': growth.persons,
    'growth_joints': growth.joints,
    'growth_width': growth.width,
    'growth_layers': growth.layers,
    'ntu60_minutes': ntu60.minutes,
}

__all__ = ['ROWS']
