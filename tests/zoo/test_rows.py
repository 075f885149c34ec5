"""What is told of the configs, and where it comes from."""

import shutil
from pathlib import Path

import pytest
import yaml

from skeletonmae_plugin.zoo.complexity import Complexity
from skeletonmae_plugin.zoo.leaves import KINDS
from skeletonmae_plugin.zoo.rows import numbers, read_rows

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


def size(name):
    return Complexity(len(name), 2 * len(name))


@pytest.fixture
def told(tmp_path):
    """Function that changes a copy of what is told and reads it again."""
    folder = shutil.copytree(CONFIGS, tmp_path / 'configs')

    def read(**changes):
        path = folder / 'zoo.yml'
        zoo = yaml.safe_load(path.read_text('utf-8'))
        for key, value in changes.items():
            zoo[key].update(value)
        path.write_text(yaml.safe_dump(zoo, sort_keys=False))
        return read_rows(folder, size)

    return read


def test_every_config_of_every_set_has_a_row():
    rows = read_rows(CONFIGS, size)
    sets = [path.stem for path in (CONFIGS / '_base_/datasets').glob('*.py')]
    sets = set(sets) - {'skeleton', 'any'}
    expected = {kind.format(name) for kind in KINDS for name in sets}
    assert {row.config for row in rows} == expected
    assert len(rows) == len(expected)
    assert all(row.size == size(row.config) for row in rows)


def test_variables_are_those_of_the_configs():
    found = {r.facts.name: r.facts.variable for r in read_rows(CONFIGS, size)}
    assert found['ntu120_3d'] == 'NTU120_3D'
    assert found['finegym'] == 'FINEGYM_2D'
    assert found['toy'] == 'TOY_2D'


def test_the_papers_sets_were_not_run_here(told):
    rows = {row.config: row for row in read_rows(CONFIGS, size)}
    assert 'needs a GPU' in rows['strl_finetune_ntu120'].ours
    assert rows['skeletonmae_pretrain_ntu60'].ours == 'trains no classes'
    rows = told(measured=dict(stgcnpp_ntu120=dict(xset=81.5)))
    rows = {row.config: row for row in rows}
    assert rows['stgcnpp_ntu120'].ours == '- / 81.5'


def test_numbers_are_in_the_order_of_the_protocols():
    (row,) = [
        r for r in read_rows(CONFIGS, size) if r.config == 'stgcnpp_ntu60'
    ]
    assert numbers(dict(xview=2, xsub=1), row.facts) == '1 / 2'
    assert numbers({}, row.facts) == ''


def test_a_number_without_a_place_is_refused(told):
    with pytest.raises(ValueError, match="a number for 'xset'; protocols of"):
        told(published=dict(stgcnpp_ntu60=dict(xset=1)))


def test_a_number_of_no_config_is_refused(told):
    with pytest.raises(ValueError, match="no set has a config 'stgcnpp_k400'"):
        told(published=dict(stgcnpp_k400=dict(val=1)))
