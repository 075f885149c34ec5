"""Every shipped config: parsed, built and stepped on made data."""

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from mmaction.registry import DATASETS, MODELS, VISUALIZERS
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.evaluator import Evaluator
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from skeletonmae_plugin.layouts import get_layout

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(path.stem for path in CONFIGS.glob('*.py'))
SETS = ('jhmdb', 'ntu60', 'nwucla', 'routine16', 'sbu', 'toy')
SETS_3D = ('nwucla', 'sbu')
DATA_VARIABLES = dict(
    any='SKELETONS',
    jhmdb='JHMDB_2D',
    ntu60='NTU60_2D',
    nwucla='NWUCLA_3D',
    routine16='ROUTINE16_2D',
    sbu='SBU_3D',
    toy='TOY_2D',
)
CHECKPOINT = 'SKELETONMAE_CHECKPOINT'
SPLIT_VARIABLES = ('JHMDB_SPLIT', 'NTU60_SPLIT', 'SBU_FOLD')
ANY_VARIABLES = (
    'SKELETONS_LAYOUT',
    'SKELETONS_IN_CHANNELS',
    'SKELETONS_NUM_CLASSES',
    'SKELETONS_NUM_PERSON',
    'SKELETONS_CLIP_LEN',
    'SKELETONS_TRAIN',
    'SKELETONS_TEST',
)
ALL_VARIABLES = (
    *DATA_VARIABLES.values(),
    *SPLIT_VARIABLES,
    *ANY_VARIABLES,
    CHECKPOINT,
)
# What a user says of a file; here it is SBU's, with numbers of its own.
ANY = dict(
    SKELETONS_LAYOUT='sbu15',
    SKELETONS_IN_CHANNELS='3',
    SKELETONS_NUM_CLASSES='8',
    SKELETONS_NUM_PERSON='2',
    SKELETONS_CLIP_LEN='16',
    SKELETONS_TRAIN='train2',
    SKELETONS_TEST='test2',
)


def set_of(leaf: str) -> str:
    """The data set in a config's name."""
    return leaf.removesuffix('_paper').rsplit('_', 1)[1]


def kind(prefix: str) -> list[str]:
    """The configs whose names begin so."""
    return [leaf for leaf in LEAVES if leaf.startswith(prefix)]


@cache
def _parse(leaf: str, variables: tuple) -> Config:
    with pytest.MonkeyPatch.context() as patch:
        for name in ALL_VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in variables:
            patch.setenv(name, value)
        return Config.fromfile(CONFIGS / f'{leaf}.py')


def parse(leaf: str, **variables: str) -> Config:
    """A config of one's own, read with these environment variables alone."""
    return _parse(leaf, tuple(sorted(variables.items()))).copy()


@pytest.fixture(autouse=True)
def scope() -> None:
    init_default_scope('mmaction')


def test_every_set_has_every_config():
    kinds = (
        'skeletonmae_pretrain_{}',
        'skeletonmae_pretrain_{}_paper',
        'strl_finetune_{}',
        'strl_finetune_{}_paper',
        'strl_scratch_{}',
        'stgcnpp_{}',
    )
    leaves = [k.format(s) for k in kinds for s in (*SETS, 'any')]
    # For the study, whose arms begin with scratch.
    assert LEAVES == sorted([*leaves, 'strl_scratch_any_paper'])


@pytest.mark.parametrize('leaf', LEAVES)
def test_a_leaf_is_four_bases_and_a_short_delta(leaf):
    tree = ast.parse((CONFIGS / f'{leaf}.py').read_text())
    first, *rest = tree.body
    assert first.targets[0].id == '_base_'
    bases = ast.literal_eval(first.value)
    if isinstance(bases, str):  # the same model with pre-trained weights
        assert bases == f'./{leaf.replace("finetune", "scratch")}.py'
    else:
        assert len(bases) == 4
    assert rest[-1].end_lineno - first.end_lineno <= 26


@pytest.mark.parametrize('leaf', LEAVES)
def test_config_says_what_every_tool_relies_on(leaf):
    cfg = parse(leaf)
    assert cfg.default_scope == 'mmaction'
    assert 'skeletonmae_plugin' in cfg.custom_imports.imports
    hooks = {hook['type'] for hook in cfg.custom_hooks}
    assert 'PlainCheckpointHook' in hooks
    assert ('CollapseMonitorHook' in hooks) == ('pretrain' in leaf)
    # Validation is the test: nothing may be chosen by it.
    assert cfg.val_dataloader == cfg.test_dataloader
    assert cfg.default_hooks.checkpoint.get('save_best') is None
    # inference_skeleton and the demos of MMAction2 take this name.
    (whole,) = cfg.test_pipeline
    tested = cfg.test_dataloader.dataset
    assert whole.steps == tested.pipeline
    assert whole.facts == {name: tested[name] for name in whole.facts}
    assert set(whole.facts) == {'layout', 'num_person', 'clip_len'}
    train = cfg.train_dataloader
    if cfg.auto_scale_lr.enable:  # by MMAction2's rule, to our batch
        assert leaf in kind('stgcnpp')
    else:
        assert cfg.auto_scale_lr.base_batch_size == train.batch_size
    assert get_layout(cfg.visualizer.layout).name == cfg.layout


@pytest.mark.parametrize('leaf', LEAVES)
def test_without_variables_the_data_set_names_what_is_missing(
    leaf, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    cfg = parse(leaf)
    for part in ('train', 'val', 'test'):
        dataset = cfg[f'{part}_dataloader'].dataset
        name = (
            'toy.pkl'
            if set_of(leaf) == 'toy'
            else (DATA_VARIABLES[set_of(leaf)])
        )
        with pytest.raises(FileNotFoundError, match=name):
            DATASETS.build(dataset)


@pytest.mark.parametrize('leaf', kind('strl_finetune'))
def test_only_the_start_of_training_needs_pretrained_weights(leaf):
    model = MODELS.build(parse(leaf).model)  # as a test does
    with pytest.raises(ValueError, match=f'{CHECKPOINT}=.*scratch'):
        model.init_weights()


@pytest.mark.parametrize(
    'variable, value, names, splits',
    [
        (
            'JHMDB_SPLIT',
            '3',
            kind('skeletonmae_pretrain_jhmdb')
            + ['strl_scratch_jhmdb', 'stgcnpp_jhmdb'],
            ('train3', 'test3'),
        ),
        (
            'SBU_FOLD',
            '5',
            kind('skeletonmae_pretrain_sbu')
            + ['strl_finetune_sbu_paper', 'stgcnpp_sbu'],
            ('train5', 'test5'),
        ),
        (
            'NTU60_SPLIT',
            'xview',
            kind('skeletonmae_pretrain_ntu60')
            + ['strl_finetune_ntu60', 'stgcnpp_ntu60'],
            ('xview_train', 'xview_val'),
        ),
    ],
)
def test_split_variable_reaches_training_validation_and_test(
    variable, value, names, splits
):
    for leaf in names:
        cfg = parse(leaf, **{variable: value})
        chosen = [
            cfg[f'{part}_dataloader'].dataset.split
            for part in ('train', 'val', 'test')
        ]
        assert chosen == [splits[0], splits[1], splits[1]]
        assert parse(leaf).train_dataloader.dataset.split != splits[0]


@pytest.mark.parametrize('name', (*SETS, 'any'))
def test_arms_of_a_set_get_the_same_number_of_updates(name):
    arms = [
        parse(leaf)
        for leaf in (
            f'strl_finetune_{name}',
            f'strl_scratch_{name}',
            f'stgcnpp_{name}',
        )
    ]
    assert len({cfg.train_cfg.max_epochs for cfg in arms}) == 1
    assert len({cfg.train_dataloader.batch_size for cfg in arms}) == 1


@pytest.mark.parametrize('leaf', kind('strl_finetune'))
def test_pretrained_weights_move_slowly(leaf):
    cfg = parse(leaf)
    cfg.model.backbone.init_cfg = None
    cfg.model.backbone.encoder.init_cfg = None
    model = MODELS.build(cfg.model)
    wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    rates = {
        id(parameter): group['lr']
        for group in wrapper.optimizer.param_groups
        for parameter in group['params']
    }
    full = cfg.optim_wrapper.optimizer.lr
    slow = dict(backbone=0.015 * full, cls_head=0.05 * full)
    for name, parameter in model.named_parameters():
        part = name.split('.')[0]
        expected = full if leaf.endswith('_paper') else slow[part]
        assert rates[id(parameter)] == pytest.approx(expected), name


@pytest.fixture(scope='module')
def pretrained(tmp_path_factory):
    """Function that gives an untrained checkpoint for a fine-tuning."""
    folder = tmp_path_factory.mktemp('pretrained')

    @cache
    def checkpoint(leaf: str) -> str:
        variables = ANY if set_of(leaf) == 'any' else {}
        leaf = leaf.replace('strl_finetune', 'skeletonmae_pretrain')
        torch.manual_seed(3)
        model = MODELS.build(parse(leaf, **variables).model)
        model.init_weights()
        path = folder / f'{leaf}.pth'
        torch.save(dict(state_dict=model.state_dict()), path)
        return str(path)

    return checkpoint


def small_loader(cfg: Config, part: str) -> dict:
    """A dataloader's config without workers, four clips a batch."""
    loader = cfg[f'{part}_dataloader']
    loader.update(batch_size=4, num_workers=0, persistent_workers=False)
    return Runner.build_dataloader(loader, seed=0)


def given(leaf: str, made_data: Callable) -> dict[str, str]:
    """The variables with which a config finds made data."""
    name = set_of(leaf)
    if name == 'any':
        return dict(ANY, SKELETONS=str(made_data('sbu')))
    return {DATA_VARIABLES[name]: str(made_data(name))}


@pytest.mark.parametrize('leaf', LEAVES)
def test_config_trains_and_predicts_on_made_data(
    leaf, made_data, pretrained, tmp_path
):
    variables = given(leaf, made_data)
    if leaf in kind('strl_finetune'):
        variables[CHECKPOINT] = pretrained(leaf)
    cfg = parse(leaf, **variables)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    before = {k: p.clone() for k, p in model.named_parameters()}
    wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    batch = next(iter(small_loader(cfg, 'train')))
    losses = model.train().train_step(batch, wrapper)
    assert torch.isfinite(losses['loss'])
    moved = [
        not torch.equal(before[k], p) for k, p in model.named_parameters()
    ]
    assert sum(moved) > len(moved) / 2

    loader = small_loader(cfg, 'test')
    evaluator = Evaluator(cfg.test_evaluator)
    with torch.no_grad():
        batch = next(iter(loader))
        samples = model.eval().test_step(batch)
    evaluator.process(data_samples=samples, data_batch=batch)
    metrics = evaluator.evaluate(len(samples))
    wanted = 'masked_error' if 'pretrain' in leaf else 'acc/top1'
    assert metrics[wanted] >= 0
    visualizer = VISUALIZERS.build(
        dict(cfg.visualizer, vis_backends=None, name=leaf)
    )
    clip = batch['inputs'][0]
    clip = clip[0] if clip.ndim == 5 else clip  # of a list of samples
    assert visualizer.draw('clip', clip, samples[0]).axes


@pytest.mark.parametrize(
    'leaf', [leaf for leaf in kind('st') if set_of(leaf) not in SETS_3D]
)
def test_test_pipeline_takes_what_a_pose_estimator_gives(leaf):
    """The dict that MMAction2's inference_skeleton makes, always of 2D."""
    cfg = parse(leaf)
    joints = get_layout(cfg.layout).num_joints
    rng = torch.Generator().manual_seed(0)
    keypoint = torch.rand(1, 9, joints, 2, generator=rng).numpy() + 1
    packed = Compose(cfg.test_pipeline)(
        dict(
            frame_dict='',
            label=-1,
            img_shape=(3, 3),
            origin_shape=(3, 3),
            start_index=0,
            modality='Pose',
            total_frames=9,
            keypoint=keypoint,
            keypoint_score=keypoint[..., 0],
        )
    )
    assert torch.isfinite(packed['inputs']).all()


def variables_read() -> list[tuple[Path, str]]:
    """What stands in the braces of a variable: 'NAME:default'."""
    return [
        (path, text)
        for path in CONFIGS.rglob('*.py')
        for text in re.findall(r"\{\{'?\$(.*?)'?\}\}", path.read_text())
    ]


def test_no_base_reads_a_variable_unguarded():
    """A variable without a default would stop the parsing itself."""
    for path, text in variables_read():
        assert re.fullmatch(r'\w+:\S+', text), path


def test_variables_are_those_that_the_tests_know():
    used = {text.split(':')[0] for _, text in variables_read()}
    assert used == set(ALL_VARIABLES)
