"""Read one ``.skeleton`` file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

#: Joints of the Kinect v2.
NUM_JOINTS = 25
#: What half precision holds, in which the pickle keeps the coordinates.
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, eq=False)
class Recording:
    """Bodies as they stand in a file, one row for each body of each frame.

    Args:
        num_frames: Number of frames, those without a body too.
        frame: (B,) frame of each row, ascending.
        body_id: The sensor's number of each row's body.
        points: (B, 25, 3) float32, metres in camera coordinates.
    """

    num_frames: int
    frame: np.ndarray
    body_id: tuple[int, ...]
    points: np.ndarray


def read_skeleton_file(path: str | Path) -> Recording:
    """Read a file: frames, of each its bodies, of each its joints.

    A line holds the number of frames; then, for each frame, the number of
    bodies; for each body a line that begins with its number, a line with the
    number of joints, and a line a joint that begins with x, y and z.

    Args:
        path: The file.

    Raises:
        ValueError: If it is no such file, is cut off or longer than it says,
            has other than 25 joints, or a coordinate that is no number. Says
            the file and the line.
    """
    lines = _Lines(Path(path))
    num_frames = lines.count('the number of frames')
    frame, body_id, first, texts = [], [], [], []
    for number in range(num_frames):
        where = f'frame {number + 1} of {num_frames}'
        for _ in range(lines.count(f'the number of bodies of {where}')):
            body_id.append(lines.count(f'the number of a body of {where}'))
            joints = lines.count(f'the number of joints of a body of {where}')
            if joints != NUM_JOINTS:
                raise lines.error(
                    f'a body of {where} has {joints} joints, expected '
                    f'{NUM_JOINTS} (Kinect v2)'
                )
            frame.append(number)
            first.append(lines.place)
            texts += lines.take(NUM_JOINTS, f'the joints of {where}')
    lines.end(num_frames)
    return Recording(
        num_frames=num_frames,
        frame=np.array(frame, np.int64),
        body_id=tuple(body_id),
        points=_points(lines, first, texts),
    )


class _Lines:
    """The lines of a file, taken one after another."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = 0
        try:
            self._lines = path.read_text(encoding='ascii').splitlines()
        except UnicodeDecodeError:
            raise self.error('not a text file') from None
        while self._lines and not self._lines[-1].strip():
            self._lines.pop()

    def error(self, what: str, place: int | None = None) -> ValueError:
        """What is wrong at a line, by default the one taken last."""
        line = self.place if place is None else place + 1
        return ValueError(
            f'{self.path}: line {line}: {what}; take the file anew from the '
            'archive of NTU RGB+D, or leave it out'
        )

    def take(self, number: int, what: str) -> list[str]:
        """The next so many lines."""
        taken = self._lines[self.place : self.place + number]
        if len(taken) < number:
            self.place = len(self._lines)
            raise self.error(f'the file ends here, before {what}')
        self.place += number
        return taken

    def count(self, what: str) -> int:
        """The first number of the next line, whole and not negative."""
        (line,) = self.take(1, what)
        word = line.split(None, 1)[:1]
        if not word or not word[0].isdecimal():
            raise self.error(f'expected {what}, got {line.strip()[:40]!r}')
        return int(word[0])

    def end(self, num_frames: int) -> None:
        """Raise unless all lines are taken."""
        rest = len(self._lines) - self.place
        if rest:
            self.place += 1
            raise self.error(
                f'{rest} lines are left after the {num_frames} frames that '
                'line 1 tells of'
            )


def _points(lines: _Lines, first: list[int], texts: list[str]) -> np.ndarray:
    """Coordinates (B, 25, 3) of the joints' lines, B bodies' first at first.

    By way of double precision, as numpy and so pyskl reads a text.
    """
    try:
        words = [text.split(None, 3)[:3] for text in texts]
        values = np.array([[float(w) for w in row] for row in words])
        values = values.reshape(len(first), NUM_JOINTS, 3)
    except ValueError:
        values = _slowly(lines, first, texts)
    bad = np.argwhere(~(np.abs(values) <= _LARGEST).all(-1))
    if len(bad):
        body, joint = bad[0]
        raise lines.error(
            f'x, y, z of joint {joint + 1} are '
            f'{", ".join(f"{v:g}" for v in values[body, joint])}, expected '
            'metres',
            first[body] + joint,
        )
    return values.astype(np.float32)


def _slowly(lines: _Lines, first: list[int], texts: list[str]) -> np.ndarray:
    """Coordinates line by line, to find the one that holds none."""
    values = np.zeros((len(first), NUM_JOINTS, 3))
    for row, text in enumerate(texts):
        body, joint = divmod(row, NUM_JOINTS)
        try:
            x, y, z = map(float, text.split(None, 3)[:3])
        except ValueError:
            raise lines.error(
                f'expected x, y, z of joint {joint + 1}, got '
                f'{text.strip()[:40]!r}',
                first[body] + joint,
            ) from None
        values[body, joint] = x, y, z
    return values
