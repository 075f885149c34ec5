"""Export a checkpoint, and see that the file says what the model says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config

from ..whole_files import replacing
from .onnx_file import open_session, run_session, to_onnx
from .scorer import Scorer, batches_of_test, load_recognizer

#: Largest difference of two probabilities.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Exported:
    """A file that has been written.

    Attributes:
        inputs: Name and shape of each input, '?' for the number of clips.
        num_classes: K of the output.
        parameters: Weights of the model.
        num_bytes: Size of the file.
        num_clips: Test clips that were compared.
        difference: Largest difference of a probability.
    """

    inputs: dict[str, list]
    num_classes: int
    parameters: int
    num_bytes: int
    num_clips: int
    difference: float


@dataclass(frozen=True)
class Compared:
    """Test clips that both sides have scored.

    Attributes:
        arrays: Inputs of the file, and its ``scores`` (N, K).
        num_clips: Number of samples; N is larger where a sample has several
            clips.
        difference: Largest difference of a probability.
    """

    arrays: dict[str, Any]
    num_clips: int
    difference: float


def export(
    config: str,
    checkpoint: str,
    out: Path,
    num_clips: int = 64,
    save_clips: Path | None = None,
) -> Exported:
    """Write a recognizer as an ONNX file, once it has proved right.

    Args:
        config: Of the recognizer.
        checkpoint: Its weights.
        out: The file.
        num_clips: Test clips to compare, at least.
        save_clips: Write these clips and their scores here, .npz.

    Raises:
        ImportError: If a library is missing.
        FileNotFoundError: If config, checkpoint or data are not there.
        ValueError: If the model is none that can be exported.
        RuntimeError: If scores differ by more than ``TOLERANCE``; nothing is
            written then.
    """
    cfg, model = load_recognizer(config, checkpoint)
    scorer = Scorer(model)
    first = next(batches_of_test(cfg))
    content = to_onnx(scorer, scorer.clips(first))
    session = open_session(content)
    found = compare(cfg, model, scorer, session, num_clips)
    # Also where it is no number.
    if not found.difference <= TOLERANCE:
        raise RuntimeError(
            f'{config}: scores of ONNX Runtime and PyTorch differ by '
            f'{found.difference:.2g} on {found.num_clips} test clips, '
            'expected at most '
            f'{TOLERANCE:g}; {out} is not written. Please report it with the '
            'config'
        )
    with replacing(out) as file:
        file.write(content)
    if save_clips is not None:
        with replacing(save_clips) as file:
            np.savez_compressed(file, **found.arrays)
    return Exported(
        {x.name: ['?', *x.shape[1:]] for x in session.get_inputs()},
        session.get_outputs()[0].shape[1],
        sum(p.numel() for p in model.parameters()),
        len(content),
        found.num_clips,
        found.difference,
    )


@torch.no_grad()
def compare(
    cfg: Config, model: Any, scorer: Scorer, session: Any, num_clips: int
) -> Compared:
    """Test clips through ``model.test_step``, as a test does, and the file.

    Args:
        cfg: With a ``test_dataloader``.
        model: The recognizer as it was trained, nothing folded.
        scorer: Of this model.
        session: See ``open_session``.
        num_clips: Number of clips to compare, at least.

    Returns:
        What was compared.
    """
    parts: list[dict[str, np.ndarray]] = []
    compared, largest = 0, 0.0
    for batch in batches_of_test(cfg):
        clips = scorer.clips(batch)
        scores = run_session(session, clips)
        arrays = {name: x.numpy() for name, x in clips.arrays.items()}
        parts.append({**arrays, 'scores': scores})
        samples = model.test_step(batch)
        expected = np.stack([s.pred_score.numpy() for s in samples])
        # The mean over the clips of a sample.
        found = scores.reshape(len(samples), -1, scores.shape[1]).mean(1)
        # NaN is no agreement, and max() would lose it.
        largest = float(np.maximum(largest, abs(found - expected).max()))
        compared += len(samples)
        if compared >= num_clips:
            break
    joined = {
        name: np.concatenate([part[name] for part in parts])
        for name in parts[0]
    }
    return Compared(joined, compared, largest)
