"""Every row's options arrive in the real configs, which build and learn."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from mmaction.registry import DATASETS, MODELS
from mmengine.optim import build_optim_wrapper
from mmengine.runner import Runner

from skeletonmae_plugin.label_efficiency import configs as shipped
from skeletonmae_plugin.label_efficiency.spec import RECIPES, Spec
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.reproduce import paper
from skeletonmae_plugin.reproduce.rows import TABLES, Place
from skeletonmae_plugin.study.options import resolve

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
MASK = 'train_dataloader.dataset.pipeline.MaskSkeletonParts'


def lines(table, recipe='paper', layout='coco'):
    bodies = dict(jhmdb='jhmdb15', nwucla='kinect20')
    sources = {name: get_layout(body) for name, body in bodies.items()}
    place = Place('toy', get_layout(layout), recipe, sources)
    return list(TABLES[table](place))


@pytest.fixture(scope='module')
def plain(made_data):
    """Configs without options: (recipe, kind) -> config."""
    spec = Spec(
        ann_file=str(made_data('toy')),
        layout='coco',
        train_split='train',
        test_split='test',
        data='',
        in_channels=2,
        num_classes=12,
        num_person=2,
        clip_len=8,
    )
    with pytest.MonkeyPatch.context() as patch:
        # Forgotten again after these tests.
        for name in shipped.variables(spec, '-'):
            patch.setenv(name, '-')
        yield {
            (recipe, kind): shipped.load_config(
                CONFIGS, kind, replace(spec, recipe=recipe)
            )
            for recipe in RECIPES
            for kind in ('pretrain', 'scratch', 'stgcnpp')
        }


def changed(cfg, options):
    """The config with the options of a row, as a cell has it."""
    if not options:
        return cfg
    cfg = cfg.copy()
    found = resolve(options, cfg)
    cfg.merge_from_dict(found)
    for key, value in found.items():
        there = cfg
        for name in key.split('.'):
            there = there[int(name) if isinstance(there, list) else name]
        assert there == value, key
    return cfg


def build(cfg):
    """Build the model, and count the clips of its data set."""
    MODELS.build(cfg.model)
    return len(DATASETS.build(cfg.train_dataloader.dataset))


def take_a_step(cfg):
    """Build model, data and optimizer; learn from a small batch."""
    loader = {**cfg.train_dataloader, 'batch_size': 4}
    batch = next(iter(Runner.build_dataloader(loader, seed=0)))
    model = MODELS.build(cfg.model)
    model.init_weights()
    optim = build_optim_wrapper(model, dict(cfg.optim_wrapper))
    data = model.data_preprocessor(batch, True)
    losses = model(**data, mode='loss')
    total = sum(v for k, v in losses.items() if k.startswith('loss'))
    optim.update_params(total)
    return float(total.detach())


@pytest.fixture(scope='module')
def learned():
    """What has been trained already: two rows may share a training."""
    return {}


@pytest.mark.parametrize('recipe', RECIPES)
@pytest.mark.parametrize('table', TABLES)
def test_rows_build_and_learn(table, recipe, plain, learned):
    for line in lines(table, recipe):
        kind = 'stgcnpp' if line.row.arms == ('stgcnpp',) else 'scratch'
        made = [(kind, changed(plain[recipe, kind], line.row.train))]
        if line.row.arms == ('pretrained',):
            pretrain = plain[recipe, 'pretrain']
            made.append(('pretrain', changed(pretrain, line.row.pretrain)))
        for kind, cfg in made:
            text = json.dumps(
                [kind, cfg.model, cfg.train_dataloader, cfg.optim_wrapper],
                sort_keys=True,
                default=str,
            )
            if text not in learned and recipe == 'default':
                learned[text] = build(cfg)
            elif text not in learned:
                learned[text] = take_a_step(cfg)
                assert learned[text] > 0, (line.row.name, kind)


@pytest.mark.parametrize('recipe', RECIPES)
@pytest.mark.parametrize('layout', ['coco', 'nturgb+d', 'kinect20', 'sbu15'])
@pytest.mark.parametrize('table', TABLES)
def test_rows_of_a_table_differ(table, layout, recipe):
    found = lines(table, recipe, layout)
    assert len({line.row.name for line in found}) == len(found) > 1
    made = {repr(replace(line.row, name='', recipe=recipe)) for line in found}
    assert len(made) == len(found)
    assert all(len(line.row.arms) == 1 for line in found)


def test_encoder_is_changed_on_both_sides():
    for line in lines('encoder_depth')[:2] + lines('convs')[:2]:
        (ours,), (theirs,) = (
            [v for k, v in options.items() if 'backbone' in k]
            for options in (line.row.pretrain, line.row.train)
        )
        assert ours == theirs
    # The literal recipe pre-trains nothing of STRL but its encoder.
    first, *others = (line.row.pretrain for line in lines('depth'))
    assert all(other == first for other in others)
    assert all(key.startswith(MASK) for key in first)
    assert all(
        line.row.pretrain == line.row.train
        for line in lines('depth', 'default')
    )


def test_joints_and_parts_are_as_many_as_they_say(plain):
    masks = [
        changed(
            plain['paper', 'pretrain'], line.row.pretrain
        ).train_dataloader.dataset.pipeline[3]
        for line in lines('joints')
    ]
    layout = get_layout('coco')
    counts = []
    for mask in masks:
        if mask.parts is None:
            counts.append(round(mask.mask_ratio * layout.num_joints))
        else:
            assert mask.num_masked_parts is mask.mask_ratio is None
            counts.append(sum(len(layout.parts[p]) for p in mask.parts))
    assert counts == [5, 4, 4, 9, 9, 9, 12, 12, 15, 15, 15]


def test_parts_are_those_of_the_paper():
    """Its table 5(b): what it calls 5 joints are 4 of its own parts."""
    layout = get_layout('coco')
    held = {
        count: {sum(len(layout.parts[p]) for p in parts) for parts, _ in found}
        for count, found in paper.WHOLE_PARTS.items()
    }
    assert held == {5: {4}, 9: {9}, 12: {12}, 15: {15}}
    for found in paper.WHOLE_PARTS.values():
        numbers = [percent for _, percent in found]
        assert numbers == sorted(numbers, reverse=True)


def test_another_body_hides_as_many_joints_as_the_best_parts_hold():
    for name in ('nturgb+d', 'kinect20', 'jhmdb15', 'sbu15'):
        layout = get_layout(name)
        found = lines('joints', layout=name)
        singles = [
            round(mask * layout.num_joints)
            for line in found
            if (mask := line.row.pretrain[f'{MASK}.mask_ratio']) is not None
        ]
        parts = [
            sum(len(layout.parts[p]) for p in choice)
            for line in found
            if (choice := line.row.pretrain[f'{MASK}.parts']) is not None
        ]
        assert singles == [parts[i] for i in (0, 2, 4, 5)]
        assert max(singles) < layout.num_joints


def body(**sizes):
    """A layout, given the number of joints of each part."""
    parts, total = {}, 0
    for name, size in sizes.items():
        parts[name] = list(range(total, total + size))
        total += size
    names = [f'j{i}' for i in range(total)]
    return dict(
        joints=names,
        bones=[[i, i + 1] for i in range(total - 1)],
        parts=parts,
    )


def sizes(head, torso, limb):
    return dict.fromkeys(paper.PARTS, limb) | dict(head=head, torso=torso)


def test_joints_of_another_body_of_17():
    """Its number makes it no body of the paper: 2, 3 and 4 times 3 joints."""
    found = lines('joints', layout=body(**sizes(2, 3, 3)))
    singles = [x for x in found if 'one by one' in x.row.name]
    assert [int(x.row.name.split()[0]) for x in singles] == [6, 8, 15, 14]
    # The paper's number is of its own number of joints.
    assert not any(line.paper for line in singles)
    assert all(x.paper for x in found if 'whole parts' in x.row.name)


def test_joints_are_drawn_once():
    """Two choices of parts may hold as many."""
    found = lines('joints', layout=body(**sizes(3, 3, 3)))
    names = [line.row.name for line in found]
    assert len(set(names)) == len(names)
    assert sum('one by one' in name for name in names) == 3


@pytest.mark.parametrize(
    'table',
    ['main', 'depth', 'encoder_depth', 'joints', 'transfer', 'scratch'],
)
def test_a_body_without_such_parts_is_told(table):
    with pytest.raises(ValueError, match="no part 'right_arm', only x, y"):
        lines(table, layout=body(x=1, y=1))


def test_a_source_without_such_parts_is_told():
    sources = dict(other=get_layout(body(x=1, y=1)))
    place = Place('toy', get_layout('coco'), 'paper', sources)
    with pytest.raises(ValueError, match="no part 'right_arm', only x, y"):
        list(TABLES['transfer'](place))
    # The default recipe has a mask that any body can have.
    assert list(TABLES['transfer'](replace(place, recipe='default')))


def test_ablations_hide_the_right_arm(plain):
    """Section 4.4: masking sub-region 3 unless otherwise specified."""
    for table in ('depth', 'encoder_depth', 'scratch', 'controls', 'transfer'):
        found = [
            line.row.pretrain.get(f'{MASK}.parts')
            for line in lines(table)
            if line.row.arms == ('pretrained',) and '0 p' not in line.row.name
        ]
        assert found and set(found) == {('right_arm',)}, table
        # The default recipe has a mask of its own.
        assert not any(
            key.startswith(MASK)
            for line in lines(table, 'default')
            if '0 p' not in line.row.name
            for key in line.row.pretrain
        )
    # One training is a line of four tables.
    same = [
        lines('depth')[2],
        lines('encoder_depth')[2],
        next(x for x in lines('convs') if x.row.name.startswith('GIN, right')),
        next(x for x in lines('parts') if x.row.name == 'right arm'),
    ]
    for kind in ('pretrain', 'train'):
        made = {
            json.dumps(
                changed(
                    plain['paper', 'scratch' if kind == 'train' else kind],
                    getattr(line.row, kind),
                ).to_dict(),
                sort_keys=True,
                default=str,
            )
            for line in same
        }
        assert len(made) == 1
    assert {line.paper['finegym'] for line in same} == {91.2}


def test_pairs_that_the_paper_tells_of_have_its_number():
    told = {
        line.row.name: line.paper['finegym']
        for line in lines('parts')
        if line.paper and '+' in line.row.name
    }
    assert told == {
        'right arm + right leg': 91.8,
        'left arm + left leg': 91.1,
        'head + torso': 90.1,
    }


def test_nothing_hidden_is_an_option_of_data_and_model(plain):
    (line,) = (x for x in lines('controls') if '0 parts' in x.row.name)
    cfg = changed(plain['paper', 'pretrain'], line.row.pretrain)
    assert cfg.model.hide is False
    assert cfg.train_dataloader.dataset.pipeline[3].num_masked_clips == 0


def test_sources_are_rows_of_their_own():
    found = [line.row.pretrain_on for line in lines('transfer')]
    assert found == [None, 'jhmdb', 'nwucla', None]
