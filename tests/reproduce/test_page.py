"""The page has finished tables and says what it lacks."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from skeletonmae_plugin.reproduce.output import Amount
from skeletonmae_plugin.reproduce.page import (
    filled,
    hours_file,
    overview,
    read_hours,
    told_hours,
    write_docs,
    write_overview,
)
from skeletonmae_plugin.reproduce.rows import TABLES
from skeletonmae_plugin.study.page import END

PAGE = f"""<!-- table: overview -->
{END}
<!-- table: depth nwucla xview -->
{END}
<!-- table: encoder depth nwucla xview -->
{END}
<!-- table: depth nwucla xview default -->
{END}
"""
FULL = Amount('nwucla', 'xview')
SHORT = replace(FULL, epochs=0.1)
SHIPPED = Path(__file__).resolve().parents[2] / 'docs' / 'reproduce.md'


@pytest.fixture
def page(tmp_path):
    path = tmp_path / 'reproduce.md'
    path.write_text(PAGE)
    return path


def test_finished_table_is_put_and_told(page, tmp_path):
    (tmp_path / 'depth_nwucla_xview_x0.1.md').write_text('| REDUCED |\n')
    write_docs(page, tmp_path, 'depth', SHORT)
    write_overview(page, tmp_path)
    text = page.read_text()
    assert filled(text, 'depth') == ['nwucla xview']
    assert filled(text, 'encoder_depth') == []
    (row,) = (x for x in text.splitlines() if x.startswith('| `depth`'))
    assert row.count('not run here (needs a GPU and the data)') == 4
    assert '| nwucla xview |' in row
    (tmp_path / 'encoder_depth_nwucla_xview.md').write_text('| all |\n')
    write_docs(page, tmp_path, 'encoder_depth', FULL)
    assert filled(page.read_text(), 'encoder_depth') == ['nwucla xview']
    assert filled(page.read_text(), 'depth') == ['nwucla xview']


def test_table_of_named_options_has_a_place_of_its_own(page, tmp_path):
    page.write_text(f'{PAGE}<!-- table: depth nwucla xview small -->\n{END}\n')
    (tmp_path / 'depth_nwucla_xview_small_x0.1.md').write_text('| REDUCED |\n')
    write_docs(page, tmp_path, 'depth', replace(SHORT, name='small'))
    assert filled(page.read_text(), 'depth') == ['nwucla xview small']


def test_unfinished_table_is_not_put(page, tmp_path):
    with pytest.raises(
        FileNotFoundError, match='depth_nwucla_xview_default.md'
    ):
        write_docs(page, tmp_path, 'depth', replace(FULL, recipe='default'))
    (tmp_path / 'depth_nwucla_xview.md').write_text('- MISSING: M = 3.')
    with pytest.raises(ValueError, match='not complete'):
        write_docs(page, tmp_path, 'depth', FULL)
    assert page.read_text() == PAGE


def test_hours_are_told_beside_what_is_not_run(tmp_path):
    amounts = [
        Amount('ntu60', 'xsub'),
        Amount('ntu60', 'xview'),
        # Of these the page is silent.
        Amount('ntu60', 'xsub', epochs=0.1),
        Amount('ntu60', 'xsub', recipe='default'),
        Amount('ntu60', 'xsub', name='small'),
    ]
    for number, amount in enumerate(amounts, 9):
        path = hours_file(tmp_path, amount.stem('depth'), 'cpu')
        path.parent.mkdir(exist_ok=True)
        found = dict(
            table='depth',
            amount=asdict(amount),
            device='cpu',
            seeds=3,
            num_clips=40000,
            hours_one_after_another=number,
        )
        path.write_text(json.dumps(found))
    hours = read_hours(tmp_path)
    words = [
        'xsub: about 4.5 h on two cores (3 seeds, 40,000 clips)',
        'xview: about 5.0 h on two cores (3 seeds, 40,000 clips)',
    ]
    assert hours == {('depth', 'ntu60'): words}
    text = overview(PAGE, hours)
    assert text.count(f'; {words[0]}; {words[1]} |') == 1
    ran = f'<!-- table: depth ntu60 xview -->\n|x|\n{END}'
    assert f'| run: ntu60 xview; {words[0]}' in overview(ran, hours)
    assert '| none yet |' in overview(ran, hours)


def test_hours_that_are_told_stay(page, tmp_path):
    """Of a page that another machine has written."""
    told = {
        ('depth', 'ntu60'): [
            'xsub: about 1,002 h on two cores (3 seeds, 9 clips)',
            'xsub: about 3 h on one GPU (3 seeds, 9 clips)',
            'xview: about 2 h on two cores (3 seeds, 9 clips)',
        ],
        ('main', 'finegym'): ['train: about 3 h', 'all: about 4 h'],
    }
    page.write_text(PAGE.replace(END, f'{overview(PAGE, told)}{END}', 1))
    assert told_hours(page.read_text()) == told
    write_overview(page, tmp_path)
    assert told_hours(page.read_text()) == told
    path = hours_file(tmp_path, 'depth_ntu60_xsub', 'cpu')
    path.parent.mkdir()
    found = dict(table='depth', amount=asdict(Amount('ntu60', 'xsub')))
    found |= dict(device='cpu', seeds=3, num_clips=9)
    path.write_text(json.dumps({**found, 'hours_one_after_another': 9}))
    write_overview(page, tmp_path)
    after = told_hours(page.read_text())
    _, *others = told.pop(('depth', 'ntu60'))
    assert after.pop(('depth', 'ntu60')) == [
        others[0],
        'xsub: about 4.5 h on two cores (3 seeds, 9 clips)',
        others[1],
    ]
    assert after == told


def test_shipped_page_has_every_table():
    text = SHIPPED.read_text()
    for table in TABLES:
        assert f'python tools/reproduce.py {table} ' in text
        place = f'<!-- table: {table.replace("_", " ")} nwucla '
        assert text.count(place) == 1
    # As --write-docs would write it, but for hours.
    rows = [x for x in text.splitlines() if x.startswith('| `')]
    fresh = overview(text, {}).splitlines()[2:]
    assert [r.split('|')[1:4] for r in rows] == [
        r.split('|')[1:4] for r in fresh
    ]
