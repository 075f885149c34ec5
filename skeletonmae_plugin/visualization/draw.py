"""Pictures of skeleton clips: rows of frames, coloured by body part.

Figures are made without pyplot, so nothing global is touched and no display
is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..functional.upright import rise
from ..layouts import Layout, LayoutLike, get_layout
from ..whole_files import replacing

# Left is warm, right is cool, the middle is neutral; the first colour of each
# goes to the first part (mostly the arm), the second to the second.
_SIDES = {
    'left': ('#d1495b', '#e9963e', '#b5651d', '#f2b6a0'),
    'right': ('#1d8a99', '#2f5fc4', '#6a9fb5', '#7a6fd0'),
    '': ('#7b4ea3', '#55606e', '#4f9153', '#a58c2a', '#9c6b80', '#3f8f77'),
}
_GHOST = '#b9bec6'
_TEXT = '#2b2f36'
# Kinect's depth axis points away from the sensor, so a view from its far end
# would show backs: turn by half a circle, less 20 degrees.
YAW, TILT = np.deg2rad(160), np.deg2rad(12)


@dataclass
class Row:
    """One row of a strip: the same clip in one state.

    Args:
        name: Written at the left of the row.
        x: (M, T, V, C) joints, C 2 or 3.
        valid: (M, T, V) bool, True where a joint is drawn.
        hidden: (M, T, V) bool, True where a joint is marked as hidden.
        missing: Draw hidden joints as gaps instead of as guesses.
        ghost: (M, T, V, C) joints to draw in grey behind, the truth.
    """

    name: str
    x: np.ndarray
    valid: np.ndarray
    hidden: np.ndarray | None = None
    missing: bool = False
    ghost: np.ndarray | None = None


def part_colours(layout: LayoutLike) -> dict[str, str]:
    """A colour for each part; left parts are warm, right parts cool."""
    used = dict.fromkeys(_SIDES, 0)
    colours = {}
    for part in get_layout(layout).parts:
        side = next((s for s in ('left', 'right') if s in part), '')
        palette = _SIDES[side]
        colours[part] = palette[used[side] % len(palette)]
        used[side] += 1
    return colours


def joint_colours(layout: LayoutLike) -> list[str]:
    """The colour of each of the V joints, that of its part."""
    layout = get_layout(layout)
    colours = [''] * layout.num_joints
    for part, colour in part_colours(layout).items():
        for joint in layout.parts[part]:
            colours[joint] = colour
    return colours


def bones_by_child(layout: LayoutLike) -> list[tuple[int, int]]:
    """Bones as (joint nearer to the root, joint farther from it)."""
    layout = get_layout(layout)
    parents = layout.parents
    return [(b, a) if parents[a] == b else (a, b) for a, b in layout.bones]


def up_axis(
    x: np.ndarray, valid: np.ndarray, layout: LayoutLike
) -> tuple[int, int]:
    """Axis and sign that point from the legs to the head.

    Data sets disagree on which axis of 3D points is up, and a file does not
    say. People stand most of the time.

    Args:
        x: (M, T, V, C) joints.
        valid: (M, T, V) bool.
        layout: Layout of the joints; without a head and legs the answer is
            the second axis, upwards.

    Returns:
        The axis and +1 or -1.
    """
    direction = rise(x, valid, get_layout(layout))
    if direction is None:
        return 1, 1
    axis = int(np.abs(direction).argmax())
    return axis, 1 if direction[axis] >= 0 else -1


def project(x: np.ndarray, up: tuple[int, int] = (1, 1)) -> np.ndarray:
    """To the plane of the picture, x to the right and y upwards.

    2D joints are image coordinates, whose y axis points downwards. 3D joints
    are turned, tilted a little and projected in parallel.

    Args:
        x: (..., C) joints, C 2 or 3.
        up: Axis and sign of the upward direction of 3D joints.

    Returns:
        (..., 2) array.
    """
    if x.shape[-1] == 2:
        return x * (1, -1)
    if x.shape[-1] != 3:
        raise ValueError(
            'expected joints with 2 or 3 coordinates, got '
            f'{x.shape[-1]}; take the first channels only'
        )
    axis, sign = up
    # The two other axes in cyclic order, so that the turn is no mirror.
    right, depth = x[..., axis - 2], x[..., axis - 1]
    if sign > 0:
        right, depth = depth, right
    across = right * np.cos(YAW) + depth * np.sin(YAW)
    towards = depth * np.cos(YAW) - right * np.sin(YAW)
    height = sign * x[..., axis] * np.cos(TILT) - towards * np.sin(TILT)
    return np.stack([across, height], -1)


def draw_strip(
    layout: LayoutLike,
    rows: Sequence[Row],
    num_frames: int = 6,
    title: str = '',
    subtitle: str = '',
    subtitle_colour: str = _TEXT,
) -> Figure:
    """Rows of frames of one clip.

    Args:
        layout: Layout of the joints.
        rows: States of the clip, all with the same shape.
        num_frames: Number of frames, evenly picked.
        title: Written above.
        subtitle: Written under the title.
        subtitle_colour: Colour of the subtitle.

    Returns:
        The figure; see :func:`save_figure` and :func:`figure_to_image`.
    """
    layout = get_layout(layout)
    first = rows[0]
    layout.check_num_joints(first.x.shape[-2])
    frames = pick_frames(first.x.shape[1], num_frames)
    up = up_axis(first.x, first.valid, layout)
    boxes = _boxes_of_rows(rows, up)

    grid = _Grid(len(rows), len(frames), _panel_size(boxes[0]))
    fig = Figure(figsize=grid.size, dpi=110, facecolor='white')
    FigureCanvasAgg(fig)
    for i, row in enumerate(rows):
        for j, t in enumerate(frames):
            ax = fig.add_axes(grid.cell(i, j))
            _draw_frame(ax, layout, row, t, up)
            _style_panel(ax, boxes[t])
            if i == 0:
                ax.set_title(f't = {t}', fontsize=8, color='#7a818c', pad=3)
        fig.text(
            0.12 / grid.size[0],
            grid.middle(i),
            row.name,
            parse_math=False,
            fontsize=10,
            color=_TEXT,
            rotation=90,
            va='center',
            ha='left',
        )
    _write_title(fig, grid, title, subtitle, subtitle_colour)
    _write_legend(fig, layout, rows)
    return fig


def draw_clip(
    layout: LayoutLike,
    x: np.ndarray,
    valid: np.ndarray,
    num_frames: int = 6,
    title: str = '',
    subtitle: str = '',
    subtitle_colour: str = _TEXT,
) -> Figure:
    """One row of frames of a clip x (M, T, V, C), valid (M, T, V)."""
    return draw_strip(
        layout,
        [Row('', x, valid)],
        num_frames,
        title,
        subtitle,
        subtitle_colour,
    )


def draw_pose(
    ax: Axes,
    layout: LayoutLike,
    x: np.ndarray,
    valid: np.ndarray,
    frame: int,
) -> None:
    """One frame of a clip on axes of one's own.

    Args:
        ax: Where to draw.
        layout: Layout of the joints.
        x: (M, T, V, C) joints.
        valid: (M, T, V) bool, True where a joint is drawn.
        frame: Number of the frame.
    """
    layout = get_layout(layout)
    up = up_axis(x, valid, layout)
    box = _frame_boxes(project(x[:, [frame]], up), valid[:, [frame]])[0]
    _draw_frame(ax, layout, Row('', x, valid), frame, up)
    _style_panel(ax, box)
    ax.set_aspect('equal')


def reconstruction_rows(
    target: np.ndarray,
    mask: np.ndarray,
    valid: np.ndarray,
    pred: np.ndarray | None = None,
) -> list[Row]:
    """The rows original, masked and, with a prediction, reconstructed.

    In the last row visible joints keep their place, and the truth of the
    hidden ones lies behind in grey.

    Args:
        target: (M, T, V, C) true joints.
        mask: (M, T, V) bool, True = hidden.
        valid: (M, T, V) bool.
        pred: (M, T, V, C) predicted joints.
    """
    hidden = mask & valid
    rows = [
        Row('original', target, valid),
        Row('masked', target, valid, hidden, missing=True),
    ]
    if pred is not None:
        filled = np.where(hidden[..., None], pred, target)
        rows.append(Row('reconstructed', filled, valid, hidden, ghost=target))
    return rows


def pick_frames(total: int, num_frames: int) -> list[int]:
    """Up to ``num_frames`` different frames, the middles of equal spans."""
    num_frames = min(total, num_frames)
    return [(2 * i + 1) * total // (2 * num_frames) for i in range(num_frames)]


def save_figure(
    fig: Figure, path: str | PathLike, dpi: float | None = None
) -> None:
    """Write a figure, all or nothing; the path's ending gives the format."""
    path = Path(path)
    content = figure_to_bytes(fig, path.suffix[1:] or 'png', dpi)
    with replacing(path) as file:
        file.write(content)


def figure_to_bytes(
    fig: Figure, file_format: str = 'png', dpi: float | None = None
) -> bytes:
    """A figure as the bytes of a png or svg file."""
    buffer = BytesIO()
    fig.savefig(buffer, format=file_format, dpi=dpi or 'figure')
    return buffer.getvalue()


def figure_to_image(fig: Figure) -> np.ndarray:
    """A figure as an (H, W, 3) uint8 RGB array."""
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


@dataclass
class _Grid:
    """Places of the panels of a strip; all lengths are in inches."""

    num_rows: int
    num_columns: int
    panel: tuple[float, float]
    left: float = 0.42
    top: float = 0.85
    bottom: float = 0.55
    gap: float = 0.06

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.panel
        return (
            max(self.left + self.num_columns * (width + self.gap), 5.6) + 0.1,
            self.top + self.num_rows * (height + self.gap) + self.bottom,
        )

    def cell(self, i: int, j: int) -> tuple[float, float, float, float]:
        width, height = self.panel
        x = self.left + j * (width + self.gap)
        y = self.size[1] - self.top - i * (height + self.gap) - height
        return (
            x / self.size[0],
            y / self.size[1],
            width / self.size[0],
            height / self.size[1],
        )

    def middle(self, i: int) -> float:
        _, y, _, height = self.cell(i, 0)
        return y + height / 2


def _frame_boxes(points: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """What each panel shows: boxes of one size that follow the bodies.

    Args:
        points: (M, T, V, 2) joints on the plane.
        valid: (M, T, V) bool.

    Returns:
        (T, 2, 2) array of [[left, bottom], [right, top]].
    """
    everywhere = points[valid] if valid.any() else np.zeros((1, 2))
    low = np.where(valid[..., None], points, np.inf).min((0, 2))  # (T, 2)
    high = np.where(valid[..., None], points, -np.inf).max((0, 2))
    empty = ~valid.any((0, 2))
    low[empty] = high[empty] = everywhere.mean(0)
    half = (high - low).max(0) / 2
    # A thin clip (or a single point) still gets a panel that can be seen.
    half = 1.1 * np.maximum(half, 0.6 * half.max() + 1e-3)
    centre = (low + high) / 2
    return np.stack([centre - half, centre + half], 1)


def _boxes_of_rows(rows: Sequence[Row], up: tuple[int, int]) -> np.ndarray:
    """Boxes (T, 2, 2) of the first row, with room for the guesses of others.

    Half as large again at most: a guess far away would make bodies dots.
    """
    boxes = _frame_boxes(project(rows[0].x, up), rows[0].valid)
    centre = boxes.mean(1)  # (T, 2)
    half = boxes[0, 1] - centre[0]
    away = [
        np.abs(project(row.x, up) - centre[:, None])[row.valid] / half
        for row in rows
    ]
    reach = np.nan_to_num(np.concatenate(away)).max(initial=0)
    half = half * np.clip(1.05 * reach, 1, 1.5)
    return np.stack([centre - half, centre + half], 1)


def _panel_size(box: np.ndarray, area: float = 2.3) -> tuple[float, float]:
    """Width and height in inches, with the aspect of the box."""
    width, height = box[1] - box[0]
    scale = np.sqrt(area / (width * height))
    return float(width * scale), float(height * scale)


def _style_panel(ax: Axes, box: np.ndarray) -> None:
    ax.set_xlim(*box[:, 0])
    ax.set_ylim(*box[:, 1])
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_facecolor('#f6f7f9')
    for spine in ax.spines.values():
        spine.set_visible(False)


def _draw_frame(
    ax: Axes, layout: Layout, row: Row, t: int, up: tuple[int, int]
) -> None:
    """All persons of one frame."""
    hidden = (
        np.zeros_like(row.valid) if row.hidden is None else row.hidden
    ) & row.valid
    for person in range(len(row.x)):
        valid = row.valid[person, t]
        if row.ghost is not None and hidden[person, t].any():
            ghost = project(row.ghost[person, t], up)
            near = _touching(layout, hidden[person, t])
            _draw_bones(
                ax,
                layout,
                ghost,
                valid,
                near,
                [_GHOST] * len(valid),
                linestyles='solid',
                linewidths=1.4,
            )
        _draw_person(
            ax,
            layout,
            project(row.x[person, t], up),
            valid,
            hidden[person, t],
            row.missing,
        )


def _draw_person(
    ax: Axes,
    layout: Layout,
    points: np.ndarray,
    valid: np.ndarray,
    hidden: np.ndarray,
    missing: bool,
) -> None:
    """Bones and joints of one person; points (V, 2), valid, hidden (V,)."""
    colours = joint_colours(layout)
    if missing:
        gone = _touching(layout, hidden)
        _draw_bones(
            ax,
            layout,
            points,
            valid,
            gone,
            [_GHOST] * len(valid),
            linestyles='dotted',
            linewidths=1.2,
        )
        _draw_bones(
            ax,
            layout,
            points,
            valid,
            ~gone,
            colours,
            linestyles='solid',
            linewidths=2.2,
        )
    else:
        everything = np.ones(len(layout.bones), bool)
        _draw_bones(
            ax,
            layout,
            points,
            valid,
            everything,
            colours,
            linestyles='solid',
            linewidths=2.2,
        )
    joint_colour = np.array(colours)
    shown = valid & ~hidden
    ax.scatter(
        points[shown, 0],
        points[shown, 1],
        s=9,
        c=joint_colour[shown],
        zorder=3,
        linewidths=0,
    )
    edge = [_GHOST] * int(hidden.sum()) if missing else joint_colour[hidden]
    ax.scatter(
        points[hidden, 0],
        points[hidden, 1],
        s=20,
        facecolors='white',
        edgecolors=edge,
        zorder=4,
        linewidths=1.2,
    )


def _touching(layout: Layout, joints: np.ndarray) -> np.ndarray:
    """(number of bones,) bool, True where an end is one of the joints."""
    return np.array([joints[a] or joints[b] for a, b in layout.bones])


def _draw_bones(
    ax: Axes,
    layout: Layout,
    points: np.ndarray,
    valid: np.ndarray,
    chosen: np.ndarray,
    colours: Sequence[str],
    linestyles: str,
    linewidths: float,
) -> None:
    """The chosen bones whose two ends are valid, in the child's colour."""
    bones = [
        bone
        for bone, choose in zip(bones_by_child(layout), chosen, strict=True)
        if choose and valid[bone[0]] and valid[bone[1]]
    ]
    ax.add_collection(
        LineCollection(
            [points[list(bone)] for bone in bones],
            colors=[colours[child] for _, child in bones],
            linestyles=linestyles,
            linewidths=linewidths,
            capstyle='round',
            zorder=2,
        ),
        autolim=False,
    )


def _write_title(
    fig: Figure, grid: _Grid, title: str, subtitle: str, subtitle_colour: str
) -> None:
    width, height = grid.size
    x = grid.left / width
    fig.text(
        x,
        1 - 0.14 / height,
        title,
        parse_math=False,  # a name may hold a $
        fontsize=11,
        fontweight='bold',
        color=_TEXT,
        va='top',
    )
    fig.text(
        x,
        1 - 0.37 / height,
        subtitle,
        parse_math=False,
        fontsize=9,
        color=subtitle_colour,
        va='top',
    )


def _write_legend(fig: Figure, layout: Layout, rows: Sequence[Row]) -> None:
    handles = [
        Line2D(
            [], [], color=colour, linewidth=2.5, label=part.replace('_', ' ')
        )
        for part, colour in part_colours(layout).items()
    ]
    if any(row.hidden is not None for row in rows):
        handles.append(
            Line2D(
                [],
                [],
                color='#8a919c',
                marker='o',
                markersize=5,
                markerfacecolor='white',
                linestyle='none',
                label='hidden joint',
            )
        )
    if any(row.ghost is not None for row in rows):
        handles.append(Line2D([], [], color=_GHOST, label='truth'))
    lines = -(-len(handles) * 1.15 // fig.get_figwidth())
    columns = int(-(-len(handles) // lines))
    fig.legend(
        handles=handles,
        loc='lower center',
        ncols=columns,
        frameon=False,
        fontsize=8,
        labelcolor=_TEXT,
        handlelength=1.2,
        columnspacing=1.2,
        borderaxespad=0.2,
    )
