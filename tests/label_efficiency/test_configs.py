"""The shipped configs take a file's facts and what a cell changes."""

from dataclasses import replace
from pathlib import Path

import pytest
from mmengine.config import ConfigDict

from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.spec import Spec

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SPEC = Spec(
    ann_file='a.pkl',
    layout='kinect20',
    train_split='xview_train',
    test_split='xview_val',
    data='',
    in_channels=3,
    num_classes=10,
    num_person=2,
    clip_len=16,
    pretrain_options={'train_cfg.max_epochs': 7},
    train_options={'optim_wrapper.optimizer.lr': 0.5},
)


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Variables that are set in this process are forgotten again."""
    for name in configs.variables(SPEC, '-'):
        monkeypatch.setenv(name, '-')


def load(kind, spec=SPEC):
    return configs.load_config(CONFIGS, kind, spec, 'weights.pth')


@pytest.mark.parametrize('kind', configs.CONFIGS)
def test_facts_of_the_file_arrive(kind):
    cfg = load(kind)
    dataset = configs.innermost(cfg.train_dataloader)
    assert (dataset.ann_file, dataset.layout) == ('a.pkl', 'kinect20')
    assert dataset.split == 'xview_train'
    assert (dataset.num_person, dataset.clip_len) == (2, 16)
    assert dataset.num_coordinates == 3
    if kind != 'pretrain':
        assert cfg.model.cls_head.num_classes == 10
        assert configs.innermost(cfg.test_dataloader).split == 'xview_val'
    # No test split is looked at while training.
    assert cfg.default_hooks.compile.min_iters == configs.COMPILE_FROM
    assert cfg.val_dataloader is cfg.val_cfg is cfg.val_evaluator is None


def test_only_the_pretrained_arm_loads_weights():
    found = load('pretrained').model.backbone.init_cfg
    assert found.checkpoint == 'weights.pth'
    assert 'init_cfg' not in load('scratch').model.backbone


def test_arms_differ_by_weights_and_how_the_head_begins_alone():
    ours, theirs = load('pretrained'), load('scratch')
    del ours.model.backbone['init_cfg']
    del ours.default_hooks['probe_head']
    assert ours.to_dict() == theirs.to_dict()


def test_options_are_for_their_training():
    assert load('pretrain').train_cfg.max_epochs == 7
    assert load('scratch').optim_wrapper.optimizer.lr == 0.5
    assert load('pretrained').optim_wrapper.optimizer.lr == 0.5
    assert load('pretrain').optim_wrapper.optimizer.lr != 0.5
    assert load('stgcnpp').optim_wrapper.optimizer.lr != 0.5


def test_cells_change_rate_length_and_clips():
    cfg = load('scratch')
    epochs = cfg.train_cfg.max_epochs
    configs.scale_lr(cfg, 3)
    configs.shorten(cfg, 0.5)
    configs.learn_from(cfg, Path('some.txt'))
    configs.test_on(cfg, 'xview_train', Path('held.txt'))
    assert cfg.optim_wrapper.optimizer.lr == 1.5
    assert cfg.train_cfg.max_epochs == epochs // 2
    assert cfg.train_dataloader.dataset.include == 'some.txt'
    tested = cfg.test_dataloader.dataset
    assert (tested.split, tested.include) == ('xview_train', 'held.txt')
    configs.shorten(cfg, 1e-9)
    assert cfg.train_cfg.max_epochs == 1


def test_workers_are_for_those_who_have_cores():
    cfg = configs.load_config(CONFIGS, 'scratch', SPEC, workers=True)
    assert cfg.train_dataloader.num_workers > 0
    assert load('scratch').train_dataloader.num_workers == 0


def test_stock_options_are_for_the_stock_model():
    spec = replace(SPEC, stock_options={'train_cfg.max_epochs': 9})
    assert load('stgcnpp', spec).train_cfg.max_epochs == 9
    assert load('scratch', spec).train_cfg.max_epochs != 9


def test_pretraining_takes_other_clips():
    cfg = load('pretrain')
    configs.pretrain_on(cfg, 'b.pkl', ['x', 'y'])
    dataset = configs.innermost(cfg.train_dataloader)
    assert (dataset.ann_file, dataset.split) == ('b.pkl', ['x', 'y'])


def test_data_set_is_found_in_its_wrappers():
    inner = dict(type='SkeletonDataset')
    wrapped = dict(type='RepeatDataset', dataset=inner)
    loader = ConfigDict(dataset=dict(type='RepeatDataset', dataset=wrapped))
    assert configs.innermost(loader) == inner


def test_changed_recipe_is_noticed():
    found = {
        kind: configs.recipe_checksum(CONFIGS, kind, SPEC)
        for kind in configs.CONFIGS
    }
    assert len(set(found.values())) == len(found)
    spec = replace(SPEC, recipes=found)
    configs.checked_config(CONFIGS, 'scratch', spec)
    old = replace(SPEC, recipes={**found, 'scratch': 'old'})
    with pytest.raises(RuntimeError, match='strl_scratch_any.py has changed'):
        configs.checked_config(CONFIGS, 'scratch', old)


@pytest.mark.parametrize('kind', configs.CONFIGS)
def test_paper_is_another_recipe_but_of_the_stock_model(kind):
    paper = replace(
        SPEC, recipe='paper', pretrain_options={}, train_options={}
    )
    plain = replace(paper, recipe='default')
    ours, theirs = load(kind, plain), load(kind, paper)
    assert (ours.to_dict() == theirs.to_dict()) == (kind == 'stgcnpp')
    dataset = configs.innermost(theirs.train_dataloader)
    assert (dataset.ann_file, dataset.num_person) == ('a.pkl', 2)
    if kind == 'pretrain':
        # It asks for no labels.
        assert dataset.num_classes is None
        assert theirs.test_dataloader.dataset.num_classes is None
    if kind in ('scratch', 'pretrained'):
        assert theirs.model.backbone.num_encoders == 2
        assert 'init_cfg' not in theirs.model.backbone
        found = theirs.model.backbone.encoder.get('init_cfg')
        assert (found is None) == (kind == 'scratch')


def test_the_rate_falls_at_the_same_part_of_a_shorter_training():
    cfg = load('scratch', replace(SPEC, recipe='paper'))
    whole = cfg.train_cfg.max_epochs, cfg.param_scheduler[1].milestones
    assert whole == (110, [90, 100])
    configs.shorten(cfg, 0.5)
    half = cfg.train_cfg.max_epochs, cfg.param_scheduler[1].milestones
    assert half == (55, [45, 50])


def test_other_configs_stand_in_for_the_shipped_ones(tmp_path):
    for kind, place in configs.PLACES.items():
        base = configs.config_file(CONFIGS, kind, SPEC)
        text = f"_base_ = '{base}'\ndefault_hooks = dict(mine=dict(x=1))\n"
        (tmp_path / f'my_{place}.py').write_text(text)
    spec = replace(SPEC, configs=str(tmp_path / 'my_{}.py'))
    for kind in configs.CONFIGS:
        hooks = load(kind, spec).default_hooks
        assert ('mine' in hooks) == (kind != 'stgcnpp')
    assert configs.kinds_of(CONFIGS, spec) == list(configs.CONFIGS)
    (tmp_path / 'my_finetune.py').unlink()
    assert 'pretrained' not in configs.kinds_of(CONFIGS, spec)


def test_config_that_does_not_turn_what_is_to_be_turned(tmp_path):
    base = CONFIGS / 'strl_scratch_any.py'
    lost = "train_dataloader = dict(dataset=dict(up='y'))"
    (tmp_path / 'my_scratch.py').write_text(f"_base_ = '{base}'\n{lost}\n")
    spec = replace(SPEC, configs=str(tmp_path / 'my_{}.py'))
    assert load('scratch', spec).train_dataloader.dataset.up == 'y'
    with pytest.raises(ValueError, match='or SKELETONS_UP; let it inherit'):
        load('scratch', replace(spec, up='z'))


def test_to_say_that_y_is_up_is_no_other_recipe(tmp_path):
    cfg = load('scratch', SPEC)
    assert cfg.train_dataloader.dataset.up == 'y'
    said = configs.config_checksum(cfg)
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        del loader.dataset['up']
    assert configs.config_checksum(cfg) == said
    cfg.train_dataloader.dataset.up = 'z'
    assert configs.config_checksum(cfg) != said


def test_config_of_one_set_is_no_config_of_any(tmp_path):
    base = CONFIGS / 'strl_scratch_nwucla.py'
    (tmp_path / 'my_scratch.py').write_text(f"_base_ = '{base}'\n")
    spec = replace(SPEC, configs=str(tmp_path / 'my_{}.py'))
    with pytest.raises(ValueError, match='does not read SKELETONS'):
        load('scratch', spec)


@pytest.mark.parametrize(
    'text',
    ['', "load_from = '{{$SKELETONMAE_CHECKPOINT:-}}'\n"],
    ids=['nothing', 'load_from'],
)
def test_a_model_without_the_weights_is_not_called_pretrained(tmp_path, text):
    base = CONFIGS / 'strl_scratch_any.py'
    (tmp_path / 'my_finetune.py').write_text(f"_base_ = '{base}'\n{text}")
    spec = replace(SPEC, configs=str(tmp_path / 'my_{}.py'))
    with pytest.raises(ValueError, match='reads SKELETONMAE_CHECKPOINT'):
        load('pretrained', spec)
    # As all recipes are looked at before anything is trained.
    with pytest.raises(ValueError, match='my_finetune.py has no init_cfg'):
        configs.recipe_checksum(CONFIGS, 'pretrained', spec)
