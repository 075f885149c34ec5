"""Where the camera stands, and what it sees."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Camera:
    """A camera on a circle around the person.

    Camera coordinates are those of a Kinect: x to the camera's left, y up, z
    away from it, in metres. So are the person's own (left, up, forward), and
    a person who faces the camera has the left side at smaller x, on the right
    of the picture.

    Args:
        yaw: Degrees around the person; 0 is in front, 90 at the left hand.
        height: Metres above the ground.
        distance: Metres from the target, along the ground.
        target: (x, y, z) that the camera looks at.
        roll: Degrees, tilt of the picture.
    """

    yaw: float = 0.0
    height: float = 1.3
    distance: float = 4.0
    target: tuple[float, float, float] = (0.0, 0.9, 0.0)
    roll: float = 0.0

    @property
    def position(self) -> np.ndarray:
        """(3,) in the world."""
        yaw = np.deg2rad(self.yaw)
        x, _, z = self.target
        return np.array(
            [
                x + self.distance * np.sin(yaw),
                self.height,
                z + self.distance * np.cos(yaw),
            ]
        )

    @property
    def axes(self) -> np.ndarray:
        """(3, 3): rows are the camera's left, up and forward."""
        forward = np.array(self.target) - self.position
        forward /= np.linalg.norm(forward)
        left = np.cross([0.0, 1.0, 0.0], forward)
        left /= np.linalg.norm(left)
        up = np.cross(forward, left)
        cos, sin = np.cos(np.deg2rad(self.roll)), np.sin(np.deg2rad(self.roll))
        return np.stack(
            [cos * left + sin * up, cos * up - sin * left, forward]
        )

    def view(self, points: np.ndarray) -> np.ndarray:
        """World (..., 3) to camera coordinates (..., 3)."""
        return (points - self.position) @ self.axes.T

    def clear_of(self, points: np.ndarray, nearest: float = 1.2) -> 'Camera':
        """The same camera, far enough back that nobody runs into it.

        Args:
            points: (..., 3) in the world.
            nearest: Least distance of a point along the camera's axis, as
                depth sensors need it.
        """
        camera = self
        for _ in range(8):  # the axis tilts a little on the way back
            short = nearest - camera.view(points)[..., 2].min()
            if short <= 0:
                break
            camera = replace(camera, distance=camera.distance + short + 0.05)
        return camera


def project(
    points: np.ndarray, focal: float, centre: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """Camera coordinates (..., 3) to pixels (..., 2): x right, y down."""
    flat = points[..., :2] / np.maximum(points[..., 2:], 0.1)
    return np.asarray(centre) - focal * flat


def frame_shot(
    points: np.ndarray,
    img_shape: tuple[int, int],
    fill: float,
    rng: np.random.Generator,
) -> tuple[float, tuple[float, float]]:
    """Zoom and pan so that everything seen fills a share of the picture.

    Args:
        points: (..., 3) camera coordinates of the whole clip.
        img_shape: Height, width.
        fill: Share of the height or width, whichever is tighter; above 1
            some joints fall outside.
        rng: Chooses where in the picture.

    Returns:
        Focal length in pixels, and the principal point (x, y).
    """
    flat = project(points, 1.0).reshape(-1, 2)
    low, high = flat.min(0), flat.max(0)
    size = np.array(img_shape[::-1], float)
    focal = float(fill * (size / np.maximum(high - low, 1e-6)).min())
    free = np.maximum(size - focal * (high - low), 0)
    corner = free * rng.uniform(0.1, 0.9, 2)
    corner += np.minimum(size - focal * (high - low), 0) / 2
    centre = corner - focal * low
    return focal, (float(centre[0]), float(centre[1]))
