"""One picture of a file: lengths, classes, missing joints, skeletons."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ..datasets.known_joints import known_joints
from ..functional.arrays import only, to_float32
from ..visualization.charts import COLOURS
from ..visualization.draw import draw_pose, joint_colours
from .clip_findings import clip_findings
from .examine import Health
from .kinds import Severity
from .measure import HUGE
from .summary import summarize

#: So many skeletons are drawn, and splits named in a legend.
_SKELETONS, _SPLITS = 8, 10
#: Letters of a name that are shown.
_LETTERS = 24


def draw_health(health: Health) -> Figure:
    """Draw what a file holds.

    Above: how long the clips are, how many each class has in each split, and
    in which part of the bodies each joint is missing. Below: the middle frame
    of clips evenly picked from the file, of those at most half that have a
    warning, whose kind is written above them.

    Args:
        health: A file that was examined.
    """
    values = summarize(health)
    fig = Figure(figsize=(15, 8), dpi=110, layout='constrained')
    FigureCanvasAgg(fig)
    panels: Any = fig.subfigures(2, 1, height_ratios=(3, 2))
    above, below = panels
    lengths, classes, joints = above.subplots(1, 3)
    _draw_lengths(lengths, values)
    _draw_classes(classes, values)
    _draw_missing(joints, values, health)
    for ax, place in zip(
        below.subplots(1, _SKELETONS), _places(health), strict=True
    ):
        ax.set_axis_off()
        if place is not None:
            _draw_skeleton(ax, health, place)
    fig.suptitle(
        _plain(f'{health.source.path.name}: {values["clips"]} clips', 80),
        parse_math=False,
    )
    return fig


def _plain(text: object, letters: int = _LETTERS) -> str:
    """Letters that every font has; a name in a file may hold any."""
    shown = ascii(str(text)[: letters + 1])[1:-1]
    return shown if len(shown) <= letters else f'{shown[: letters - 2]}..'


def _draw_lengths(ax: Axes, values: dict[str, Any]) -> None:
    ax.set(title='lengths', xlabel='frames', ylabel='clips')
    frames = values['frames']
    if frames is not None:
        ax.stairs(
            frames['counts'], frames['edges'], fill=True, color=COLOURS[0]
        )
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    _style(ax)


def _draw_classes(ax: Axes, values: dict[str, Any]) -> None:
    """A line a split over the classes that are there."""
    ax.set(title='class balance', xlabel='class', ylabel='clips')
    counts = {k: split['classes'] for k, split in values['splits'].items()}
    counts = counts or {'all clips': values['classes']}
    labels = sorted({label for split in counts.values() for label in split})
    for number, (name, split) in enumerate(counts.items()):
        ax.plot(
            range(len(labels)),
            [split.get(label, 0) for label in labels],
            marker='.',
            lw=1,
            color=COLOURS[number % len(COLOURS)],
            ls='-' if number < len(COLOURS) else '--',
            # A leading underscore would keep it out of the legend.
            label=_plain(f'{name}' if number < _SPLITS else '_'),
        )
    step = -(-len(labels) // 12) or 1
    ax.set_xticks(
        range(0, len(labels), step), [_plain(x) for x in labels[::step]]
    )
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    legend = ax.legend(fontsize=8, frameon=False, ncols=2)
    for text in legend.get_texts():
        text.set_parse_math(False)
    _style(ax)


def _draw_missing(ax: Axes, values: dict[str, Any], health: Health) -> None:
    joints = values['joints']
    places = range(len(joints))
    ax.barh(
        places,
        [joint['missing'] for joint in joints.values()],
        color=joint_colours(health.source.layout),
    )
    ax.set(title='missing joints', xlabel='part of the bodies')
    ax.set_yticks(places, [_plain(joint) for joint in joints], fontsize=8)
    ax.invert_yaxis()
    # Few should not look like many, nor none like a fault of the picture.
    ax.set_xlim(0, max(0.05, ax.get_xlim()[1]))
    if not values['missing']:
        ax.text(0.5, 0.5, 'none', transform=ax.transAxes, ha='center')
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    _style(ax)


def _style(ax: Axes) -> None:
    ax.grid(alpha=0.3)
    ax.set_axisbelow(True)
    ax.spines[['top', 'right']].set_visible(False)


def _places(health: Health) -> list[int | None]:
    """Annotations to draw, None where there are fewer."""
    drawable = [
        place
        for place, facts in enumerate(health.facts)
        if facts.numbers is not None and facts.numbers.known
    ]
    suspect = [place for place in drawable if _warning(health, place)]
    rest = [place for place in drawable if place not in set(suspect)]
    chosen = _spread(suspect, _SKELETONS // 2)
    chosen = _spread(rest, _SKELETONS - len(chosen)) + chosen
    return [*chosen, *[None] * (_SKELETONS - len(chosen))]


def _spread(places: list[int], count: int) -> list[int]:
    """So many of them, evenly."""
    count = min(count, len(places))
    return [
        places[(2 * i + 1) * len(places) // (2 * count)] for i in range(count)
    ]


def _warning(health: Health, place: int) -> str:
    """The kind of the worst that is wrong with a clip, if anything is."""
    for finding in clip_findings(health.facts[place]):
        if finding.severity != Severity.NOTE:
            return finding.kind
    return ''


def _draw_skeleton(ax: Axes, health: Health, place: int) -> None:
    clip, facts = health.source.annotations[place], health.facts[place]
    with np.errstate(all='ignore'):
        x = to_float32(clip['keypoint'])
        score = clip.get('keypoint_score')
        if any(fault.kind == 'keypoint_score' for fault in facts.faults):
            score = None
        valid = known_joints(x, score) & (np.abs(x).max(-1) <= HUGE)
    x = only(x, valid)
    # The frame in the middle of those in which somebody is seen.
    seen = np.flatnonzero(valid.any((0, 2)))
    draw_pose(ax, health.source.layout, x, valid, int(seen[len(seen) // 2]))
    kind = _warning(health, place)
    ax.set_title(
        f'{_plain(facts.name)}\n{kind or f"class {_plain(facts.label)}"}',
        fontsize=8,
        color='#b00020' if kind else '#2b2f36',
        parse_math=False,
    )
