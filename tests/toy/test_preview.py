"""The contact sheet."""

import numpy as np
from matplotlib.image import imread

from skeletonmae_plugin.toy import make_dataset
from skeletonmae_plugin.toy.preview import draw_preview


def draw(dataset, layout, path):
    draw_preview(dataset, layout, path, rows=2, columns=3)
    return imread(path)[..., :3]


def count(image, colour):
    return (np.abs(image - colour).max(-1) < 0.1).sum()


def test_sheet_shows_left_in_blue_and_right_in_red(tmp_path):
    image = draw(make_dataset(num_clips=6), 'coco', tmp_path / 'a.png')
    assert count(image, (0.12, 0.47, 0.71)) > 50
    assert count(image, (0.84, 0.15, 0.16)) > 50


def test_3d_stands_upright_with_left_on_the_right(tmp_path):
    dataset = make_dataset('nwucla', 6)
    clip = dataset['annotations'][0]
    image = draw(dict(annotations=[clip]), 'kinect20', tmp_path / 'a.png')
    columns = np.arange(image.shape[1])
    blue = (np.abs(image - (0.12, 0.47, 0.71)).max(-1) < 0.1).sum(0)
    red = (np.abs(image - (0.84, 0.15, 0.16)).max(-1) < 0.1).sum(0)
    assert (blue @ columns) / blue.sum() > (red @ columns) / red.sum()


def test_clip_without_anybody_and_with_one_frame(tmp_path):
    dataset = make_dataset('ntu60', 8)
    odd = [
        a
        for a in dataset['annotations']
        if a['total_frames'] == 1 or not a['keypoint'].any()
    ]
    image = draw(dict(annotations=odd), 'coco', tmp_path / 'a.png')
    assert image.std() > 0
