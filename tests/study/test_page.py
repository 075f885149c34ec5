"""Tables come into their places, and into no other."""

import pytest

from skeletonmae_plugin.study.page import END, fill

PAGE = f"""# Study
<!-- table: parts nwucla -->
{END}
between
<!-- table: parts nwucla test -->
old
{END}
<!-- table: parts sbu -->
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / 'study.md'
    path.write_text(PAGE)
    return path


def test_table_is_put_and_put_again(page):
    fill(page, 'parts nwucla', r'| \1 |')
    once = page.read_text()
    assert once == PAGE.replace(
        f'nwucla -->\n{END}', f'nwucla -->\n\n| \\1 |\n{END}'
    )
    fill(page, 'parts nwucla', r'| \1 |')
    assert page.read_text() == once
    fill(page, 'parts nwucla test', 'new')
    assert 'old' not in page.read_text() and 'between' in page.read_text()


@pytest.mark.parametrize('name', ['masks nwucla', 'parts sbu'])
def test_no_place_is_told(page, name):
    with pytest.raises(ValueError, match='expected one place'):
        fill(page, name, 'x')
    assert page.read_text() == PAGE
