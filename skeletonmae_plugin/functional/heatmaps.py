"""Joints as pictures: Gaussian heat maps, as PoseC3D sees a skeleton.

The numbers are those of MMAction2's ``GeneratePoseTarget``, without its loops
over frames, joints and persons, so that a batch of clips can be drawn on the
device of its model.
"""

from .arrays import Array, as_like, constant, namespace

#: Joints of a lower weight are not drawn.
_LEAST_WEIGHT = 1e-4


def to_grid(x: Array, extent: float, size: int) -> Array:
    r"""From coordinates about 0 to pixels of a square picture.

    The square [-extent, extent] x [-extent, extent] becomes the picture.
    Both axes have one scale, so that the aspect of a body is kept. Its middle
    is the middle of the picture, whose pixels have whole numbers from 0:

    .. math::
        p = \frac{x + e}{2 e} s - \frac{1}{2}

    Args:
        x: Coordinates (...), as ``normalize`` gives them.
        extent: Half of the square's side, in units of x.
        size: Side of the picture in pixels.

    Returns:
        (...), of any size: what lies outside the square lies outside the
        picture.
    """
    return x * (size / (2 * extent)) + (size - 1) / 2


def joint_heatmaps(
    points: Array, weight: Array, size: tuple[int, int], sigma: float = 0.6
) -> Array:
    r"""A picture of each joint in each frame, a Gaussian where the joint is.

    Where joints of several persons are near, the highest value counts:

    .. math::
        J_{v,t,i,j} = \max_m w_{m,t,v} \exp\left(
        -\frac{(j - x_{m,t,v})^2 + (i - y_{m,t,v})^2}{2 \sigma^2}\right)

    (equation 1 of PoseC3D, https://arxiv.org/abs/2104.13586). Further than
    three sigma from a joint along either axis all is 0, as in MMAction2's
    ``GeneratePoseTarget``, whose borders are taken over to the pixel.

    Args:
        points: Pixels, x before y, (..., M, T, V, 2).
        weight: Height of each Gaussian, bool or a score, (..., M, T, V). One
            below 1e-4 draws nothing, whatever its point.
        size: Rows H and columns W.
        sigma: Width of the Gaussians in pixels.

    Returns:
        (..., V, T, H, W), of the dtype of the points.
    """
    xp = namespace(points)
    # Joints before frames while the arrays are small.
    points = xp.moveaxis(points, -2, -3)  # (..., M, V, T, 2)
    weight = xp.moveaxis(as_like(weight, points), -1, -2)  # (..., M, V, T)
    drawn = weight >= _LEAST_WEIGHT
    # A point of a joint that is not there may be NaN.
    points = xp.where(drawn[..., None], points, xp.zeros_like(points))
    weight = xp.where(drawn, weight, xp.zeros_like(weight))
    rows = _bells(points[..., 1], size[0], sigma) * weight[..., None]
    columns = _bells(points[..., 0], size[1], sigma)  # (..., M, V, T, W)
    heat = rows[..., :, None] * columns[..., None, :]  # (..., M, V, T, H, W)
    # Where there is one person nothing is copied.
    return heat.squeeze(-5) if heat.shape[-5] == 1 else xp.amax(heat, -5)


def _bells(place: Array, length: int, sigma: float) -> Array:
    """Gaussians (..., length) about places (...) along an axis of pixels."""
    xp = namespace(place)
    place = place[..., None]
    pixels = as_like(constant(range(length), place), place)
    # As int() does, towards 0.
    first = xp.trunc(place - 3 * sigma)
    last = xp.trunc(place + 3 * sigma)
    bells = xp.exp((pixels - place) ** 2 / (-2 * sigma**2))
    near = (pixels >= first) & (pixels <= last)
    return xp.where(near, bells, xp.zeros_like(bells))
