"""From a scorer to an ONNX file, and to what runs it."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from .libraries import require_onnx
from .scorer import Clips, Scorer


def to_onnx(scorer: Scorer, clips: Clips) -> bytes:
    """The scorer as an ONNX model, of any number of clips.

    Args:
        scorer: The scorer.
        clips: Any clips, for the shapes of its inputs.

    Returns:
        The content of a file. Inputs are ``keypoint`` (N, M, T, V, C) float
        and, of our recognizers, ``valid`` (N, M, T, V) bool; the output is
        ``scores`` (N, K), probabilities.

    Raises:
        ImportError: If a library is missing.
    """
    require_onnx()
    arrays = clips.first().arrays
    # A single clip would be taken for a fixed number of them.
    pair = tuple(x.repeat(2, *(1,) * (x.ndim - 1)) for x in arrays.values())
    batch = torch.export.Dim('batch', min=1)
    with torch.no_grad(), _silence():
        # By its own exporter first: it raises where a size is not free.
        graph = torch.export.export(
            scorer,
            pair,
            dynamic_shapes=tuple({0: batch} for _ in pair),
            strict=False,
        )
        program = torch.onnx.export(
            graph,
            dynamo=True,
            input_names=list(arrays),
            output_names=['scores'],
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    _strip(model)
    return bytes(model.SerializeToString())


def open_session(model: bytes) -> Any:
    """An ONNX Runtime session of one thread, on the processor.

    Args:
        model: Content of a file.
    """
    require_onnx()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model, options, providers=['CPUExecutionProvider']
    )


def run_session(session: Any, clips: Clips) -> np.ndarray:
    """Scores (N, K) of clips."""
    arrays = {name: x.numpy() for name, x in clips.arrays.items()}
    (scores,) = session.run(['scores'], arrays)
    return np.asarray(scores)


def _strip(model: Any) -> None:
    """Take out what only a debugger reads: it is larger than the weights."""
    del model.metadata_props[:]
    graph = model.graph
    del graph.value_info[:]
    for part in (graph.node, graph.input, graph.output, graph.initializer):
        for one in part:
            one.doc_string = ''
            del one.metadata_props[:]


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """The exporters speak of their own operators, not of the model."""
    logger = logging.getLogger('torch.onnx')
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            with contextlib.redirect_stdout(io.StringIO()):
                yield
    finally:
        logger.setLevel(level)
