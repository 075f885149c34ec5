import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.visualization import (
    charts,
    draw,
    render_report,
    write_report,
)
from skeletonmae_plugin.visualization.report import clip_data

VOID = {'meta', 'img', 'input', 'br', 'link'}


class Strict(HTMLParser):
    """Fails on elements that are not closed in order; keeps the tags."""

    def __init__(self):
        super().__init__()
        self.stack, self.tags, self.addresses = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [v for k, v in attrs if k in ('src', 'href')]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


def parse(page):
    parser = Strict()
    parser.feed(page)
    parser.close()
    assert not parser.stack
    return parser


def make_reconstruction(channels=2):
    rng = np.random.default_rng(0)
    target = rng.normal(size=(2, 5, 17, channels))
    valid = np.ones((2, 5, 17), bool)
    valid[1] = False
    return dict(
        target=target,
        pred=target + 1,
        mask=rng.random((2, 5, 17)) < 0.5,
        valid=valid,
    )


def make_content():
    r = make_reconstruction()
    strip = draw.draw_strip(
        'coco',
        draw.reconstruction_rows(
            r['target'], r['mask'], r['valid'], r['pred']
        ),
        2,
    )
    return dict(
        title='Report <1>',
        summary='A & B',
        tiles=[('50 %', 'top-1')],
        tables=[
            dict(
                title='Scores',
                columns=['arm', 'top-1'],
                rows=[['scratch', 0.51234]],
                png=b'a figure',
                note='one seed',
            )
        ],
        charts=[
            dict(
                title='Loss',
                figure=charts.draw_curves(dict(a=[(0, 1)]), 'x', 'y'),
            )
        ],
        skeleton=dict(
            layout='coco', clips=[clip_data('a</script>', 'coco', r)]
        ),
        pictures=[
            dict(title='clip', figure=strip, note='note'),
            dict(title='file', png=draw.figure_to_bytes(strip)),
        ],
        environment=dict(torch='2'),
        commands=['train <config>'],
        configs={'a.py': 'x = "<b>"'},
    )


def test_page_is_whole_and_needs_no_network():
    page = render_report(make_content())
    parser = parse(page)
    assert parser.tags.count('img') == 4
    assert parser.tags.count('canvas') == 3
    assert parser.tags.count('section') == 7
    assert all(a.startswith('data:') for a in parser.addresses)
    assert not re.search(r'https?://(?!www\.w3\.org)', page)
    for text in (
        'Report &lt;1&gt;',
        'A &amp; B',
        '0.512',
        'one seed',
        'train &lt;config&gt;',
        'x = &quot;&lt;b&gt;&quot;',
    ):
        assert text in page


def test_animation_has_the_data_of_present_persons():
    page = render_report(make_content())
    data = re.search(r'id="clips">(.*?)</script>', page, re.DOTALL).group(1)
    (clip,) = json.loads(data)
    assert clip['name'] == 'a</script>'
    assert '<' not in data  # nor can a comment begin
    r = make_reconstruction()
    np.testing.assert_allclose(clip['x'], r['target'][:1], atol=6e-4)
    np.testing.assert_allclose(clip['pred'], r['pred'][:1], atol=6e-4)
    np.testing.assert_array_equal(clip['mask'], r['mask'][:1])
    assert len(clip['bones']) == len(get_layout('coco').bones)


def test_parts_are_optional_and_unknown_ones_refused(tmp_path):
    path = tmp_path / 'new' / 'report.html'
    write_report(dict(title='t'), path)
    assert parse(path.read_text()).tags.count('section') == 0
    with pytest.raises(ValueError, match='tabels'):
        render_report(dict(title='t', tabels=[]))
    with pytest.raises(ValueError, match='needs a title'):
        render_report({})
