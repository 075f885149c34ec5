"""Scores of a test reach a file by the names of the clips."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.runner import Runner

from skeletonmae_plugin.engine import ScoreDumpHook
from skeletonmae_plugin.engine.hooks import score_dump_hook
from skeletonmae_plugin.evaluation.probe_report import load_model
from skeletonmae_plugin.evaluation.score_dump import read_scores

ROOT = Path(__file__).resolve().parents[3]
#: Our encoder in MMAction2's recognizer, fed by MMAction2's preprocessor.
ENCODER = dict(
    type='RecognizerGCN',
    backbone=dict(type='SkeletonMAE', layout='coco', in_channels=2),
    cls_head=dict(type='GCNHead', num_classes=12, in_channels=64),
)


#: Of a config, what a test needs: MMEngine formats all that there is.
NEEDED = ('model', 'test_dataloader', 'test_evaluator', 'test_cfg')


@pytest.fixture
def test_of(made_data, tmp_path):
    """Function that tests a config with random weights and a dump."""

    def run(name, change=None):
        path = ROOT / 'configs' / f'{name}.py'
        whole = Config.fromfile(path)
        cfg = Config({key: whole[key] for key in NEEDED}, filename=str(path))
        cfg.test_dataloader.update(
            batch_size=3, num_workers=0, persistent_workers=False
        )
        cfg.test_dataloader.dataset.ann_file = str(made_data('toy'))
        cfg.merge_from_dict(change or {})
        cfg.default_scope = 'mmaction'
        cfg.work_dir = str(tmp_path)
        cfg.experiment_name = tmp_path.name
        cfg.default_hooks = dict(
            scores=dict(
                type='ScoreDumpHook', out_file=str(tmp_path / 'scores.npz')
            )
        )
        torch.manual_seed(0)
        model = load_model(cfg, 'none').eval()
        cfg.load_from = str(tmp_path / 'weights.pth')
        torch.save(model.state_dict(), cfg.load_from)
        runner = Runner.from_cfg(cfg)
        metrics = runner.test()
        return runner, model, metrics, read_scores(tmp_path / 'scores.npz')

    return run


PACK = {'test_dataloader.dataset.pipeline.4.keys': ()}


@pytest.mark.parametrize(
    ('name', 'change'),
    [
        ('strl_scratch_toy', {}),
        ('stgcnpp_toy', {}),
        ('strl_scratch_toy', {**PACK, 'model': {'_delete_': True, **ENCODER}}),
    ],
    ids=['ours', 'stock', 'ours in stock'],
)
def test_it_holds_what_the_model_says_of_each_clip(test_of, name, change):
    runner, model, metrics, found = test_of(name, change)
    dataset = runner.test_dataloader.dataset
    assert len(found) == len(dataset) == 8
    for i in range(len(dataset)):
        packed = pseudo_collate([dataset[i]])
        with torch.no_grad():
            (sample,) = model.test_step(packed)
        at = found.ids.tolist().index(sample.frame_dir)
        assert found.labels[at] == int(sample.gt_label)
        np.testing.assert_allclose(
            found.values[at], sample.pred_score, rtol=1e-4, atol=1e-5
        )
    right = found.values.argmax(1) == found.labels
    assert metrics['acc/top1'] == pytest.approx(right.mean())
    assert found.facts == dict(
        config=str(ROOT / 'configs' / f'{name}.py'),
        checkpoint=runner.cfg.load_from,
        ann_file=dataset.ann_file,
        split='test',
    )


class FakeRunner:
    """What the hook asks of a runner."""

    cfg = Config(
        dict(
            test_dataloader=dict(dataset=dict(pipeline=[1, 2, 3])),
            load_from='x.pth',
        ),
        filename=__file__,
    )
    test_dataloader = SimpleNamespace(
        dataset=SimpleNamespace(
            datasets=[
                SimpleNamespace(ann_file='a.pkl', split='test1'),
                SimpleNamespace(
                    dataset=SimpleNamespace(
                        ann_file='a.pkl', split=['test2', 'test3']
                    )
                ),
                SimpleNamespace(ann_file='b.pkl', split=None),
            ]
        )
    )


def sample(name, score=(0.2, 0.8), label=1):
    made = ActionDataSample()
    if name is not None:
        made.set_metainfo(dict(frame_dir=name))
    if label is not None:
        made.set_gt_label(label)
    made.set_pred_score(torch.tensor(score))
    return made


def dumped(hook, batches):
    hook.before_test_epoch(FakeRunner())
    for i, batch in enumerate(batches):
        hook.after_test_iter(FakeRunner(), i, None, batch)
    hook.after_test_epoch(FakeRunner(), {})
    return read_scores(hook.out_file)


def test_padded_clips_of_several_processes_are_once(tmp_path, monkeypatch):
    hook = ScoreDumpHook(str(tmp_path / 'x.npz'))
    # The other process has gone on from the beginning to be as long.
    other = (
        ['d', 'a'],
        [np.array([1, 0], np.float32), np.array([0.2001, 0.7999], 'f4')],
        [0, 1],
    )
    monkeypatch.setattr(
        score_dump_hook, 'all_gather_object', lambda rows: [rows, other]
    )
    found = dumped(hook, [[sample('c')], [sample('a', label=1)]])
    assert found.ids.tolist() == ['a', 'c', 'd']
    np.testing.assert_array_equal(found.values[0], np.float32([0.2, 0.8]))
    assert found.labels.tolist() == [1, 1, 0]
    # Of the data sets within wrappers.
    assert found.facts == dict(
        config=__file__,
        checkpoint='x.pth',
        ann_file='a.pkl, b.pkl',
        split='test1, test2, test3',
    )


def test_a_second_test_begins_anew_and_labels_may_lack(tmp_path):
    hook = ScoreDumpHook(str(tmp_path / 'x.npz'))
    assert len(dumped(hook, [[sample('a'), sample('b')]])) == 2
    bfloat = sample('c', label=None)
    bfloat.set_pred_score(torch.tensor([0.25, 0.75], dtype=torch.bfloat16))
    found = dumped(hook, [[bfloat]])
    assert found.ids.tolist() == ['c'] and found.labels.tolist() == [-1]
    assert found.values.tolist() == [[0.25, 0.75]]


def test_the_folder_of_the_run_may_be_named(tmp_path):
    hook = ScoreDumpHook('{work_dir}/x.npz')
    for name in ('one', 'two'):
        runner = FakeRunner()
        runner.work_dir = tmp_path / name
        hook.before_test_epoch(runner)
        hook.after_test_iter(runner, 0, None, [sample(name)])
        hook.after_test_epoch(runner, {})
        found = read_scores(tmp_path / name / 'x.npz')
        assert found.ids.tolist() == [name]


def test_what_does_not_serve_is_told(tmp_path):
    assert HOOKS.get('ScoreDumpHook') is ScoreDumpHook
    with pytest.raises(ValueError, match=r"out_file=\*.npz, got 'x.pkl'"):
        ScoreDumpHook('x.pkl')
    hook = ScoreDumpHook(str(tmp_path / 'x.npz'))
    words = r"dataset.pipeline.2.meta_keys=\"\('frame_dir',\)\""
    with pytest.raises(ValueError, match=words):
        dumped(hook, [[sample(None)]])
    with pytest.raises(ValueError, match='got none; take a recognition conf'):
        made = sample('a')
        del made.pred_score
        dumped(hook, [[made]])
    with pytest.raises(ValueError, match=r'\[2, 2\]\); take .* average_clips'):
        dumped(hook, [[sample('a', [[0.1, 0.9], [0.5, 0.5]])]])
    with pytest.raises(ValueError, match="clip 'a' has 2 labels"):
        dumped(hook, [[sample('a', label=[0, 1])]])
    with pytest.raises(ValueError, match='expected test_cfg.type=TestLoop'):
        dumped(hook, [])
    with pytest.raises(ValueError, match='not finite'):
        dumped(hook, [[sample('a', (0.5, float('nan')))]])
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason='CPU data-parallel')
def test_two_processes_write_what_one_does(test_of, tmp_path, monkeypatch):
    runner, _, _, wanted = test_of('strl_scratch_toy')
    monkeypatch.setenv('PORT', str(20000 + os.getpid() % 20000))
    env = dict(os.environ, TOY_2D=runner.test_dataloader.dataset.ann_file)
    env['PATH'] = f'{Path(sys.executable).parent}:{env["PATH"]}'
    words = [ROOT / 'tools' / 'dist_test.sh', wanted.facts['config']]
    words += [wanted.facts['checkpoint'], 2, '--dump', tmp_path / 'two.npz']
    # 7 clips for two processes, rounded up: one comes twice.
    words += ['--cfg-options', 'test_dataloader.batch_size=3']
    words += ['test_dataloader.sampler.round_up=True']
    words += ['test_dataloader.dataset.indices=7']
    done = subprocess.run(
        [str(word) for word in words],
        cwd=tmp_path,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    assert 'scores of 7 clips are written to' in done.stdout
    found = read_scores(tmp_path / 'two.npz')
    same = wanted.take(found.ids)
    np.testing.assert_allclose(found.values, same.values, atol=1e-5)
    assert found.labels.tolist() == same.labels.tolist()
