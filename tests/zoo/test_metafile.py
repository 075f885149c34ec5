"""metafile.yml and the tables of configs/README.md are up to date."""

import shutil
from itertools import groupby
from pathlib import Path

import pytest
import yaml

from skeletonmae_plugin.zoo.complexity import complexity
from skeletonmae_plugin.zoo.metafile import metafile, read_sizes
from skeletonmae_plugin.zoo.rows import load, read_rows
from skeletonmae_plugin.zoo.table import table

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / 'configs'
WRITTEN = CONFIGS / 'metafile.yml'
# Each is built and run once; the rest of the sizes is checked by the slow
# test below.
SOME = (
    'strl_finetune_ntu60',
    'strl_finetune_finegym_paper',
    'skeletonmae_pretrain_ntu120_3d',
    'skeletonmae_pretrain_diving48_paper',
    'stgcnpp_jhmdb',
)


@pytest.fixture(scope='module')
def rows():
    return read_rows(CONFIGS, read_sizes(WRITTEN).__getitem__)


def test_the_metafile_is_made_of_the_configs(rows):
    assert WRITTEN.read_text('utf-8') == metafile(rows)


def test_the_tables_are_made_of_the_configs(rows):
    page = (CONFIGS / 'README.md').read_text('utf-8')
    for name, some in groupby(rows, lambda row: row.facts.name):
        marker = f'<!-- table: {name} -->\n\n'
        assert f'{marker}{table(list(some))}\n<!-- end' in page, (
            f'{name}: run python tools/make_metafile.py'
        )


@pytest.mark.parametrize('name', SOME)
def test_sizes_are_those_of_the_models(name):
    assert read_sizes(WRITTEN)[name] == complexity(load(CONFIGS, name))


@pytest.mark.slow
def test_all_sizes_are_those_of_the_models():
    assert read_sizes(WRITTEN) == {
        row.config: row.size for row in read_rows(CONFIGS)
    }


def test_mim_finds_what_it_asks_for():
    content = yaml.safe_load(WRITTEN.read_text('utf-8'))
    (collection,) = content['Collections']
    assert (CONFIGS.parent / collection['README']).is_file()
    for model in content['Models']:
        assert model['In Collection'] == collection['Name']
        assert (ROOT / model['Config']).is_file()
        for result in model.get('Results', ()):
            assert {'Task', 'Dataset', 'Metrics'} == result.keys()


@pytest.fixture
def tool(load_tool):
    return load_tool('make_metafile')


def test_the_tool_prints_the_size_of_a_config(tool, capsys):
    tool.main(['skeletonmae_pretrain_toy_paper'])
    found = read_sizes(WRITTEN)['skeletonmae_pretrain_toy_paper']
    out = capsys.readouterr().out
    assert f'{found.parameters} parameters, {found.macs} multiply' in out
    with pytest.raises(SystemExit, match='error'):
        tool.main(['strl_of_nothing'])


def test_the_tool_writes_both_files(tool, tmp_path, monkeypatch):
    """From nothing but the tables' places."""
    configs = shutil.copytree(CONFIGS, tmp_path / 'configs')
    page = (configs / 'README.md').read_text('utf-8')
    (configs / 'metafile.yml').unlink()
    (configs / 'README.md').write_text(page.replace('| [', '| gone ['))
    known = read_sizes(WRITTEN)
    monkeypatch.setattr(tool, 'load', lambda configs, name: name)
    monkeypatch.setattr(tool, 'complexity', known.__getitem__)
    tool.main(['--configs', str(configs)])
    assert (configs / 'README.md').read_text('utf-8') == page
    assert (configs / 'metafile.yml').read_bytes() == WRITTEN.read_bytes()
