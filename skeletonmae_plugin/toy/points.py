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
        ValueError: If the body has no point of a joint's name, or an alias is
            for no joint of the layout.
    """
    layout = get_layout(layout)
    aliases = dict(aliases or {})
    strange = sorted(set(aliases) - set(layout.joints))
    if strange:
        raise ValueError(
            f'layout {layout.name!r} has no joint {", ".join(strange)} that '
            f'could have an alias; its joints are {", ".join(layout.joints)}'
        )
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
        f'aliases={{{unknown[0]!r}: {POINTS[0]!r}}} (of make_toy_data.py: '
        f'--alias {unknown[0]}={POINTS[0]}); points are '
        f'{", ".join(POINTS)}'
    )
