"""Pictures of skeletons while MMAction2 validates or tests."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmaction.registry import HOOKS, VISUALIZERS
from mmaction.structures import ActionDataSample
from mmaction.visualization import ActionVisualizer
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner
from mmengine.visualization import Visualizer

from ..evaluation.reconstruction_metric import to_numpy
from ..layouts import LayoutLike, get_layout
from .draw import (
    Figure,
    draw_clip,
    draw_strip,
    figure_to_image,
    reconstruction_rows,
    save_figure,
)

_RIGHT, _WRONG, _NEUTRAL = '#1e7d45', '#c0392b', '#4a4f57'


@VISUALIZERS.register_module()
class SkeletonVisualizer(ActionVisualizer):
    """Draws skeleton clips, where ActionVisualizer draws video.

    A recognised clip is one row of frames with the true and the predicted
    class; a reconstructed one has the rows original, masked, reconstructed.

    Args:
        layout: Layout of the data, a name or a dict.
        num_frames: Frames in a row.
        num_coordinates: How many of the first channels are coordinates;
            needed where others follow, such as scores or further streams.
            Default: all.
        score_channel: Which channel is a score, if one is; joints whose score
            is 0 are not drawn. MMAction2's own 2D pipelines need
            ``num_coordinates=2, score_channel=2``: they append the score and
            put a joint that was not seen into a corner of the image.
        name: Name of the instance.
        vis_backends: Backends, see mmengine's Visualizer.
        save_dir: Folder of the backends.
    """

    def __init__(
        self,
        layout: LayoutLike,
        num_frames: int = 6,
        num_coordinates: int | None = None,
        score_channel: int | None = None,
        name: str = 'visualizer',
        vis_backends: list[dict] | None = None,
        save_dir: str | None = None,
    ) -> None:
        super().__init__(
            name=name, vis_backends=vis_backends, save_dir=save_dir
        )
        self.layout = get_layout(layout)
        self.num_frames = num_frames
        self.num_coordinates = num_coordinates
        self.score_channel = score_channel

    @master_only
    def add_datasample(
        self,
        name: str,
        clip: torch.Tensor | np.ndarray,
        data_sample: ActionDataSample | None = None,
        valid: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
        show: bool = False,
        wait_time: float = 0,
        out_path: str | None = None,
        step: int = 0,
    ) -> None:
        """Draw one sample and write, show or log the picture.

        Args:
            name: Title of the picture, and its name in the backends.
            clip: (M, T, V, C) joints.
            data_sample: Labels, prediction, reconstruction.
            valid: (M, T, V) bool; default: where not all channels are 0.
            mask: (M, T, V) bool, True = hidden; None if nothing is.
            show: Open a window.
            wait_time: Seconds until the window closes; 0 waits for a key.
            out_path: Write the picture here instead of to the backends.
            step: Number of the picture in the backends.
        """
        fig = self.draw(name, clip, data_sample, valid, mask)
        if show:
            self.show(figure_to_image(fig), name, wait_time)
        if out_path is not None:
            Path(out_path).parent.mkdir(parents=True, exist_ok=True)
            save_figure(fig, out_path)
        elif not show:
            self.add_image(file_name(name), figure_to_image(fig), step)

    def draw(
        self,
        name: str,
        clip: torch.Tensor | np.ndarray,
        data_sample: ActionDataSample | None = None,
        valid: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
    ) -> Figure:
        """The figure of one sample; arguments as in ``add_datasample``."""
        channels = to_numpy(clip)
        x = channels[..., : self.num_coordinates]
        shown = (x != 0).any(-1) if valid is None else to_numpy(valid)
        if self.score_channel is not None:
            shown = shown & (channels[..., self.score_channel] > 0)
        sample = data_sample if data_sample is not None else {}
        result = _places(sample.get('reconstruction'))
        if result is not None:
            rows = reconstruction_rows(
                result['target'],
                result['mask'],
                result['valid'],
                result['pred'],
            )
            return draw_strip(
                self.layout, rows, self.num_frames, name, error_text(result)
            )
        if mask is not None:
            rows = reconstruction_rows(x, to_numpy(mask), shown)
            return draw_strip(self.layout, rows, self.num_frames, name)
        text, colour = self._label_text(sample)
        return draw_clip(
            self.layout, x, shown, self.num_frames, name, text, colour
        )

    def _label_text(self, sample: Any) -> tuple[str, str]:
        """What the sample is and what was recognised, and a colour."""
        truth, predicted = (
            _first(sample.get(key)) for key in ('gt_label', 'pred_label')
        )
        texts, colour = [], _NEUTRAL
        if truth is not None:
            texts.append(f'true: {self._class_name(truth)}')
        if predicted is not None:
            score = sample.get('pred_score')
            certainty = (
                '' if score is None else f' ({float(score[predicted]):.2f})'
            )
            texts.append(
                f'predicted: {self._class_name(predicted)}{certainty}'
            )
        if truth is not None and predicted is not None:
            colour = _RIGHT if truth == predicted else _WRONG
        return '    '.join(texts), colour

    def _class_name(self, label: int) -> str:
        classes = (self.dataset_meta or {}).get('classes')
        return str(classes[label]) if classes else str(label)


@HOOKS.register_module()
class SkeletonVisualizationHook(Hook):
    """Takes the place of VisualizationHook, which knows only video.

    With ``default_hooks = dict(visualization=dict(
    type='SkeletonVisualizationHook'))`` MMAction2's ``test.py --show-dir DIR
    [--interval N]`` writes a picture of every N-th sample. Needs a
    :class:`SkeletonVisualizer`.

    Args:
        enable: Whether to draw at all; ``--show-dir`` and ``--show`` set it.
        interval: Samples between two pictures.
        show: Open windows.
        wait_time: Seconds until a window closes.
        out_dir: Folder of the pictures, ``<frame_dir>_<step>.png``, with a
            checksum behind names that cannot be a file's; None gives them
            to the backends of the visualizer (TensorBoard, ...).
    """

    def __init__(
        self,
        enable: bool = False,
        interval: int = 5000,
        show: bool = False,
        wait_time: float = 2,
        out_dir: str | None = None,
    ) -> None:
        self.enable = enable
        self.interval = interval
        self.show = show
        self.wait_time = wait_time
        self.out_dir = out_dir
        self._seen = 0

    def before_val_epoch(self, runner: Runner) -> None:
        """Count samples anew."""
        self._seen = 0

    def before_test_epoch(self, runner: Runner) -> None:
        """Count samples anew."""
        self._seen = 0

    def after_val_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict,
        outputs: Sequence[ActionDataSample] | None = None,
    ) -> None:
        """Draw every ``interval``-th sample; the step is the epoch."""
        by_epoch = isinstance(runner.train_loop, EpochBasedTrainLoop)
        step = runner.epoch if by_epoch else runner.iter
        self._draw_batch(runner, data_batch, outputs or (), step)

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict,
        outputs: Sequence[ActionDataSample] | None = None,
    ) -> None:
        """Draw every ``interval``-th sample."""
        self._draw_batch(runner, data_batch, outputs or (), 0)

    def _draw_batch(
        self,
        runner: Runner,
        data_batch: dict,
        outputs: Sequence[ActionDataSample],
        step: int,
    ) -> None:
        if not self.enable:
            return
        visualizer = _skeleton_visualizer(runner.visualizer)
        for i, sample in enumerate(outputs):
            number = self._seen + i
            if number % self.interval:
                continue
            title = str(sample.get('frame_dir', number))
            out_name = file_name(title)
            # The first clip (N) of each sample is drawn.
            first = _first_clips(data_batch, i, len(outputs))
            visualizer.add_datasample(
                title,
                first.pop('inputs'),
                sample,
                show=self.show,
                wait_time=self.wait_time,
                out_path=(
                    f'{self.out_dir}/{out_name}_{step}.png'
                    if self.out_dir
                    else None
                ),
                step=step,
                **first,
            )
        self._seen += len(outputs)


def _first_clips(data_batch: dict, number: int, samples: int) -> dict:
    """Inputs, valid and mask of the first clip (N) of one of the samples."""
    if 'inputs' not in data_batch:
        raise ValueError(
            'a batch whose transforms run in the model cannot be drawn; set '
            "transforms_on='worker' in the data set of the test"
        )
    inputs = data_batch['inputs']
    keys = [k for k in ('inputs', 'valid', 'mask') if k in data_batch]
    if (
        isinstance(inputs, torch.Tensor) and inputs.ndim == 5
    ):  # made as a whole
        row = number * (len(inputs) // samples)
        return {key: data_batch[key][row] for key in keys}
    return {key: data_batch[key][number][0] for key in keys}


def file_name(title: str) -> str:
    """The title if it can name a file; else what can, and its checksum.

    Without it ``a/b`` would overwrite the picture of ``a_b``.
    """
    name = re.sub(r'[^\w.-]+', '_', title)
    if name == title:
        return name
    return f'{name.strip("_")}-{zlib.crc32(title.encode()):08x}'


def _skeleton_visualizer(visualizer: Visualizer) -> SkeletonVisualizer:
    if not isinstance(visualizer, SkeletonVisualizer):
        raise TypeError(
            'SkeletonVisualizationHook needs visualizer=dict(type='
            "'SkeletonVisualizer', layout=...) in the config, got "
            f'{type(visualizer).__name__}'
        )
    return visualizer


def _places(reconstruction: dict | None) -> dict[str, np.ndarray] | None:
    """A reconstruction as arrays, None if its target is no coordinate."""
    if reconstruction is None or reconstruction['target'].shape[-1] > 3:
        return None
    return {key: to_numpy(value) for key, value in reconstruction.items()}


def masked_error(result: Mapping[str, np.ndarray]) -> float:
    """Root mean square distance of hidden joints; NaN if nothing is hidden."""
    hidden = result['mask'] & result['valid']
    if not hidden.any():
        return float('nan')
    error = np.square(result['pred'] - result['target'])[hidden].sum(-1)
    return float(np.sqrt(error.mean()))


def error_text(result: dict[str, np.ndarray]) -> str:
    """The masked error of one reconstruction, in words."""
    hidden = result['mask'] & result['valid']
    if not hidden.any():
        return 'nothing hidden'
    return (
        f'masked error {masked_error(result):.3f} body sizes '
        f'over {hidden.sum()} hidden joints'
    )


def _first(label: torch.Tensor | None) -> int | None:
    return None if label is None else int(label.flatten()[0])
