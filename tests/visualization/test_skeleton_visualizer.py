import re

import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS, VISUALIZERS
from mmaction.structures import ActionDataSample
from mmaction.visualization import ActionVisualizer
from PIL import Image

from skeletonmae_plugin.visualization import (
    SkeletonVisualizationHook,
    SkeletonVisualizer,
)


class FakeRunner:
    """What the hook sees of a runner."""

    train_loop = None
    iter = 7

    def __init__(self, visualizer):
        self.visualizer = visualizer


def make_visualizer(**kwargs):
    visualizer = SkeletonVisualizer('coco', num_frames=2, **kwargs)
    visualizer.dataset_meta = dict(classes=['walk', 'wave'])
    return visualizer


def recognised(truth, predicted):
    sample = ActionDataSample().set_gt_label(truth)
    sample.set_pred_label(predicted)
    score = torch.tensor([0.25, 0.75])
    return sample.set_pred_score(score if predicted else score.flip(0))


def reconstructed(channels=2):
    target = torch.randn(2, 4, 17, channels)
    sample = ActionDataSample()
    sample.reconstruction = dict(
        pred=target + 1,
        target=target,
        mask=torch.rand(2, 4, 17) < 0.5,
        valid=torch.ones(2, 4, 17, dtype=bool),
    )
    return sample


def texts(fig):
    return ' | '.join(text.get_text() for text in fig.texts)


def test_labels_by_name_and_score():
    visualizer = make_visualizer()
    clip = torch.randn(2, 4, 17, 2)
    right = visualizer.draw('clip', clip, recognised(1, 1))
    assert 'true: wave    predicted: wave (0.75)' in texts(right)
    wrong = visualizer.draw('clip', clip, recognised(0, 1))
    assert 'true: walk    predicted: wave (0.75)' in texts(wrong)
    assert right.texts[-1].get_color() != wrong.texts[-1].get_color()
    visualizer.dataset_meta = None
    assert 'true: 0    predicted: 1' in texts(
        visualizer.draw('clip', clip, recognised(0, 1))
    )


def test_reconstruction_has_three_rows_and_its_error():
    fig = make_visualizer().draw(
        'c', torch.randn(2, 4, 17, 2), reconstructed()
    )
    assert len(fig.axes) == 6
    assert 'masked error 1.414' in texts(fig)


def test_feature_target_shows_what_was_hidden():
    fig = make_visualizer().draw(
        'c',
        torch.randn(2, 4, 17, 2),
        reconstructed(channels=8),
        mask=torch.rand(2, 4, 17) < 0.5,
    )
    assert 'masked' in texts(fig) and 'reconstructed' not in texts(fig)


def test_further_channels_are_left_out():
    clip = torch.randn(1, 4, 17, 6)
    with pytest.raises(ValueError, match='first channels'):
        make_visualizer().draw('c', clip)
    assert make_visualizer(num_coordinates=3).draw('c', clip).axes


def test_joints_without_score_are_not_drawn():
    clip = torch.randn(1, 4, 17, 3)
    clip[..., 2] = 1
    clip[:, :, 9] = torch.tensor([50.0, 50.0, 0.0])
    visualizer = make_visualizer(num_coordinates=2, score_channel=2)
    ax = visualizer.draw('c', clip).axes[0]
    assert ax.get_xlim()[1] < 20
    assert (
        make_visualizer(num_coordinates=2)
        .draw('c', clip)
        .axes[0]
        .get_xlim()[1]
        > 40
    )


def test_backends_get_the_picture(tmp_path):
    visualizer = make_visualizer(
        save_dir=str(tmp_path), vis_backends=[dict(type='LocalVisBackend')]
    )
    visualizer.add_datasample('walk', torch.randn(1, 4, 17, 2), step=3)
    (path,) = tmp_path.rglob('walk_3.png')
    assert np.asarray(Image.open(path)).std() > 5


def test_backends_write_within_their_folder(tmp_path):
    inside = tmp_path / 'a' / 'b'
    visualizer = make_visualizer(
        save_dir=str(inside), vis_backends=[dict(type='LocalVisBackend')]
    )
    for name in ('../../out', 'videos/a', 'of $1_and_$2'):
        visualizer.add_datasample(name, torch.randn(1, 4, 17, 2))
    assert (
        len([*tmp_path.rglob('*.png')]) == len([*inside.rglob('*.png')]) == 3
    )


def test_hook_draws_every_nth_sample_over_batches(tmp_path):
    hook = HOOKS.build(
        dict(
            type='SkeletonVisualizationHook',
            enable=True,
            interval=3,
            out_dir=str(tmp_path),
        )
    )
    runner = FakeRunner(make_visualizer())
    number = 0
    hook.before_test_epoch(runner)
    for batch_size in (4, 2):
        samples = []
        for _ in range(batch_size):
            samples.append(recognised(0, 1))
            samples[-1].set_metainfo(dict(frame_dir=f'a/clip {number}'))
            number += 1
        batch = dict(
            inputs=[torch.randn(1, 2, 4, 17, 2)] * batch_size,
            valid=[torch.ones(1, 2, 4, 17, dtype=bool)] * batch_size,
        )
        hook.after_test_iter(runner, number, batch, samples)
    first, second = sorted(path.name for path in tmp_path.iterdir())
    assert re.fullmatch(r'a_clip_0-\w{8}_0\.png', first)
    assert re.fullmatch(r'a_clip_3-\w{8}_0\.png', second)


def test_clips_of_like_names_keep_their_pictures(tmp_path):
    hook = SkeletonVisualizationHook(
        enable=True, interval=1, out_dir=str(tmp_path)
    )
    samples = [recognised(0, 1) for _ in range(4)]
    for sample, name in zip(
        samples, ('a/b', 'a b', 'a_b', '_a_b'), strict=True
    ):
        sample.set_metainfo(dict(frame_dir=name))
    batch = dict(inputs=[torch.randn(1, 2, 4, 17, 2)] * 4)
    hook.after_test_iter(FakeRunner(make_visualizer()), 0, batch, samples)
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 4 and 'a_b_0.png' in names


def test_hook_is_silent_unless_enabled(tmp_path):
    hook = SkeletonVisualizationHook(out_dir=str(tmp_path))
    hook.after_val_iter(FakeRunner(None), 0, dict(inputs=[1]), [1])
    assert not list(tmp_path.iterdir())


def test_stock_visualizer_is_refused():
    hook = SkeletonVisualizationHook(enable=True)
    runner = FakeRunner(ActionVisualizer())
    with pytest.raises(TypeError, match='SkeletonVisualizer.*layout'):
        hook.after_val_iter(runner, 0, dict(inputs=[]), [])


def test_registered():
    assert VISUALIZERS.get('SkeletonVisualizer') is SkeletonVisualizer
