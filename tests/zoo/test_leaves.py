"""The configs of a new set."""

import shutil
from pathlib import Path

import pytest
from mmengine.config import Config

from skeletonmae_plugin.zoo.leaves import KINDS, leaf_text, write_leaves

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def configs(tmp_path):
    """A copy of the configs with the facts of one more set."""
    folder = shutil.copytree(ROOT / 'configs', tmp_path / 'configs')
    facts = folder / '_base_' / 'datasets'
    text = (facts / 'toy.py').read_text()
    text = text.replace('num_classes = 12', 'num_classes = 5')
    (facts / 'my_set.py').write_text(text)
    return folder


def test_a_new_set_has_the_configs_of_all_others(configs):
    new = write_leaves('my_set', configs)
    assert [path.stem for path in new] == [k.format('my_set') for k in KINDS]
    for path in new:
        cfg = Config.fromfile(path)
        assert cfg.num_classes == 5
        if 'pretrain' not in path.stem:
            assert cfg.model.cls_head.num_classes == 5
        assert 'toy' not in path.read_text()


def test_what_is_there_stays(configs):
    own = configs / 'strl_scratch_my_set.py'
    own.write_text('mine = 1\n')
    assert len(write_leaves('my_set', configs)) == len(KINDS) - 1
    assert own.read_text() == 'mine = 1\n'
    assert write_leaves('my_set', configs) == []


def test_without_facts_nothing_is_written(configs):
    before = sorted(configs.rglob('*'))
    with pytest.raises(FileNotFoundError, match='other.py: no such file'):
        write_leaves('other', configs)
    assert sorted(configs.rglob('*')) == before


def test_the_pattern_is_its_own_pattern():
    configs = ROOT / 'configs'
    for kind in KINDS:
        text = (configs / f'{kind.format("toy")}.py').read_text()
        assert leaf_text(kind, 'toy', configs) == text


def test_the_tool_says_what_it_has_written(configs, load_tool, capsys):
    tool = load_tool('make_leaves')
    tool.main(['my_set', '--configs', str(configs)])
    out = capsys.readouterr().out
    assert f'my_set: {len(KINDS)} new configs' in out
    assert 'stgcnpp_my_set.py' in out
    with pytest.raises(SystemExit, match='error: .*other.py'):
        tool.main(['other', '--configs', str(configs)])


def test_a_file_of_another_set_is_told(configs, load_tool, capsys):
    tool = load_tool('make_leaves')
    tool.main(['my_set', '--configs', str(configs)])
    said = capsys.readouterr().out
    assert 'my_set.py reads TOY_2D, the file of toy; give it' in said
    facts = configs / '_base_' / 'datasets' / 'my_set.py'
    facts.write_text(facts.read_text().replace('TOY_2D', 'MY_SET'))
    tool.main(['my_set', '--configs', str(configs)])
    assert 'warning' not in capsys.readouterr().out
