"""Facts come from the configs."""

import shutil
from pathlib import Path

import pytest

from skeletonmae_plugin.study.own_recipe import own_options
from skeletonmae_plugin.study.sets import SETS, read_set

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.mark.parametrize('name', SETS)
def test_a_variable_that_is_not_set_is_told(name, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for variable in ('NWUCLA', 'SBU', 'JHMDB', 'ROUTINE16', 'TOY'):
        for end in ('2D', '3D'):
            monkeypatch.delenv(f'{variable}_{end}', raising=False)
    told = f'the variable {name.upper()}_[23]D to its path'
    with pytest.raises(FileNotFoundError, match=told):
        read_set(name, CONFIGS)


def test_facts_of_a_set_and_epochs_of_its_own_are_kept(
    made_data, monkeypatch, tmp_path
):
    monkeypatch.setenv('ROUTINE16_2D', str(made_data('routine16')))
    configs = shutil.copytree(CONFIGS, tmp_path / 'configs')
    with (configs / 'strl_scratch_routine16.py').open('a') as file:
        file.write('train_cfg = dict(max_epochs=33)\n')
    facts = read_set('routine16', configs)
    assert facts.train == {'train_cfg.max_epochs': 33}
    assert facts.pretrain == {}
    assert (facts.layout, facts.clip_len) == ('coco', 64)
    assert (facts.train_split, facts.test_split) == ('train', 'test')


def test_a_file_may_be_named_from_here(made_data, monkeypatch):
    file = made_data('routine16')
    monkeypatch.chdir(file.parent)
    monkeypatch.setenv('ROUTINE16_2D', file.name)
    for recipe in ('default', 'paper'):
        facts = read_set('routine16', CONFIGS, recipe)
        assert facts.ann_file == str(file.resolve())
        assert facts.train == facts.pretrain == {}
    assert not any(
        'ann_file' in key for key in own_options(CONFIGS, 'stgcnpp', facts)
    )


def test_a_fold_is_chosen_by_its_variable(made_data, monkeypatch):
    monkeypatch.setenv('SBU_3D', str(made_data('sbu')))
    monkeypatch.setenv('SBU_FOLD', '4')
    facts = read_set('sbu', CONFIGS)
    assert (facts.train_split, facts.test_split) == ('train4', 'test4')
    assert (facts.num_person, facts.num_classes) == (2, 8)
