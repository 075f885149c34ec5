"""Weights that come with the package: ``generated-motion``.

The default recipe's STRL, pre-trained on motion that the project makes itself
(:mod:`skeletonmae_plugin.toy`), a file for each layout and number of
coordinates, of clips of 32 frames; for others the temporal position embeddings
are interpolated. How they were made, and what they are worth:
``docs/generated_motion.md``.
"""

from pathlib import Path

from ..layouts import Layout

#: Stands for their files wherever a checkpoint is asked for.
GENERATED_MOTION = 'generated-motion'
_FOLDER = Path(__file__).parent


def shipped_weights(layout: Layout, num_coordinates: int) -> Path:
    """The file of ``generated-motion`` for clips of a kind.

    Args:
        layout: Of their joints.
        num_coordinates: 2 or 3.

    Raises:
        FileNotFoundError: If none is shipped; says which are, and how to make
            others.
    """
    file = _FOLDER / f'{layout.name}_{num_coordinates}d.pth'
    if not file.is_file():
        there = ', '.join(sorted(path.stem for path in _FOLDER.glob('*.pth')))
        raise FileNotFoundError(
            f'{GENERATED_MOTION!r} is shipped for {there}, and not for '
            f'{num_coordinates} coordinates of layout {layout.name!r}; '
            'docs/generated_motion.md has the three commands that make it'
        )
    return file
