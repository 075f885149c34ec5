"""One HTML file that shows what a run did; it works without a network."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from html import escape
from os import PathLike
from typing import Any

import numpy as np

from ..layouts import LayoutLike
from ..whole_files import write_text
from . import draw
from .charts import Figure
from .draw import (
    bones_by_child,
    figure_to_bytes,
    joint_colours,
    part_colours,
    up_axis,
)
from .page import SCRIPT, STYLE


def write_report(content: Mapping[str, Any], path: str | PathLike) -> None:
    """Write :func:`render_report` to a file."""
    write_text(path, render_report(content))


def render_report(content: Mapping[str, Any]) -> str:
    """The report as HTML.

    Args:
        content: What to show, in this order; all but ``title`` optional:

            - ``title``: str; ``summary``: str under it.
            - ``tiles``: list of (value, meaning), both str.
            - ``tables``: list of dict(title, png, columns, rows, note); a cell
              is a str or a number; ``png`` (bytes), if there is one, stands
              above.
            - ``charts``: list of dict(title, figure, note), matplotlib
              figures as from :mod:`.charts`.
            - ``skeleton``: dict(layout, clips, note), clips as from
              :func:`clip_data`; an animation.
            - ``pictures``: list of dict(title, figure or png (bytes), note).
            - ``environment``: dict of str.
            - ``commands``: list of str.
            - ``configs``: dict name -> text.

    Returns:
        The text of a self-contained HTML file.

    Raises:
        ValueError: If a key is unknown.
    """
    unknown = set(content) - {'title', 'summary', *_SECTIONS}
    if unknown or 'title' not in content:
        raise ValueError(
            f'a report needs a title and takes {list(_SECTIONS)}; got '
            f'{sorted(content)}'
        )
    body = '\n'.join(
        render(content[name])
        for name, render in _SECTIONS.items()
        if content.get(name)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{escape(content["title"])}</title>\n'
        f'<style>{STYLE}</style>\n</head>\n<body>\n<header><div class="wrap">'
        f'<h1>{escape(content["title"])}</h1>'
        f'<p>{escape(content.get("summary", ""))}</p></div></header>\n'
        f'<main class="wrap">\n{body}\n</main>\n</body>\n</html>\n'
    )


def clip_data(
    name: str, layout: LayoutLike, reconstruction: Mapping[str, np.ndarray]
) -> dict[str, Any]:
    """What the animation needs of one clip, ready for JSON.

    Args:
        name: Name in the list of clips.
        layout: Layout of the joints.
        reconstruction: ``target``, ``pred`` (M, T, V, C), ``mask``, ``valid``
            (M, T, V), as the pre-trainer's ``predict`` gives them.
    """
    arrays = {k: np.asarray(v) for k, v in reconstruction.items()}
    present = arrays['valid'].any((1, 2))
    target, pred, mask, valid = (
        arrays[key][present] for key in ('target', 'pred', 'mask', 'valid')
    )
    return dict(
        name=name,
        x=_short(target),
        pred=_short(pred),
        mask=(mask & valid).astype(int).tolist(),
        valid=valid.astype(int).tolist(),
        bones=bones_by_child(layout),
        colours=joint_colours(layout),
        up=up_axis(target, valid, layout),
        yaw=draw.YAW,
        tilt=draw.TILT,
    )


def _short(x: np.ndarray) -> list:
    """Three digits are less than a pixel, and a third of the bytes."""
    return np.nan_to_num(x).astype(np.float64).round(3).tolist()


def _section(title: str, inner: str) -> str:
    return f'<section>\n<h2>{escape(title)}</h2>\n{inner}\n</section>'


def _note(block: Mapping[str, Any]) -> str:
    text = block.get('note')
    return f'<p class="note">{escape(text)}</p>' if text else ''


def _tiles(tiles: Sequence[tuple[str, str]]) -> str:
    inner = ''.join(
        f'<div class="tile"><b>{escape(value)}</b>'
        f'<span>{escape(meaning)}</span></div>'
        for value, meaning in tiles
    )
    return f'<div class="tiles">{inner}</div>'


def _tables(tables: Sequence[Mapping[str, Any]]) -> str:
    return '\n'.join(
        _section(table['title'], _above(table) + _table(table) + _note(table))
        for table in tables
    )


def _above(table: Mapping[str, Any]) -> str:
    png = table.get('png')
    if not png:
        return ''
    return f'<figure>{_image(table["title"], png, "png")}</figure>'


def _table(table: Mapping[str, Any]) -> str:
    head = ''.join(f'<th>{escape(str(c))}</th>' for c in table['columns'])
    rows = ''.join(
        '<tr>' + ''.join(f'<td>{escape(_cell(c))}</td>' for c in row) + '</tr>'
        for row in table['rows']
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f'<tbody>{rows}</tbody></table></div>'
    )


def _cell(value: Any) -> str:
    return f'{value:.3f}' if isinstance(value, float) else str(value)


def _charts(charts: Sequence[Mapping[str, Any]]) -> str:
    inner = ''.join(
        f'<figure><h3>{escape(chart["title"])}</h3>'
        f'{_image(chart["title"], chart["figure"], "svg")}'
        f'<figcaption>{escape(chart.get("note", ""))}</figcaption></figure>'
        for chart in charts
    )
    return _section('Curves and errors', f'<div class="charts">{inner}</div>')


def _pictures(pictures: Sequence[Mapping[str, Any]]) -> str:
    inner = ''.join(
        f'<figure>{_image(p["title"], p.get("png") or p["figure"], "png")}'
        f'<figcaption>{escape(p.get("note", ""))}</figcaption></figure>'
        for p in pictures
    )
    return _section('Clips: original, masked, reconstructed', inner)


def _image(title: str, picture: Figure | bytes, file_format: str) -> str:
    data = (
        picture
        if isinstance(picture, bytes)
        else figure_to_bytes(picture, file_format)
    )
    kind = {'svg': 'svg+xml'}.get(file_format, file_format)
    return (
        f'<img alt="{escape(title)}" src="data:image/{kind};base64,'
        f'{b64encode(data).decode()}">'
    )


def _skeleton(skeleton: Mapping[str, Any]) -> str:
    # "</script>" inside the data would end the element, "<!--" open another.
    data = json.dumps(skeleton['clips'], separators=(',', ':')).replace(
        '<', '\\u003c'
    )
    stages = ''.join(
        f'<div><canvas id="{name}"></canvas>{name}</div>'
        for name in ('original', 'masked', 'reconstructed')
    )
    legend = ''.join(
        f'<span><i style="background:{colour}"></i>'
        f'{escape(part.replace("_", " "))}</span>'
        for part, colour in part_colours(skeleton['layout']).items()
    )
    return _section(
        'In motion',
        '<div class="controls"><select id="clip" aria-label="clip"></select>'
        '<button id="play">Pause</button><input id="frame" type="range" '
        'min="0" aria-label="frame"><span id="number"></span></div>'
        f'<div class="stages">{stages}</div><div class="legend">{legend}</div>'
        f'{_note(skeleton)}<script type="application/json" id="clips">{data}'
        f'</script><script>{SCRIPT}</script>',
    )


def _environment(environment: Mapping[str, str]) -> str:
    rows = list(environment.items())
    return _section(
        'Environment', _table(dict(columns=['what', 'which'], rows=rows))
    )


def _commands(commands: Sequence[str]) -> str:
    return _section('Commands', f'<pre>{escape(chr(10).join(commands))}</pre>')


def _configs(configs: Mapping[str, str]) -> str:
    return _section(
        'Configs',
        ''.join(
            f'<details><summary>{escape(name)}</summary>'
            f'<pre>{escape(text)}</pre></details>'
            for name, text in configs.items()
        ),
    )


_SECTIONS: dict[str, Callable[[Any], str]] = dict(
    tiles=_tiles,
    tables=_tables,
    charts=_charts,
    skeleton=_skeleton,
    pictures=_pictures,
    environment=_environment,
    commands=_commands,
    configs=_configs,
)
