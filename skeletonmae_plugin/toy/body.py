"""A human body as numbers: segment lengths, and where its points sit."""

from dataclasses import dataclass

import numpy as np

SIDES = ('left', 'right')

# The tree of moving frames: name -> parent. Thighs hang on the root, not on
# the pelvis, so that leg angles are measured from the vertical and a bow does
# not swing the legs.
FRAMES: dict[str, str] = {
    'root': '',
    'pelvis': 'root',
    'spine': 'pelvis',
    'chest': 'spine',
    'head': 'chest',
    **{
        f'{side}_{part}': parent
        if parent in ('chest', 'root')
        else f'{side}_{parent}'
        for part, parent in (
            ('upper_arm', 'chest'),
            ('forearm', 'upper_arm'),
            ('palm', 'forearm'),
            ('thigh', 'root'),
            ('shank', 'thigh'),
            ('foot', 'shank'),
        )
        for side in SIDES
    },
}


@dataclass(frozen=True)
class Body:
    """Segment lengths in metres.

    The body's own axes are x = left, y = up, z = forward (right-handed).
    """

    height: float = 1.7
    trunk: float = 0.493
    head: float = 0.306
    upper_arm: float = 0.3
    forearm: float = 0.25
    hand: float = 0.18
    shoulder_width: float = 0.37
    hip_width: float = 0.2
    thigh: float = 0.416
    shank: float = 0.418
    foot: float = 0.25
    ankle: float = 0.066

    def frame_offsets(self) -> dict[str, tuple[float, float, float]]:
        """Origin of each frame in its parent's axes, standing straight."""
        offsets = {
            'root': (0.0, 0.0, 0.0),
            'pelvis': (0.0, 0.0, 0.0),
            'spine': (0.0, 0.3 * self.trunk, 0.0),
            'chest': (0.0, 0.35 * self.trunk, 0.0),
            'head': (0.0, 0.36 * self.trunk, 0.0),
        }
        for side, sign in zip(SIDES, (1, -1), strict=True):
            offsets.update(
                {
                    f'{side}_upper_arm': (
                        sign * self.shoulder_width / 2,
                        0.3 * self.trunk,
                        0.0,
                    ),
                    f'{side}_forearm': (0.0, -self.upper_arm, 0.0),
                    f'{side}_palm': (0.0, -self.forearm, 0.0),
                    f'{side}_thigh': (sign * self.hip_width / 2, -0.02, 0.0),
                    f'{side}_shank': (0.0, -self.thigh, 0.0),
                    f'{side}_foot': (0.0, -self.shank, 0.0),
                }
            )
        return offsets

    def point_offsets(self) -> dict[str, tuple[str, tuple]]:
        """Each named point: its frame, and its place in the frame's axes."""
        trunk, head = self.trunk, self.head
        points = {
            'hip_centre': ('root', (0.0, 0.0, 0.0)),
            'pelvis': ('root', (0.0, 0.02, 0.0)),
            'belly': ('spine', (0.0, -0.1 * trunk, 0.0)),
            'spine': ('spine', (0.0, 0.05 * trunk, 0.0)),
            'torso': ('spine', (0.0, 0.25 * trunk, 0.0)),
            'chest': ('chest', (0.0, 0.15 * trunk, 0.05 * trunk)),
            'shoulder_centre': ('chest', (0.0, 0.31 * trunk, 0.0)),
            'neck': ('head', (0.0, 0.08 * head, 0.0)),
            'head': ('head', (0.0, 0.58 * head, 0.05 * head)),
            'head_top': ('head', (0.0, head, 0.0)),
            'nose': ('head', (0.0, 0.5 * head, 0.36 * head)),
            'mouth': ('head', (0.0, 0.38 * head, 0.32 * head)),
        }
        for side, sign in zip(SIDES, (1, -1), strict=True):
            points.update(
                {
                    f'{side}_{name}': (
                        frame if frame == 'head' else f'{side}_{frame}',
                        (sign * x, y, z),
                    )
                    for name, frame, (x, y, z) in self._side_points()
                }
            )
        return points

    def _side_points(self) -> tuple:
        head, hand, foot = self.head, self.hand, self.foot
        return (
            ('eye', 'head', (0.11 * head, 0.6 * head, 0.3 * head)),
            ('ear', 'head', (0.25 * head, 0.55 * head, 0.02 * head)),
            ('shoulder', 'upper_arm', (0.0, 0.0, 0.0)),
            ('elbow', 'forearm', (0.0, 0.0, 0.0)),
            ('wrist', 'palm', (0.0, 0.0, 0.0)),
            ('hand', 'palm', (0.0, -0.5 * hand, 0.0)),
            ('hand_tip', 'palm', (0.0, -hand, 0.0)),
            ('thumb', 'palm', (0.0, -0.5 * hand, 0.35 * hand)),
            ('hip', 'thigh', (0.0, 0.0, 0.0)),
            ('knee', 'shank', (0.0, 0.0, 0.0)),
            ('ankle', 'foot', (0.0, 0.0, 0.0)),
            ('heel', 'foot', (0.0, -self.ankle, -0.25 * foot)),
            ('foot', 'foot', (0.0, -0.7 * self.ankle, 0.5 * foot)),
            ('toe', 'foot', (0.0, -self.ankle, 0.75 * foot)),
        )


POINTS: tuple[str, ...] = tuple(Body().point_offsets())


def sample_body(rng: np.random.Generator) -> Body:
    """A person: height, and proportions that vary on their own."""
    height = float(np.clip(rng.normal(1.7, 0.11), 1.4, 2.0))
    legs, arms, trunk, girth = rng.normal(1, 0.05, 4).clip(0.88, 1.12)
    width = rng.normal(1, 0.07, 2).clip(0.8, 1.2)
    return Body(
        height=height,
        trunk=0.29 * height * trunk,
        head=0.18 * height,
        upper_arm=0.178 * height * arms,
        forearm=0.146 * height * arms,
        hand=0.105 * height,
        shoulder_width=0.22 * height * width[0] * girth,
        hip_width=0.115 * height * width[1] * girth,
        thigh=0.245 * height * legs,
        shank=0.246 * height * legs,
        foot=0.148 * height,
        ankle=0.039 * height,
    )
