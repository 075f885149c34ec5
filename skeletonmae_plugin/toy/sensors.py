"""What is wrong with measured skeletons: noise, gaps, mixed-up limbs."""

from collections.abc import Sequence

import numpy as np

from skeletonmae_plugin.layouts import Layout


def smooth_noise(
    shape: Sequence[int], rng: np.random.Generator, length: int = 8
) -> np.ndarray:
    """Unit noise of shape (M, T, ...) that drifts along the frames."""
    num_frames = shape[1]
    knots = num_frames // length + 2
    values = rng.standard_normal((shape[0], knots, *shape[2:]))
    at = np.linspace(0, knots - 1.001, num_frames)
    left = at.astype(int)
    part = (at - left).reshape(-1, *[1] * (len(shape) - 2))
    return values[:, left] * (1 - part) + values[:, left + 1] * part


def _span(num_frames: int, rng: np.random.Generator) -> slice:
    """A random stretch of frames, from a moment to most of the clip."""
    length = int(np.ceil(num_frames * rng.uniform(0.05, 0.6)))
    start = int(rng.integers(0, num_frames - length + 1))
    return slice(start, start + length)


def sense_depth(
    points: np.ndarray,
    layout: Layout,
    rng: np.random.Generator,
    noise: float = 0.012,
) -> np.ndarray:
    """Joints as a depth sensor gives them.

    Args:
        points: (M, T, V, 3) camera coordinates in metres.
        layout: Their layout.
        rng: The sensor's noise.
        noise: Standard deviation in metres; a limb that the sensor has lost
            drifts several times as far.

    Returns:
        (M, T, V, 3) float32.
    """
    scale = np.full(points.shape[:3] + (1,), noise)
    for person in scale:
        if rng.random() < 0.25:
            person[_span(points.shape[1], rng), _random_part(layout, rng)] *= 5
    drift = smooth_noise(points.shape, rng)
    jitter = 0.35 * rng.standard_normal(points.shape)
    return (points + scale * (drift + jitter)).astype(np.float32)


def detect(
    pixels: np.ndarray,
    depth: np.ndarray,
    layout: Layout,
    img_shape: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Joints as a 2D pose detector gives them.

    Args:
        pixels: (M, T, V, 2), where the joints are.
        depth: (M, T, V), how far away.
        layout: Their layout.
        img_shape: Height, width; outside nothing is seen.
        rng: The detector's errors.

    Returns:
        keypoint (M, T, V, 2) and score (M, T, V), both float16. A joint
        that is not seen is 0 and has score 0.
    """
    size = np.ptp(pixels, axis=2).max(-1)[..., None, None]
    behind = np.maximum(depth - depth.mean(-1, keepdims=True), 0)
    blur = 1 + 5 * behind
    score = 0.93 - 0.6 * behind - 0.04 * np.abs(smooth_noise(depth.shape, rng))
    pixels, seen = pixels.copy(), np.ones(depth.shape, bool)
    for person in range(len(pixels)):
        _disturb(
            pixels[person],
            score[person],
            blur[person],
            seen[person],
            layout,
            rng,
        )
    noise = 0.8 * smooth_noise(pixels.shape, rng) + 0.4 * rng.standard_normal(
        pixels.shape
    )
    pixels += 0.01 * size * blur[..., None] * noise
    seen &= rng.random(seen.shape) > 0.01
    inside = (pixels >= 0) & (pixels < np.array(img_shape[::-1]))
    seen &= inside.all(-1)
    score = np.clip(score + 0.03 * rng.standard_normal(score.shape), 0.05, 1)
    return (
        (pixels * seen[..., None]).astype(np.float16),
        (score * seen).astype(np.float16),
    )


def _disturb(
    pixels: np.ndarray,
    score: np.ndarray,
    blur: np.ndarray,
    seen: np.ndarray,
    layout: Layout,
    rng: np.random.Generator,
) -> None:
    """Hide, blur or mix up limbs of one person, (T, V, ...), in place."""
    num_frames = len(pixels)
    if rng.random() < 0.15:  # something stands before a limb
        span, part = _span(num_frames, rng), _random_part(layout, rng)
        blur[span, part] *= 4
        score[span, part] *= 0.45
        if rng.random() < 0.5:
            seen[span, part] = False
    if rng.random() < 0.15:  # one joint is lost for a while
        seen[_span(num_frames, rng), rng.integers(layout.num_joints)] = False
    if rng.random() < 0.12:  # left and right of a limb are taken for another
        length = int(rng.integers(1, 1 + max(1, num_frames // 6)))
        start = int(rng.integers(0, num_frames - length + 1))
        part = _random_part(layout, rng)
        partner = layout.flip_index[part]
        both = np.concatenate([part, partner])
        swapped = np.concatenate([partner, part])
        pixels[start : start + length, both] = pixels[
            start : start + length, swapped
        ]
        score[start : start + length, both] *= 0.8


def _random_part(layout: Layout, rng: np.random.Generator) -> np.ndarray:
    parts = list(layout.parts.values())
    return np.array(parts[rng.integers(len(parts))])
