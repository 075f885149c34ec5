"""STRL with PoseC3D: configs, what they share, and the table."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import mmaction
import numpy as np
import pytest
import torch
from mmaction.registry import HOOKS, MODELS
from mmengine.config import Config
from mmengine.runner import Runner

from skeletonmae_plugin.datasets.subsets import write_ids
from skeletonmae_plugin.evaluation.score_dump import make_scores, write_scores
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.folder import Folder

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / 'projects' / 'fusion_posec3d'
FOLDER = 'fusion_posec3d/configs'
SETS = dict(any=10, routine16=16)  # classes of the made clips


@pytest.fixture(scope='module')
def table():
    spec = importlib.util.spec_from_file_location(
        'fusion_table', PROJECT / 'table.py'
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(cfg, seed=0):
    torch.manual_seed(seed)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return model


def saved(model, path):
    torch.save(dict(state_dict=model.state_dict()), path)
    return str(path)


@pytest.mark.parametrize('which', SETS)
@pytest.mark.parametrize('name', ['posec3d', 'fusion'])
def test_scratch_trains_and_tests(read, train_step, name, which):
    cfg = read(f'{FOLDER}/{name}_scratch_{which}.py')
    _, losses, sample = train_step(cfg)
    assert losses['loss_cls'].isfinite()
    assert sample.pred_score.shape == (SETS[which],)


def test_it_is_mmactions_posec3d_but_for_what_is_said(read):
    package = Path(mmaction.__file__).parent
    name = 'slowonly_r50_8xb16-u48-240e_ntu60-xsub-keypoint.py'
    found = sorted((package / '.mim').rglob(name))
    if not found:
        pytest.skip('MMAction2 is installed without its configs')
    theirs = Config.fromfile(found[0])
    ours = read(f'{FOLDER}/posec3d_scratch_routine16.py').model.backbone
    stock, small = theirs.model.backbone, ours.backbone
    assert stock.pop('in_channels') == 17  # filled in by HeatmapBackbone
    differ = {key for key in {*stock, *small} if stock[key] != small[key]}
    assert differ == {'base_channels', 'stage_blocks'}
    drawn = MODELS.build(ours)
    (step,) = [
        step
        for step in theirs.train_pipeline
        if step['type'] == 'GeneratePoseTarget'
    ]
    assert drawn.sigma == step['sigma']


@pytest.mark.parametrize('which', SETS)
def test_members_and_pairs_differ_in_the_model_alone(read, monkeypatch, which):
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', 'x')
    taken = ['model', 'default_hooks', 'posec3d', 'posec3d_channels']
    taken += ['init_cfg']

    def rest(path):
        cfg = read(path).to_dict()
        return {key: cfg[key] for key in cfg if key not in taken}

    strl = rest(f'../configs/strl_scratch_{which}.py')
    assert strl['train_dataloader']
    for name in ('posec3d_scratch', 'fusion_scratch', 'fusion_finetune'):
        assert rest(f'{FOLDER}/{name}_{which}.py') == strl, name


@pytest.mark.parametrize('which', SETS)
def test_branches_are_the_members(read, which):
    strl, posec3d, pair = (
        read(path).model
        for path in (
            f'../configs/strl_scratch_{which}.py',
            f'{FOLDER}/posec3d_scratch_{which}.py',
            f'{FOLDER}/fusion_scratch_{which}.py',
        )
    )
    branches = pair.backbone.branches
    assert branches.strl == strl.backbone
    assert branches.posec3d == posec3d.backbone
    for member in (strl, posec3d):
        width = member.cls_head.pop('in_channels')
        pair.cls_head.in_channels -= width
    assert pair.cls_head.pop('in_channels') == 0
    assert pair.cls_head == strl.cls_head == posec3d.cls_head


def test_pretrained_weights_arrive(read, monkeypatch, tmp_path):
    source = build(read(f'{FOLDER}/fusion_pretrain_any.py'), seed=1)
    path = saved(source, tmp_path / 'weights.pth')
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', path)
    pair = build(read(f'{FOLDER}/fusion_finetune_any.py')).backbone
    state = pair.branches['strl'].state_dict()
    for key, tensor in source.backbone.state_dict().items():
        assert torch.equal(tensor, state[key]), key


def test_a_random_branch_is_not_blown_up_by_the_probe(
    read, monkeypatch, tmp_path
):
    """Augmentation moves its features farther than clips differ."""
    source = build(read('../configs/skeletonmae_pretrain_any.py'))
    path = saved(source, tmp_path / 'p.pth')
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', path)
    cfg = read(f'{FOLDER}/fusion_finetune_any.py')
    cfg.work_dir, cfg.experiment_name = str(tmp_path), tmp_path.name
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    torch.manual_seed(0)
    runner = Runner.from_cfg(cfg)
    runner.model.init_weights()
    hook = HOOKS.build(cfg.default_hooks.probe_head)
    hook.before_train(runner)
    model = runner.model.train()
    assert not model.cls_head.fc.weight[:, 64:].any()
    assert model.cls_head.fc.weight[:, :64].all()
    loader = runner.build_dataloader(cfg.train_dataloader)
    data = model.data_preprocessor(next(iter(loader)), True)
    # 2e7 before; these weights have been trained by nobody.
    assert float(model(**data, mode='loss')['loss_cls'].detach()) < 100


def test_pretrained_differs_by_first_weights(read, monkeypatch):
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', 'x.pth')
    ours, theirs = (
        read(f'{FOLDER}/fusion_{kind}_any.py').to_dict()
        for kind in ('finetune', 'scratch')
    )
    init = ours['model']['backbone']['branches']['strl'].pop('init_cfg')
    assert init == ours.pop('init_cfg') and init['checkpoint'] == 'x.pth'
    # As the shipped strl_finetune_* have it.
    assert ours['default_hooks'].pop('probe_head')['type'] == 'ProbeHeadHook'
    assert ours == theirs


def test_trained_members_arrive(read, monkeypatch, tmp_path):
    members = {}
    for name, path in dict(
        strl='../configs/strl_scratch_routine16.py',
        posec3d=f'{FOLDER}/posec3d_scratch_routine16.py',
    ).items():
        members[name] = build(read(path), seed=1)
        path = saved(members[name], tmp_path / f'{name}.pth')
        monkeypatch.setenv(f'{name.upper()}_TRAINED', path)
    cfg = read(f'{FOLDER}/fusion_trained_routine16.py')
    assert cfg.default_hooks.probe_head.type == 'ProbeHeadHook'
    pair = build(cfg).backbone
    for name, member in members.items():
        state = pair.branches[name].state_dict()
        for key, tensor in member.backbone.state_dict().items():
            assert torch.equal(tensor, state[key]), (name, key)


NUM_CLIPS = 40
#: Clips that each model guesses right, as a range, of each seed alike.
RIGHT = {
    ('strl', 'scratch'): (0, 20),
    ('strl', 'pretrained'): (0, 24),
    ('posec3d', 'scratch'): (18, 40),
    ('fusion', 'scratch'): (0, 30),
}


@pytest.fixture
def dumps(tmp_path):
    """Folders of made runs: two seeds, a quarter and all of the labels."""
    rng = np.random.default_rng(0)
    ids = np.array([f'clip{i:02}' for i in range(NUM_CLIPS)])
    labels = rng.integers(4, size=NUM_CLIPS)
    for (name, arm), (first, last) in RIGHT.items():
        folder = Folder(tmp_path / name)
        folder.path.mkdir(exist_ok=True)
        spec = dict(epochs=0.5, clip_len=64, configs=name)
        (folder.path / 'spec.json').write_text(json.dumps(spec))
        for fraction in (0.25, 1.0):
            for seed in (0, 1):
                few = [f'train{seed}'] if fraction < 1 else ['a', 'b']
                write_ids(folder.labels(fraction, seed), few)
                cell = Cell(
                    arm, fraction, seed, 0 if arm == 'pretrained' else None
                )
                right = np.arange(first, last)
                # Sure where right, hardly so where wrong; shuffled.
                values = np.full((NUM_CLIPS, 4), 0.2)
                guess = (labels + 1) % 4
                values[np.arange(NUM_CLIPS), guess] = 0.4
                values[right] = 0.1
                values[right, labels[right]] = 0.7
                order = rng.permutation(NUM_CLIPS)
                file = folder.work_dir(cell) / 'scores.npz'
                made = make_scores(
                    'x', ids[order], values[order], labels[order]
                )
                write_scores(file, made)
                folder.result_file(cell).parent.mkdir(exist_ok=True)
                folder.result_file(cell).write_text(json.dumps(cell.to_json()))
    return {name: tmp_path / name for name in ('strl', 'posec3d', 'fusion')}


def words(dumps, out):
    return [
        word
        for name, path in dumps.items()
        for word in (f'--{name}', str(path))
    ] + ['--out', str(out)]


def test_the_table_joins_clips_by_name(table, dumps, tmp_path):
    table.main(words(dumps, tmp_path / 'table.md'))
    text = (tmp_path / 'table.md').read_text()
    lines = {}
    for line in text.splitlines():
        if line.startswith('| ') and '%)' in line:
            count, model, *cells = (c.strip() for c in line[1:-1].split('|'))
            lines[count, model] = cells
    few = '1 (25 %)'
    assert lines[few, 'STRL'] == ['50.0 ± 0.0', lines[few, 'STRL'][1], '', '2']
    # Each is sure where it is right, so that together they know all.
    top1, _, gain, seeds = lines[few, 'scores of STRL + PoseC3D']
    assert top1 == '100.0 ± 0.0' and seeds == '2'
    # PoseC3D has 22 of 40 right, STRL 20; pre-trained 24.
    assert gain.startswith('+45.0 (') and gain.endswith('over PoseC3D')
    pair = 'scores of STRL, pre-trained, + PoseC3D'
    gain = lines[few, pair][2]
    assert gain.startswith('+40.0 (')
    assert gain.endswith('over STRL, pre-trained')
    gain = lines[few, 'features of STRL + PoseC3D'][2]
    assert gain.startswith('+20.0 (') and gain.endswith('over PoseC3D')
    # What was not run has no line.
    assert 'features of STRL, pre-trained' not in text
    # Two seeds are joined only where they have the same labels.
    twice = 'scores of STRL, of two seeds'
    assert (few, twice) not in lines
    assert lines['2 (100 %)', twice][2] == '+0.0 (+0.0 to +0.0)'
    assert '- 40 test clips' in text
    assert '- REDUCED: 50 % of all epochs' in text


def test_what_does_not_go_together_is_told(table, dumps, tmp_path):
    out = tmp_path / 'table.md'
    labels = Folder(dumps['posec3d']).labels(0.25, 1)
    kept = labels.read_text()
    write_ids(labels, ['other'])
    with pytest.raises(SystemExit, match='names other clips'):
        table.main(words(dumps, out))
    labels.write_text(kept)
    (dumps['fusion'] / 'work' / 'scratch_f1_s0' / 'scores.npz').unlink()
    with pytest.raises(SystemExit, match='was made without --train-options'):
        table.main(words(dumps, out))
    nothing = {name: tmp_path / 'nothing' for name in dumps}
    with pytest.raises(SystemExit, match='give the --out of a run'):
        table.main(words(nothing, out))
    spec = dumps['posec3d'] / 'spec.json'
    kept = spec.read_text()
    (tmp_path / 'nothing').mkdir()
    (tmp_path / 'nothing' / 'spec.json').write_text(kept)
    with pytest.raises(SystemExit, match='no training is done'):
        table.main(words(nothing, out))
    spec.write_text(kept.replace('64', '32'))
    with pytest.raises(SystemExit, match='clip_len is 32, there 64'):
        table.main(words(dumps, out))
    assert not out.exists()


def run(*command):
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


@pytest.mark.slow
def test_the_study_runs(made_data, tmp_path):
    short = ('train_cfg.max_epochs=1', 'train_dataloader.batch_size=8')
    short += ('train_dataloader.sampler.min_clips=None',)
    dump = (
        'default_hooks.scores.type=ScoreDumpHook',
        'default_hooks.scores.out_file={work_dir}/scores.npz',
    )

    def study(name, *more):
        run(
            *('tools/label_efficiency.py', '--layout', 'coco'),
            *('--ann-file', made_data('routine16', 48), '--clip-len', 16),
            *('--train-split', 'train', '--test-split', 'test'),
            *('--fractions', 1.0, '--seeds', 2, '--no-sweep', '--jobs', 1),
            *('--out', tmp_path / name),
            *('--train-options', *short, *dump, *more),
        )

    pretraining = ('--pretrain-options', *short)
    study('strl', '--arms', 'scratch', 'pretrained', *pretraining)
    pattern = f'{PROJECT}/configs/posec3d_{{}}_any.py'
    study('posec3d', '--arms', 'scratch', '--configs', pattern)
    weights = tmp_path / 'strl' / 'pretrained' / 'pretrain_p0.pth'
    pattern = f'{PROJECT}/configs/fusion_{{}}_any.py'
    study(
        'fusion',
        *('--arms', 'scratch', 'pretrained', '--configs', pattern),
        *('--pretrained', weights),
    )
    text = run(
        PROJECT / 'table.py',
        *('--strl', tmp_path / 'strl', '--posec3d', tmp_path / 'posec3d'),
        *('--fusion', tmp_path / 'fusion', '--out', tmp_path / 'table.md'),
    )
    rows = [line for line in text.splitlines() if '(100 %)' in line]
    assert len(rows) == 10 and all(row.endswith('| 2 |') for row in rows)


@pytest.mark.slow
def test_trained_members_go_on_through_mim(made_data, train_with_mim):
    data = dict(ROUTINE16_2D=made_data('routine16'))
    short = 'train_dataloader.batch_size=8'
    weights = {
        variable: train_with_mim(config, short, **data)
        for variable, config in dict(
            STRL_TRAINED='configs/strl_scratch_routine16.py',
            POSEC3D_TRAINED=f'projects/{FOLDER}/posec3d_scratch_routine16.py',
        ).items()
    }
    config = f'projects/{FOLDER}/fusion_trained_routine16.py'
    assert train_with_mim(config, short, **data, **weights).exists()
