"""Every shipped config: parsed, built and stepped on made data."""

import ast
import pickle
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from itertools import islice
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
from torch.utils.data import DataLoader

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.zoo.leaves import KINDS, leaf_text

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
LEAVES = sorted(path.stem for path in CONFIGS.glob('*.py'))
# Those of the paper have clips that are odd, and so have their miniatures.
PAPER_SETS = (
    'ntu60',
    'ntu60_3d',
    'ntu120',
    'ntu120_3d',
    'finegym',
    'diving48',
)
SETS = (*PAPER_SETS, 'jhmdb', 'nwucla', 'routine16', 'sbu', 'toy')
SETS_3D = ('nwucla', 'sbu', 'ntu60_3d', 'ntu120_3d')
# As ntu60 and ntu60_3d; a picture takes longer than a training step.
DRAWN_ALIKE = ('ntu120', 'ntu120_3d', 'finegym', 'diving48')
DATA_VARIABLES = dict(
    any='SKELETONS',
    diving48='DIVING48_2D',
    finegym='FINEGYM_2D',
    jhmdb='JHMDB_2D',
    ntu120='NTU120_2D',
    ntu120_3d='NTU120_3D',
    ntu60='NTU60_2D',
    ntu60_3d='NTU60_3D',
    nwucla='NWUCLA_3D',
    routine16='ROUTINE16_2D',
    sbu='SBU_3D',
    toy='TOY_2D',
)
CHECKPOINT = 'SKELETONMAE_CHECKPOINT'
SPLIT_VARIABLES = ('JHMDB_SPLIT', 'NTU60_SPLIT', 'NTU120_SPLIT', 'SBU_FOLD')
STREAM = 'SKELETON_STREAM'
ANY_VARIABLES = (
    'SKELETONS_LAYOUT',
    'SKELETONS_IN_CHANNELS',
    'SKELETONS_NUM_CLASSES',
    'SKELETONS_NUM_PERSON',
    'SKELETONS_CLIP_LEN',
    'SKELETONS_UP',
    'SKELETONS_TRAIN',
    'SKELETONS_TEST',
)
ALL_VARIABLES = (
    *DATA_VARIABLES.values(),
    *SPLIT_VARIABLES,
    *ANY_VARIABLES,
    CHECKPOINT,
    STREAM,
)
# What a user says of a file; here it is SBU's, with numbers of its own.
ANY = dict(
    SKELETONS_LAYOUT='sbu15',
    SKELETONS_IN_CHANNELS='3',
    SKELETONS_NUM_CLASSES='8',
    SKELETONS_NUM_PERSON='2',
    SKELETONS_CLIP_LEN='16',
    SKELETONS_UP='z',
    SKELETONS_TRAIN='train2',
    SKELETONS_TEST='test2',
)


def set_of(leaf: str) -> str:
    """The data set in a config's name."""
    name = re.fullmatch(
        r'(skeletonmae_pretrain|strl_finetune|strl_scratch|stgcnpp)_(.+?)'
        r'(_paper)?',
        leaf,
    )
    return name[2]


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
    return deepcopy(_parse(leaf, tuple(sorted(variables.items()))))


@pytest.fixture(autouse=True)
def scope() -> None:
    init_default_scope('mmaction')


def test_every_set_has_every_config():
    leaves = [k.format(s) for k in KINDS for s in (*SETS, 'any')]
    # For the study, whose arms begin with scratch.
    assert LEAVES == sorted([*leaves, 'strl_scratch_any_paper'])


@pytest.mark.parametrize('kind', KINDS)
def test_leaves_of_sets_differ_in_the_name_alone(kind):
    for name in SETS:
        text = (CONFIGS / f'{kind.format(name)}.py').read_text()
        assert text == leaf_text(kind, name, CONFIGS), name


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
    # In default_hooks, for custom_hooks of a user's replace those of a base.
    assert not cfg.get('custom_hooks')
    hooks = {hook['type'] for hook in cfg.default_hooks.values()}
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
    # Which way is up is asked of a user's own file alone.
    up = {'up'} if set_of(leaf) == 'any' else set()
    assert set(whole.facts) == {'layout', 'num_person', 'clip_len'} | up
    assert whole.facts.get('up') == tested.get('up')
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
            + ['strl_finetune_ntu60', 'stgcnpp_ntu60', 'stgcnpp_ntu60_3d'],
            ('xview_train', 'xview_val'),
        ),
        (
            'NTU120_SPLIT',
            'xset',
            kind('skeletonmae_pretrain_ntu120')
            + ['strl_finetune_ntu120', 'stgcnpp_ntu120', 'stgcnpp_ntu120_3d'],
            ('xset_train', 'xset_val'),
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


@pytest.mark.parametrize(
    'leaf',
    [leaf for leaf in kind('strl_finetune') if not leaf.endswith('_paper')],
)
def test_pretrained_weights_move_as_fast_as_from_scratch(leaf):
    cfg = parse(leaf)
    scratch = parse(leaf.replace('finetune', 'scratch'))
    assert cfg.optim_wrapper == scratch.optim_wrapper
    assert cfg.param_scheduler == scratch.param_scheduler


@pytest.fixture(scope='module')
def pretrained(tmp_path_factory):
    """Function that gives an untrained checkpoint for a fine-tuning."""
    folder = tmp_path_factory.mktemp('pretrained')

    @cache
    def checkpoint(leaf: str, **chosen: str) -> str:
        variables = {**(ANY if set_of(leaf) == 'any' else {}), **chosen}
        leaf = leaf.replace('strl_finetune', 'skeletonmae_pretrain')
        torch.manual_seed(3)
        model = MODELS.build(parse(leaf, **variables).model)
        model.init_weights()
        path = folder / f'{"".join([leaf, *chosen.values()])}.pth'
        torch.save(dict(state_dict=model.state_dict()), path)
        return str(path)

    return checkpoint


def small_loader(cfg: Config, part: str) -> DataLoader:
    """A data loader without workers, four clips a batch."""
    loader = cfg[f'{part}_dataloader']
    loader.update(batch_size=4, num_workers=0, persistent_workers=False)
    if cfg.model.type == 'RecognizerGCN':  # it takes any number of frames
        loader.dataset.clip_len = 16
    return Runner.build_dataloader(loader, seed=0)


def take_odd_clips(cfg: Config) -> None:
    """In training and test: one frame, nobody, a crowd, no scores; others."""
    for part in ('train', 'test'):
        loader = cfg[f'{part}_dataloader']
        loader.dataset.update(split=None, indices=list(range(4, 10)))
        if part == 'train':
            loader.sampler.min_clips = None


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
    if set_of(leaf) in PAPER_SETS:
        take_odd_clips(cfg)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    before = {k: p.clone() for k, p in model.named_parameters()}
    wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    for batch in islice(small_loader(cfg, 'train'), 2):
        losses = model.train().train_step(batch, wrapper)
        assert torch.isfinite(losses['loss'])
    moved = [
        not torch.equal(before[k], p) for k, p in model.named_parameters()
    ]
    assert sum(moved) > len(moved) / 2

    loader = small_loader(cfg, 'test')
    evaluator = Evaluator(cfg.test_evaluator)
    model.eval()
    for batch in islice(loader, 2):
        with torch.no_grad():
            samples = model.test_step(batch)
        evaluator.process(data_samples=samples, data_batch=batch)
    metrics = evaluator.evaluate(min(len(loader.dataset), 8))
    wanted = 'masked_error' if 'pretrain' in leaf else 'acc/top1'
    assert metrics[wanted] >= 0
    assert ('acc/mean1' in metrics) == ('pretrain' not in leaf)
    if set_of(leaf) in DRAWN_ALIKE:
        return
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


@pytest.mark.parametrize(
    'name, variable, value, splits',
    [
        ('ntu60', 'NTU60_SPLIT', 'xsub', ('xsub_train', 'xsub_val')),
        ('ntu60_3d', 'NTU60_SPLIT', 'xview', ('xview_train', 'xview_val')),
        ('ntu120', 'NTU120_SPLIT', 'xset', ('xset_train', 'xset_val')),
        ('ntu120_3d', 'NTU120_SPLIT', 'xsub', ('xsub_train', 'xsub_val')),
        ('finegym', None, None, ('train', 'val')),
        ('diving48', None, None, ('train', 'test')),
    ],
)
def test_splits_are_those_of_the_file(
    made_data, name, variable, value, splits
):
    chosen = {variable: value} if variable else {}
    cfg = parse(
        f'strl_scratch_{name}',
        **{DATA_VARIABLES[name]: str(made_data(name))},
        **chosen,
    )
    with open(made_data(name), 'rb') as file:
        content = pickle.load(file)
    for part, split in zip(('train', 'test'), splits, strict=True):
        dataset = DATASETS.build(cfg[f'{part}_dataloader'].dataset)
        names = {
            dataset.get_data_info(i)['frame_dir'] for i in range(len(dataset))
        }
        assert names == set(content['split'][split])


@pytest.mark.parametrize('stream', ['j', 'b', 'jm', 'bm'])
@pytest.mark.parametrize(
    'leaf', ['skeletonmae_pretrain_sbu', 'strl_finetune_sbu_paper']
)
def test_a_model_is_fed_with_the_stream_that_is_asked_for(leaf, stream):
    cfg = parse(leaf, **{STREAM: stream})
    embedding = MODELS.build(cfg.model.backbone).embedding
    x = torch.randn(1, 8, 15, 3)
    with torch.no_grad():
        still, shifted, turned = (
            embedding.embed(clip)
            for clip in (x, x + 1, x + torch.randn(1, 1, 15, 3))
        )
    # Where the body is tells joints alone, how it is held bones as well.
    assert torch.allclose(still, shifted, atol=1e-5) == (stream != 'j')
    motion = stream in ('jm', 'bm')
    assert torch.allclose(still, turned, atol=1e-4) == motion


def test_the_stock_network_is_fed_with_it_too(made_data):
    data = {DATA_VARIABLES['sbu']: str(made_data('sbu'))}
    joints, bones = (
        DATASETS.build(
            parse('stgcnpp_sbu', **data, **chosen).test_dataloader.dataset
        )[0]['inputs']
        for chosen in ({}, {STREAM: 'b'})
    )
    parents = list(get_layout('sbu15').parents)
    expected = joints - joints[..., parents, :]
    assert bones.abs().sum() > 0
    torch.testing.assert_close(bones, expected, rtol=0, atol=1e-5)


def test_one_stream_is_pretrained_and_fine_tuned(made_data, pretrained):
    variables = {
        DATA_VARIABLES['sbu']: str(made_data('sbu')),
        CHECKPOINT: pretrained('strl_finetune_sbu', **{STREAM: 'bm'}),
        STREAM: 'bm',
    }
    cfg = parse('strl_finetune_sbu', **variables)
    model = MODELS.build(cfg.model)
    model.init_weights()
    wrapper = build_optim_wrapper(model, cfg.optim_wrapper)
    batch = next(iter(small_loader(cfg, 'train')))
    losses = model.train().train_step(batch, wrapper)
    assert torch.isfinite(losses['loss'])
    # Weights of all streams at once do not fit.
    variables[CHECKPOINT] = pretrained('strl_finetune_sbu')
    model = MODELS.build(parse('strl_finetune_sbu', **variables).model)
    with pytest.raises(ValueError, match='embedding.linear.weight'):
        model.init_weights()


def test_another_stream_is_refused():
    cfg = parse('strl_scratch_toy', **{STREAM: 'joints'})
    with pytest.raises(ValueError, match="streams must be .*'joints'"):
        MODELS.build(cfg.model)
    cfg = parse('stgcnpp_toy', **{STREAM: 'joints'})
    with pytest.raises(ValueError, match="stream must be .*'joints'"):
        Compose(cfg.test_pipeline)


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
