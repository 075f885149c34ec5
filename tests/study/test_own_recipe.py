"""Options make a set's config of that of any file."""

import os
import shutil
from pathlib import Path

import pytest
from mmengine.config import Config

from skeletonmae_plugin.label_efficiency import configs as shipped
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.study.own_recipe import own_options
from skeletonmae_plugin.study.sets import read_facts

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    monkeypatch.setenv('NTU60_2D', 'n.pkl')
    monkeypatch.setenv('SKELETONS', 'mine.pkl')
    yield
    # What it sets to read a config is forgotten again.
    assert os.environ['SKELETONS'] == 'mine.pkl'


@pytest.mark.parametrize('kind', ['scratch', 'stgcnpp', 'pretrain'])
def test_options_make_the_config_of_the_set(kind, monkeypatch):
    facts = read_facts('ntu60', CONFIGS)
    spec = Spec(
        facts.ann_file,
        facts.layout,
        facts.train_split,
        facts.test_split,
        '',
        facts.in_channels,
        facts.num_classes,
        facts.num_person,
        facts.clip_len,
        pretrain_options=facts.pretrain,
        train_options=facts.train,
        stock_options=own_options(CONFIGS, 'stgcnpp', facts),
    )
    assert spec.pretrain_options and spec.train_options
    for name in shipped.variables(spec, '-'):
        monkeypatch.setenv(name, 'mine.pkl')
    found = shipped.load_config(CONFIGS, kind, spec, workers=True)
    name = shipped.CONFIGS[kind].replace('any', 'ntu60')
    own = Config.fromfile(str(CONFIGS / f'{name}.py'))
    if kind == 'pretrain':
        # Labels play no part in that of any file.
        del own.train_dataloader.dataset['num_classes']
        del found.train_dataloader.dataset['num_classes']
    # A set that says nothing of it has y upwards.
    assert found.train_dataloader.dataset.pop('up') == 'y'
    for key in ('model', 'optim_wrapper', 'train_cfg', 'auto_scale_lr'):
        assert found[key] == own[key]
    ours, theirs = (
        repr(cfg.train_dataloader.to_dict()).replace('[', '(')
        for cfg in (found, own)
    )
    # Tuples are lists, as in a folder's spec.json.
    plain = str.maketrans('()[]', '    ')
    assert ours.translate(plain).replace(',', '') == theirs.translate(
        plain
    ).replace(',', '')
    monkeypatch.setenv('SKELETONS', 'mine.pkl')


def test_a_set_without_such_a_config_has_no_options(tmp_path):
    facts = read_facts('ntu60', CONFIGS)
    assert own_options(tmp_path, 'stgcnpp', facts) == {}


def test_what_cannot_be_said_as_an_option_is_told(tmp_path):
    configs = shutil.copytree(CONFIGS, tmp_path / 'configs')
    facts = read_facts('ntu60', configs)
    with (configs / 'strl_finetune_ntu60_paper.py').open('a') as file:
        file.write(
            "optim_wrapper = dict(_delete_=True, optimizer=dict(type='SGD', "
            'lr=0.1, momentum=0.9))\n'
        )
    with pytest.raises(ValueError, match='optim_wrapper has no type'):
        own_options(configs, 'strl_finetune', facts, '_paper')


@pytest.mark.parametrize(
    'text',
    [
        "up = 'z'\nfacts = dict(up=up, layout",
        "facts = dict(up='z', layout",
    ],
)
def test_a_set_says_which_way_is_up(text, tmp_path, monkeypatch):
    configs = shutil.copytree(CONFIGS, tmp_path / 'configs')
    base = configs / '_base_' / 'datasets' / 'nwucla.py'
    before = base.read_text()
    base.write_text(before.replace('facts = dict(layout', text))
    assert base.read_text() != before
    facts = read_facts('nwucla', configs)
    spec = facts.question()
    assert spec.up == 'z' and read_facts('nwucla', CONFIGS).up == 'y'
    for name in shipped.variables(spec, '-'):
        monkeypatch.setenv(name, 'mine.pkl')
    found = shipped.load_config(configs, 'scratch', spec)
    assert found.train_dataloader.dataset.up == 'z'
    monkeypatch.setenv('SKELETONS', 'mine.pkl')
