"""The page has finished tables and says what it lacks."""

import json
from pathlib import Path

import pytest

from skeletonmae_plugin.reproduce.page import (
    filled,
    hours_file,
    overview,
    read_hours,
    write_docs,
)
from skeletonmae_plugin.reproduce.rows import TABLES
from skeletonmae_plugin.study.page import END

PAGE = f"""<!-- table: overview -->
{END}
<!-- table: depth nwucla -->
{END}
<!-- table: encoder depth nwucla -->
{END}
<!-- table: depth nwucla default -->
{END}
"""
SHIPPED = Path(__file__).resolve().parents[2] / 'docs' / 'reproduce.md'


@pytest.fixture
def page(tmp_path):
    path = tmp_path / 'reproduce.md'
    path.write_text(PAGE)
    return path


def test_finished_table_is_put_and_told(page, tmp_path):
    (tmp_path / 'depth_nwucla_x0.1.md').write_text('| REDUCED |\n')
    write_docs(page, tmp_path, 'depth', 'nwucla', 'paper', 0.1)
    text = page.read_text()
    assert filled(text, 'depth') == ['nwucla']
    assert filled(text, 'encoder_depth') == []
    (row,) = (x for x in text.splitlines() if x.startswith('| `depth`'))
    assert row.count('not run here (needs a GPU and the data)') == 4
    assert '| nwucla |' in row
    (tmp_path / 'encoder_depth_nwucla.md').write_text('| all |\n')
    write_docs(page, tmp_path, 'encoder_depth', 'nwucla', 'paper', 1.0)
    assert filled(page.read_text(), 'encoder_depth') == ['nwucla']
    assert filled(page.read_text(), 'depth') == ['nwucla']


def test_table_of_named_options_has_a_place_of_its_own(page, tmp_path):
    page.write_text(f'{PAGE}<!-- table: depth nwucla small -->\n{END}\n')
    (tmp_path / 'depth_nwucla_small_x0.1.md').write_text('| REDUCED |\n')
    write_docs(page, tmp_path, 'depth', 'nwucla', 'paper', 0.1, 'small')
    assert filled(page.read_text(), 'depth') == ['nwucla small']


def test_unfinished_table_is_not_put(page, tmp_path):
    with pytest.raises(FileNotFoundError, match='depth_nwucla_default.md'):
        write_docs(page, tmp_path, 'depth', 'nwucla', 'default', 1.0)
    (tmp_path / 'depth_nwucla.md').write_text('- MISSING: M = 3.')
    with pytest.raises(ValueError, match='not complete'):
        write_docs(page, tmp_path, 'depth', 'nwucla', 'paper', 1.0)
    assert page.read_text() == PAGE


def test_hours_are_told_beside_what_is_not_run(tmp_path):
    path = hours_file(tmp_path, 'depth_ntu60', 'cpu')
    path.parent.mkdir()
    found = dict(device='cpu', hours_one_after_another=9.0)
    path.write_text(json.dumps(found))
    hours = read_hours(tmp_path)
    assert hours == {('depth', 'ntu60'): ['about 4.5 h on two cores']}
    text = overview(PAGE, hours)
    assert text.count('; about 4.5 h on two cores |') == 1
    ran = f'<!-- table: depth ntu60 -->\n|x|\n{END}'
    assert '| run; about 4.5 h' in overview(ran, hours)


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
