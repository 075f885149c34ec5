"""From points in space to the arrays of an annotation."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skeletonmae_plugin.layouts import Layout

from .camera import Camera, frame_shot, project
from .interactions import INTERACTIONS
from .sensors import detect, sense_depth, smooth_noise


@dataclass(frozen=True)
class Clip:
    """The plan of one clip.

    Args:
        name: ``frame_dir`` in the file.
        label: Class.
        action: What is done, a name of ``ACTIONS`` or ``INTERACTIONS``.
        performers: Numbers of the people, the actor first.
        num_frames: T.
        splits: Splits that hold the clip.
        camera: Viewpoint.
        accent: Manner, see ``perform``.
        take: Clips of one take show the same performance.
        img_shape: Height, width (pixels only).
        fill: Share of the picture that the people fill (pixels only).
        unseen: The sensor found nobody.
        unscored: The detector's scores are lost (pixels only).
    """

    name: str
    label: int
    action: str
    performers: tuple[int, ...]
    num_frames: int
    splits: tuple[str, ...]
    camera: Camera = field(default_factory=Camera)
    accent: int = 0
    take: int = 0
    img_shape: tuple[int, int] = (480, 640)
    fill: float = 0.8
    unseen: bool = False
    unscored: bool = False


Record = dict[str, Any]


def record_pixels(
    clip: Clip, joints: np.ndarray, layout: Layout, rng: np.random.Generator
) -> Record:
    """A detector's pixels and scores, from joints (M, T, V, 3)."""
    seen = clip.camera.clear_of(joints).view(joints)
    focal, centre = frame_shot(seen, clip.img_shape, clip.fill, rng)
    keypoint, score = detect(
        project(seen, focal, centre), seen[..., 2], layout, clip.img_shape, rng
    )
    present = _presence(clip, joints, rng)
    record = dict(
        img_shape=clip.img_shape,
        original_shape=clip.img_shape,
        keypoint=keypoint * present[..., None, None],
    )
    if not clip.unscored:
        record['keypoint_score'] = score * present[..., None]
    return record


def record_metres(
    clip: Clip, joints: np.ndarray, layout: Layout, rng: np.random.Generator
) -> Record:
    """A depth sensor's camera coordinates, from joints (M, T, V, 3)."""
    seen = clip.camera.clear_of(joints).view(joints)
    keypoint = sense_depth(seen, layout, rng)
    present = _presence(clip, joints, rng)
    return dict(keypoint=keypoint * present[..., None, None])


def record_normalised(
    clip: Clip, joints: np.ndarray, layout: Layout, rng: np.random.Generator
) -> Record:
    """Hand-marked 2D joints, centred, about one unit high, y down."""
    seen = clip.camera.clear_of(joints).view(joints)
    flat = project(seen, 1.0)
    low, high = flat.min((0, 1, 2)), flat.max((0, 1, 2))
    flat = (flat - (low + high) / 2) * 0.95 / np.ptp(flat[..., 1], 2).max()
    flat += 0.012 * smooth_noise(flat.shape, rng) + [0.0, 0.08]
    keypoint = np.round(flat, 3).astype(np.float32)
    return dict(
        keypoint=keypoint, keypoint_score=np.ones_like(keypoint[..., 0])
    )


def _presence(
    clip: Clip, joints: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """(M, T) bool: passers-by come late or leave early."""
    present = np.full(joints.shape[:2], not clip.unseen)
    num_frames = joints.shape[1]
    for person in range(2 if clip.action in INTERACTIONS else 1, len(joints)):
        late = rng.uniform(-0.6, 0.4)
        present[person, : int(max(late, 0) * num_frames)] = False
    return present
