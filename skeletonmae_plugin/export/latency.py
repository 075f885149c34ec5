"""How long one clip takes, model beside model."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from .onnx_file import open_session, run_session, to_onnx
from .scorer import Scorer, batches_of_test, load_recognizer

#: Ways to run a model -> what they are.
MODES = {
    'eager': 'PyTorch as it is',
    'fused': 'PyTorch, batch norms folded',
    'onnx': 'ONNX Runtime, batch norms folded',
}
Track = Callable[[range], Any]


@dataclass(frozen=True)
class Subject:
    """A model that is to be timed.

    Attributes:
        name: For the table.
        parameters: Number of weights.
        num_bytes: Of its ONNX file; None where it was not asked for.
        sides: Mode -> a call that scores one clip. Without 'fused' where
            there is nothing to fold.
    """

    name: str
    parameters: int
    num_bytes: int | None
    sides: Mapping[str, Callable[[], object]]


def make_subject(
    name: str,
    config: str,
    checkpoint: str | None,
    modes: tuple[str, ...] = tuple(MODES),
) -> Subject:
    """Prepare a model with the first clip of its test split.

    Args:
        name: For the table.
        config: Of a recognizer.
        checkpoint: Its weights; None: random ones, which take as long.
        modes: Of ``MODES``.

    Raises:
        ImportError: If a library of ONNX is missing.
        FileNotFoundError: If config, checkpoint or data are not there.
        ValueError: If 'fused' alone is asked for and nothing can be folded.
    """
    cfg, model = load_recognizer(config, checkpoint)
    plain, folded = Scorer(model, fuse=False), Scorer(model)
    clip = plain.clips(next(batches_of_test(cfg))).first()
    arguments = tuple(clip.arrays.values())
    sides: dict[str, Callable[[], object]] = {}
    if 'eager' in modes:
        sides['eager'] = lambda: plain(*arguments)
    if 'fused' in modes and folded.num_folded:
        sides['fused'] = lambda: folded(*arguments)
    num_bytes = None
    if 'onnx' in modes:
        content = to_onnx(folded, clip)
        session, num_bytes = open_session(content), len(content)
        sides['onnx'] = lambda: run_session(session, clip)
    if not sides:
        raise ValueError(
            f'{config}: no batch norm can be folded, so that fused is eager; '
            'expected another of --modes'
        )
    parameters = sum(p.numel() for p in model.parameters())
    return Subject(name, parameters, num_bytes, sides)


@torch.inference_mode()
def time_calls(
    sides: Mapping[Any, Callable[[], object]],
    rounds: int = 20,
    calls: int = 25,
    warmup: int = 10,
    track: Track = iter,
) -> dict[Any, np.ndarray]:
    """Seconds of single calls, all sides by turns: A B C A B C ...

    A machine that slows down, by heat or by neighbours, slows all alike. Each
    turn begins with a call that does not count, for the memory that the
    others have used since.

    Args:
        sides: What is timed.
        rounds: Turns of each side.
        calls: Calls of a turn.
        warmup: Calls of each side before all.
        track: Wraps the numbers of the rounds, to show progress.

    Returns:
        Of each side (rounds, calls).
    """
    for call in sides.values():
        for _ in range(warmup):
            call()
    seconds = {side: np.empty((rounds, calls)) for side in sides}
    for turn in track(range(rounds)):
        for side, call in sides.items():
            call()
            for i in range(calls):
                start = time.perf_counter()
                call()
                seconds[side][turn, i] = time.perf_counter() - start
    return seconds
