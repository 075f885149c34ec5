"""Every row's options arrive in the real configs, which build."""

from dataclasses import replace
from pathlib import Path

import pytest
from mmaction.registry import DATASETS, MODELS
from mmengine.optim import build_optim_wrapper

from skeletonmae_plugin.label_efficiency import configs as shipped
from skeletonmae_plugin.label_efficiency.spec import ARMS, RECIPES, Spec
from skeletonmae_plugin.study.options import resolve
from skeletonmae_plugin.study.tables import TABLES

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
#: Kind of training -> the field of the question that holds its options.
FIELDS = dict(pretrain='pretrain_options', scratch='train_options')
ROWS = [
    pytest.param(row, id=f'{table}:{row.name}')
    for table, rows in TABLES.items()
    for row in rows
]


@pytest.fixture(scope='module')
def spec(made_data):
    spec = Spec(
        ann_file=str(made_data('nwucla')),
        layout='kinect20',
        train_split='xview_train',
        test_split='xview_val',
        data='',
        in_channels=3,
        num_classes=10,
    )
    with pytest.MonkeyPatch.context() as patch:
        # Forgotten again after these tests.
        for name in shipped.variables(spec, '-'):
            patch.setenv(name, '-')
        yield spec


@pytest.fixture(scope='module')
def plain(spec):
    """Configs without options: recipe -> kind -> config."""
    return {
        recipe: {
            kind: shipped.load_config(
                CONFIGS, kind, replace(spec, recipe=recipe)
            )
            for kind in FIELDS
        }
        for recipe in RECIPES
    }


def get(cfg, key):
    for name in key.split('.'):
        cfg = cfg[int(name) if isinstance(cfg, list) else name]
    return cfg


@pytest.mark.parametrize('row', ROWS)
def test_options_arrive_and_build(row, spec, plain):
    assert set(row.arms) <= set(ARMS)
    for kind, options in (('pretrain', row.pretrain), ('scratch', row.train)):
        found = resolve(options, plain[row.recipe][kind])
        asked = replace(
            spec,
            recipe=row.recipe,
            clip_len=row.clip_len or spec.clip_len,
            **{FIELDS[kind]: found},
        )
        cfg = shipped.load_config(CONFIGS, kind, asked)
        for key, value in found.items():
            there = get(cfg, key)
            if isinstance(value, dict):
                there = {name: there[name] for name in value}
            assert there == value
        model = MODELS.build(cfg.model)
        build_optim_wrapper(model, cfg.optim_wrapper)
        assert len(DATASETS.build(cfg.train_dataloader.dataset))


@pytest.mark.parametrize('table', TABLES)
def test_rows_of_a_table_differ(table, plain):
    rows = TABLES[table]
    assert len({row.name for row in rows}) == len(rows)
    made = [
        repr(
            [
                row.recipe,
                row.pretrained,
                row.clip_len,
                resolve(row.pretrain, plain[row.recipe]['pretrain']),
                resolve(row.train, plain[row.recipe]['scratch']),
            ]
        )
        for row in rows
    ]
    assert len(set(made)) == len(rows)


@pytest.mark.parametrize('table', sorted(set(TABLES) - {'frames', 'streams'}))
def test_first_row_is_the_shipped_recipe(table, plain):
    first = TABLES[table][0]
    assert first.recipe == 'default'
    for kind, options in (
        ('pretrain', first.pretrain),
        ('scratch', first.train),
    ):
        cfg = plain['default'][kind]
        for key, value in resolve(options, cfg).items():
            assert get(cfg, key) == value


def test_every_table_has_a_place_and_a_command():
    page = (CONFIGS.parent / 'docs' / 'study.md').read_text()
    for table in TABLES:
        assert f'<!-- table: {table} nwucla' in page, table
        assert f'python tools/study.py {table} ' in page, table


def test_names_of_first_rows_are_true(plain):
    plain = plain['default']
    head = MODELS.build(plain['pretrain'].model).heads[1]
    (temperature, *_), (bank, *_) = TABLES['temperature'], TABLES['bank']
    assert temperature.name == f'{head.temperature:g} (the recipe)'
    assert bank.name == f'{len(head.bank.codes)} codes (the recipe)'
    mask = plain['pretrain'].train_dataloader.dataset.pipeline[3]
    assert (mask.num_masked_parts, mask.per) == (2, 'tube')
    assert TABLES['masks'][0].name == '2 parts, in tubes (the recipe)'
    rate = plain['scratch'].optim_wrapper.optimizer.lr
    assert TABLES['learning_rate'][0].name == '2e-3 (the recipe)'
    assert rate == 2e-3
    target = plain['pretrain'].model.target
    assert target.type == 'CoordinateTarget'
    assert TABLES['targets'][0].name == 'coordinates (the recipe)'


def test_as_many_updates_as_the_recipe(plain):
    """Of few labels: an epoch is what the sampler draws at least."""

    def updates(row, kind):
        cfg = plain[row.recipe][kind].copy()
        options = row.pretrain if kind == 'pretrain' else row.train
        cfg.merge_from_dict(resolve(options, cfg))
        loader = cfg.train_dataloader
        steps = loader.sampler.min_clips // loader.batch_size
        return cfg.train_cfg.max_epochs * steps, loader.batch_size

    recipe, literal, equal = TABLES['neighbours']
    assert literal.pretrain == literal.train == {}
    for kind in FIELDS:
        (ours, batch), (theirs, other) = (
            updates(recipe, kind),
            updates(equal, kind),
        )
        assert batch == other and ours == pytest.approx(theirs, rel=0.05)
