"""From the body's points to the joints of a layout."""

from collections.abc import Mapping

import numpy as np

from skeletonmae_plugin.layouts import Layout, LayoutLike, get_layout

from .body import POINTS


def joint_indices(
    layout: LayoutLike, aliases: Mapping[str, str] | None = None
) -> np.ndarray:
    """(V,) place of each joint of a layout among the body's points.

    Args:
        layout: Name, dict or ``Layout``.
        aliases: Their joint name -> ours, for names that the body lacks.

    Raises:
        ValueError: If the body has no point of a joint's name.
    """
    layout = get_layout(layout)
    aliases = dict(aliases or {})
    names = [aliases.get(joint, joint) for joint in layout.joints]
    unknown = [
        joint
        for joint, name in zip(layout.joints, names, strict=True)
        if name not in POINTS
    ]
    if unknown:
        raise ValueError(_message(layout, unknown))
    return np.array([POINTS.index(name) for name in names])


def _message(layout: Layout, unknown: list) -> str:
    return (
        f'the made body has no point for joints {", ".join(unknown)} of '
        f'layout {layout.name!r}; give each the nearest point, as in '
        f'aliases={{{unknown[0]!r}: {POINTS[0]!r}}}; points are '
        f'{", ".join(POINTS)}'
    )
