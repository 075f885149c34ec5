"""Whole runs: pre-train, plug in, fine-tune, test, on made data.

MMAction2's own command-line tools run in this process, so that a start costs
no second. tests/test_mim.py starts some of them the way that users do.
"""

import json
import multiprocessing
import os
import pickle
import re
import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import torch
from matplotlib.image import imread
from mmaction.apis import inference_skeleton, init_recognizer
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch.serialization import get_unsafe_globals_in_checkpoint

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.stock_tools import run_stock_tool

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
DATA = dict(nwucla='NWUCLA_3D', toy='TOY_2D', sbu='SBU_3D')
# Made data are small: a few short epochs, a checkpoint after each.
SMALL = dict(
    {f'{part}_dataloader.num_workers': 0 for part in ('train', 'val', 'test')},
    **{
        f'{part}_dataloader.persistent_workers': False
        for part in ('train', 'val', 'test')
    },
    **{
        'train_dataloader.batch_size': 8,
        'train_dataloader.sampler.min_clips': None,
        'train_cfg.max_epochs': 2,
        'train_cfg.val_interval': 2,
        'default_hooks.checkpoint.interval': 1,
        'default_hooks.checkpoint.max_keep_ckpts': -1,
        'default_hooks.logger.interval': 1,
    },
)
WATCH = {'default_hooks.collapse.interval': 1}  # the collapse monitor
SMALL_TEST = {k: v for k, v in SMALL.items() if k.startswith('test_')}
TWO_WORKERS = {
    'train_dataloader.num_workers': 2,
    'train_dataloader.persistent_workers': True,
}


@pytest.fixture(scope='module')
def tool(made_data) -> Callable:
    """Function that runs train.py or test.py and gives its runner.

    Data come from the environment, as for a user; the options are those of
    the command line.
    """

    def run(
        name: str,
        config: str | Path,
        *words: object,
        options: dict | None = None,
        checkpoint: object = None,
        without: tuple[str, ...] = (),
    ) -> Runner:
        made: list[Runner] = []
        build = Runner.from_cfg

        def from_cfg(cfg: dict) -> Runner:
            # MMEngine tells runs apart by the second of their start.
            cfg.experiment_name = uuid4().hex
            made.append(build(cfg))
            return made[0]

        if isinstance(config, str):
            config = CONFIGS / f'{config}.py'
        small = SMALL if name == 'train' else SMALL_TEST
        small = {k: v for k, v in small.items() if k not in without}
        pairs = [f'{k}={v}' for k, v in {**small, **(options or {})}.items()]
        argv = [name, config, *words, '--cfg-options', *pairs]
        with pytest.MonkeyPatch.context() as patch:
            for set_name, variable in DATA.items():
                patch.setenv(variable, str(made_data(set_name)))
            patch.delenv('SKELETONMAE_CHECKPOINT', raising=False)
            if checkpoint is not None:
                patch.setenv('SKELETONMAE_CHECKPOINT', str(checkpoint))
            patch.setattr(Runner, 'from_cfg', from_cfg)
            patch.setattr(sys, 'argv', [str(word) for word in argv])
            run_stock_tool(name)
        stop_workers(made[0])
        return made[0]

    return run


def stop_workers(runner: Runner) -> None:
    """Let them go now: a collected runner waits five seconds for each."""
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        loader = getattr(loop, 'dataloader', None)
        iterator = getattr(loader, '_iterator', None)
        if iterator is not None:
            iterator._shutdown_workers()


@pytest.fixture(scope='module')
def pretrained(tool, tmp_path_factory) -> Callable:
    """Function that gives the checkpoint of a set's pre-training."""

    @cache
    def run(name: str) -> Path:
        folder = tmp_path_factory.mktemp(f'pretrained_{name}')
        config = f'skeletonmae_pretrain_{name}'
        words = ('--work-dir', folder, '--seed', 1)
        tool('train', config, *words, options=WATCH)
        return folder / 'epoch_2.pth'

    return run


@pytest.fixture(scope='module')
def finetuned(tool, pretrained, tmp_path_factory) -> Callable:
    """Function that gives the checkpoint of a set's fine-tuning."""

    @cache
    def run(name: str) -> Path:
        folder = tmp_path_factory.mktemp(f'finetuned_{name}')
        config = f'strl_finetune_{name}'
        words = ('--work-dir', folder, '--seed', 1)
        tool('train', config, *words, checkpoint=pretrained(name))
        return folder / 'epoch_2.pth'

    return run


def child_config(folder: Path, base: str, text: str) -> Path:
    """Write a user's own config on top of a shipped one."""
    path = folder / f'{base}_{uuid4().hex[:6]}.py'
    path.write_text(f'_base_ = {str(CONFIGS / base) + ".py"!r}\n{text}\n')
    return path


def weights(path: Path, key: str = 'state_dict') -> dict:
    return torch.load(path, weights_only=True)[key]


def assert_equal(first: object, second: object, where: str = '') -> None:
    """Nested training states are equal, bit by bit."""
    assert type(first) is type(second), where
    if isinstance(first, torch.Tensor):
        assert torch.equal(first, second), where
    elif isinstance(first, dict):
        assert first.keys() == second.keys(), where
        for key in first:
            assert_equal(first[key], second[key], f'{where}/{key}')
    elif isinstance(first, (list, tuple)):
        assert len(first) == len(second), where
        for i, pair in enumerate(zip(first, second, strict=True)):
            assert_equal(*pair, f'{where}/{i}')
    else:
        assert first == second, where


def results(folder: Path) -> dict:
    """The numbers that a test has written."""
    (path,) = folder.glob('*/*.json')
    return json.loads(path.read_text())


def train_log(folder: Path) -> list[dict]:
    """The lines of a training's log that have a loss."""
    lines = [
        json.loads(line)
        for path in sorted(folder.glob('*/vis_data/scalars.json'))
        for line in path.read_text().splitlines()
    ]
    return [line for line in lines if 'loss' in line]


# ------------------------------------------------- from masks to recognition


def test_pretraining_leaves_a_plain_checkpoint_and_a_log(pretrained):
    path = pretrained('nwucla')
    assert get_unsafe_globals_in_checkpoint(path) == []
    joints = weights(path, 'meta')['dataset_meta']['joints']
    assert tuple(joints) == get_layout('kinect20').joints
    log = train_log(path.parent)
    assert len(log) >= 4
    assert all(np.isfinite(line['loss']) for line in log)
    watched = [line['latent_effective_rank'] for line in log]
    assert all(1 <= rank <= 64 for rank in watched)
    assert list(path.parent.glob('*/vis_data/events.out.tfevents*'))
    validated = path.parent.glob('*/vis_data/scalars.json')
    assert any('masked_error' in file.read_text() for file in validated)


def test_testing_a_pretraining_compares_it_with_the_baselines(
    tool, pretrained, tmp_path
):
    config = 'skeletonmae_pretrain_nwucla'
    tool('test', config, pretrained('nwucla'), '--work-dir', tmp_path)
    numbers = results(tmp_path)
    for name in ('masked_error', 'mean_pose_error', 'interpolation_error'):
        assert numbers[name] > 0
        assert numbers[f'{name}/left_arm'] > 0
    assert numbers['ratio_to_mean_pose'] == pytest.approx(
        numbers['masked_error'] / numbers['mean_pose_error']
    )
    assert numbers['masked_error_data_units'] > 0  # metres


@HOOKS.register_module(force=True)
class KeepWeights(Hook):
    """Keeps the model's weights as they are when training begins."""

    kept: dict

    def before_train(self, runner: Runner) -> None:
        state = runner.model.state_dict()
        type(self).kept = {k: v.clone() for k, v in state.items()}


def kept_and_learned(tool, folder, name, checkpoint) -> tuple[dict, dict]:
    """Weights at the beginning and at the end of a fine-tuning."""
    hooks = "custom_hooks = [dict(type='KeepWeights')]"
    config = child_config(folder, f'strl_finetune_{name}', hooks)
    words = ('--work-dir', folder / 'work')
    tool('train', config, *words, checkpoint=checkpoint)
    return KeepWeights.kept, weights(folder / 'work' / 'epoch_2.pth')


def test_strl_arrives_bit_by_bit_then_learns(tool, pretrained, tmp_path):
    path = pretrained('nwucla')
    start, end = kept_and_learned(tool, tmp_path, 'nwucla', path)
    source = weights(path)
    ours = {key for key in start if key.startswith('backbone.')}
    assert ours == {key for key in source if key.startswith('backbone.')}
    for key in ours:
        assert torch.equal(start[key], source[key]), key
        if 'mask_token' not in key and source[key].is_floating_point():
            assert not torch.equal(start[key], end[key]), key


def test_encoder_of_the_paper_arrives_in_every_layer(
    tool, pretrained, tmp_path
):
    path = pretrained('sbu_paper')
    start, end = kept_and_learned(tool, tmp_path, 'sbu_paper', path)
    source = weights(path)
    arrived = 0
    for key, value in start.items():
        part = key.removeprefix('backbone.')
        if part.startswith('layers.') and '.encoders.' in part:
            part = 'encoder.' + part.split('.encoders.', 1)[1].split('.', 1)[1]
        elif not part.startswith('embedding.'):
            continue
        assert torch.equal(value, source[f'backbone.{part}']), key
        arrived += 1
        if 'mask_token' not in key and value.is_floating_point():
            assert not torch.equal(value, end[key]), key
    expected = [key for key in source if key.startswith('backbone.enc')]
    embedding = [key for key in source if key.startswith('backbone.emb')]
    # Two persons in each of three layers.
    assert arrived == 6 * len(expected) + len(embedding)


def test_finetuned_model_is_tested_without_the_pretrained_file(
    tool, finetuned, tmp_path
):
    path = finetuned('nwucla')
    assert get_unsafe_globals_in_checkpoint(path) == []
    config = 'strl_finetune_nwucla'
    tool('test', config, path, '--work-dir', tmp_path)
    assert 0 <= results(tmp_path)['acc/top1'] <= 1
    assert 'acc/mean1' in results(tmp_path)


def test_unlabelled_clips_pretrain(tool, made_data, tmp_path, pretrained):
    data = pickle.loads(made_data('nwucla').read_bytes())
    for clip in data['annotations']:
        del clip['label']
    path = tmp_path / 'unlabelled.pkl'
    path.write_bytes(pickle.dumps(data))
    options = {
        f'{part}_dataloader.dataset.ann_file': path
        for part in ('train', 'val')
    }
    config = 'skeletonmae_pretrain_nwucla'
    words = ('--work-dir', tmp_path, '--seed', 1)
    tool('train', config, *words, options=options)
    # A label plays no part.
    labelled = weights(pretrained('nwucla'))
    assert_equal(weights(tmp_path / 'epoch_2.pth'), labelled)


def test_few_labels_finetune(tool, pretrained, tmp_path):
    chosen = tmp_path / 'chosen.json'
    options = {
        'train_dataloader.dataset.labels_per_class': 1,
        'train_dataloader.dataset.subset_file': chosen,
        'train_cfg.max_epochs': 1,
    }
    runner = tool(
        'train',
        'strl_finetune_nwucla',
        '--work-dir',
        tmp_path,
        options=options,
        checkpoint=pretrained('nwucla'),
    )
    dataset = runner.train_dataloader.dataset
    labels = [dataset.get_data_info(i)['label'] for i in range(len(dataset))]
    assert len(labels) == len(set(labels)) > 1
    assert len(json.loads(chosen.read_text())) == len(labels)


def test_frozen_encoder_stays_as_it_came(tool, pretrained, tmp_path):
    options = {'model.backbone.frozen_encoder': True}
    config = 'strl_finetune_sbu_paper'
    source = pretrained('sbu_paper')
    words = ('--work-dir', tmp_path)
    tool('train', config, *words, options=options, checkpoint=source)
    state, theirs = weights(tmp_path / 'epoch_2.pth'), weights(source)
    for key, value in theirs.items():
        if key.startswith('backbone.encoder.'):
            name = key.removeprefix('backbone.encoder.')
            ours = state[f'backbone.layers.1.encoders.0.{name}']
            assert torch.equal(ours, value), key


# --------------------------------------------------------- the same again


@pytest.mark.parametrize(
    'config',
    [
        'skeletonmae_pretrain_nwucla',
        pytest.param('strl_scratch_nwucla', marks=pytest.mark.slow),
    ],
)
def test_workers_change_no_weight(tool, tmp_path, config):
    runs = dict(none={}, two=TWO_WORKERS)
    for name, options in runs.items():
        words = ('--work-dir', tmp_path / name, '--seed', 3)
        tool('train', config, *words, options=options)
    states = [torch.load(tmp_path / name / 'epoch_2.pth') for name in runs]
    for key in ('state_dict', 'optimizer'):
        assert_equal(states[0][key], states[1][key])


def test_another_seed_gives_other_weights(tool, pretrained, tmp_path):
    options = {'train_cfg.max_epochs': 1}
    config = 'skeletonmae_pretrain_nwucla'
    words = ('--work-dir', tmp_path, '--seed', 2)
    tool('train', config, *words, options=options)
    ours = weights(tmp_path / 'epoch_1.pth')
    theirs = weights(pretrained('nwucla').with_name('epoch_1.pth'))
    key = 'backbone.embedding.linear.weight'
    assert not torch.equal(ours[key], theirs[key])


@HOOKS.register_module(force=True)
class KillInSecondEpoch(Hook):
    """The machine goes down in the middle of an epoch."""

    def after_train_iter(self, runner: Runner, *args: object, **kw) -> None:
        if runner.epoch == 1:
            os.kill(os.getpid(), signal.SIGKILL)


EMA = "dict(type='EMAHook', momentum=0.1)"
HOOK_LIST = 'custom_hooks = [{}]'


TEACHER = """
model = dict(
    target=dict(_delete_=True, type='EMATarget'),
    neck=dict(out_channels=64, time_stride=1))
"""


@pytest.mark.parametrize(
    'base, more',
    [
        ('skeletonmae_pretrain_nwucla', ''),
        pytest.param('strl_finetune_nwucla', '', marks=pytest.mark.slow),
        pytest.param(
            'skeletonmae_pretrain_nwucla', TEACHER, marks=pytest.mark.slow
        ),
        pytest.param('strl_finetune_sbu_paper', '', marks=pytest.mark.slow),
    ],
    ids=['pretraining', 'fine-tuning', 'teacher', 'two encoders'],
)
def test_killed_and_resumed_equals_uninterrupted(
    tool, pretrained, tmp_path, base, more
):
    """With augmentation, workers and a moving average of the weights."""
    source = pretrained(base.split('_', 2)[2])
    whole = child_config(tmp_path, base, HOOK_LIST.format(EMA) + more)
    killer = f'{EMA}, dict(type="KillInSecondEpoch")'
    killed = child_config(tmp_path, base, HOOK_LIST.format(killer) + more)

    def train(config: Path, folder: str, *words: object) -> Runner:
        words = ('--work-dir', tmp_path / folder, *words)
        options = {**TWO_WORKERS, 'train_cfg.max_epochs': 3}
        return tool(
            'train', config, *words, options=options, checkpoint=source
        )

    train(whole, 'whole', '--seed', 4)
    # A child of this process: what has been imported need not be again.
    child = multiprocessing.get_context('fork').Process(
        target=train, args=(killed, 'cut', '--seed', 4)
    )
    child.start()
    child.join(100)
    assert child.exitcode == -signal.SIGKILL
    assert not (tmp_path / 'cut' / 'epoch_2.pth').exists()
    runner = train(whole, 'cut', '--resume')
    assert runner.epoch == 3
    states = [
        torch.load(tmp_path / folder / 'epoch_3.pth')
        for folder in ('whole', 'cut')
    ]
    for key in ('state_dict', 'ema_state_dict', 'optimizer'):
        assert_equal(states[0][key], states[1][key], key)
    assert not torch.equal(
        *(
            torch.stack([v.double().sum() for v in states[0][key].values()])
            for key in ('state_dict', 'ema_state_dict')
        )
    )  # the average is not what it averages


# --------------------------------------------------- MMAction2's own parts


def test_stock_sampler_average_and_metric(tool, tmp_path):
    text = (
        HOOK_LIST.format(EMA)
        + '\n'
        + (
            "stock = dict(type='DefaultSampler', shuffle=True)\n"
            'train_dataloader = dict(sampler=dict(_delete_=True, **stock))\n'
            "test_evaluator = [dict(type='AccMetric'), "
            "dict(type='ConfusionMatrix')]\n"
        )
    )
    config = child_config(tmp_path, 'strl_scratch_toy', text)
    runner = tool(
        'train',
        config,
        *('--work-dir', tmp_path / 'work'),
        without=('train_dataloader.sampler.min_clips',),  # of our sampler
    )
    names = {type(hook).__name__ for hook in runner.hooks}
    assert {'EMAHook', 'SyncBuffersHook'} <= names
    assert type(runner.train_dataloader.sampler).__name__ == 'DefaultSampler'
    path = tmp_path / 'work' / 'epoch_2.pth'
    runner = tool('test', config, path, '--work-dir', tmp_path / 'test')
    matrix = runner.test_evaluator.metrics[1]
    assert type(matrix).__name__ == 'ConfusionMatrix'
    assert 'acc/top1' in results(tmp_path / 'test')


@pytest.mark.parametrize('kind', ['strl_finetune', 'skeletonmae_pretrain'])
def test_ten_clips_of_every_test_clip(
    tool, pretrained, finetuned, tmp_path, kind
):
    path = (finetuned if kind == 'strl_finetune' else pretrained)('nwucla')
    config = f'{kind}_nwucla'
    options = {'test_dataloader.dataset.pipeline.2.num_clips': 10}
    words = (path, '--work-dir', tmp_path, '--dump', tmp_path / 'dump.pkl')
    runner = tool('test', config, *words, options=options)
    first = runner.test_dataloader.dataset[0]
    assert first['inputs'].shape[0] == 10
    samples = pickle.loads((tmp_path / 'dump.pkl').read_bytes())
    assert len(samples) == len(runner.test_dataloader.dataset)
    if kind == 'strl_finetune':
        scores = torch.stack([sample['pred_score'] for sample in samples])
        assert scores.shape[1] == 10  # classes; the clips have been averaged
        torch.testing.assert_close(scores.sum(1), torch.ones(len(scores)))


def test_learning_rate_follows_the_batch(tool, tmp_path):
    options = {'train_cfg.max_epochs': 1}
    config = 'strl_scratch_nwucla'
    words = ('--work-dir', tmp_path, '--auto-scale-lr')
    runner = tool('train', config, *words, options=options)
    groups = runner.optim_wrapper.optimizer.param_groups
    assert {g['initial_lr'] for g in groups} == {2e-3 * 8 / 32}


@pytest.mark.parametrize(
    'config', ['skeletonmae_pretrain_toy', 'strl_scratch_toy', 'stgcnpp_toy']
)
def test_mixed_precision_on_a_cpu(tool, tmp_path, config):
    options = {'train_cfg.max_epochs': 1, 'train_cfg.val_interval': 1}
    if 'pretrain' in config:
        options.update(WATCH)
    words = ('--work-dir', tmp_path, '--amp')
    runner = tool('train', config, *words, options=options)
    assert runner.optim_wrapper.cast_dtype == torch.bfloat16
    assert all(np.isfinite(line['loss']) for line in train_log(tmp_path))
    state = weights(tmp_path / 'epoch_1.pth')
    kinds = {v.dtype for v in state.values() if v.is_floating_point()}
    assert kinds == {torch.float32}


@pytest.mark.parametrize(
    'kind',
    [
        'strl_finetune',
        pytest.param('skeletonmae_pretrain', marks=pytest.mark.slow),
    ],
)
def test_pictures_are_drawn(tool, pretrained, finetuned, tmp_path, kind):
    path = (finetuned if kind == 'strl_finetune' else pretrained)('sbu')
    check_pictures(tool, f'{kind}_sbu', path, tmp_path)


@pytest.mark.slow
def test_pictures_of_a_stock_model_are_drawn(tool, tmp_path):
    options = {'train_cfg.max_epochs': 1}
    words = ('--work-dir', tmp_path / 'work')
    tool('train', 'stgcnpp_toy', *words, options=options)
    path = tmp_path / 'work' / 'epoch_1.pth'
    check_pictures(tool, 'stgcnpp_toy', path, tmp_path)


def check_pictures(
    tool: Callable, config: str, path: Path, tmp_path: Path
) -> None:
    """Half of the test's clips are drawn, each in several colours."""
    show = tmp_path / 'show'
    words = (path, '--work-dir', tmp_path, '--show-dir', show)
    runner = tool('test', config, *words, '--interval', 2)
    pictures = list(show.rglob('*.png'))
    assert len(pictures) == -(-len(runner.test_dataloader.dataset) // 2)
    for picture in pictures:
        pixels = imread(picture)[..., :3].reshape(-1, 3)
        colours = np.unique((pixels * 15).round(), axis=0)
        assert len(colours) > 5


@pytest.mark.parametrize(
    'persons', [1, 2, pytest.param(3, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize('kind', ['strl_finetune', 'stgcnpp'])
def test_stock_inference_on_poses(finetuned, kind, persons):
    path = str(finetuned('toy')) if kind == 'strl_finetune' else None
    config = str(CONFIGS / f'{kind}_toy.py')
    model = init_recognizer(config, path, device='cpu')
    rng = np.random.default_rng(0)
    poses = [
        dict(
            keypoints=rng.uniform(100, 400, (persons, 17, 2)),
            keypoint_scores=rng.uniform(0.5, 1, (persons, 17)),
        )
        for _ in range(20)
    ]
    # Somebody leaves: MMAction2 fills up with zeros.
    poses[3] = {key: value[:1] for key, value in poses[3].items()}
    sample = inference_skeleton(model, poses, (480, 640))
    assert sample.pred_score.shape == (12,)
    assert sample.pred_score.sum() == pytest.approx(1, abs=1e-5)
    again = inference_skeleton(model, poses, (480, 640))
    assert sample.pred_score.isfinite().all()
    assert torch.equal(sample.pred_score, again.pred_score)


def test_one_clip_is_recognised_as_the_page_says(
    finetuned, made_data, monkeypatch, capsys
):
    monkeypatch.chdir(CONFIGS.parent)
    page = (CONFIGS.parent / 'docs' / 'recognise.md').read_text()
    (code,) = re.findall(r'```python\n(.*?)```', page, re.S)
    for printed, path in (
        ('work_dirs/strl_finetune_toy/epoch_20.pth', finetuned('toy')),
        ('data/toy.pkl', made_data('toy')),
    ):
        assert printed in code
        code = code.replace(printed, str(path))
    exec(compile(code, 'recognise.md', 'exec'), {})
    label, probability = capsys.readouterr().out.split()[-2:]
    assert 0 <= int(label) < 12
    assert 1 / 12 <= float(probability) <= 1
