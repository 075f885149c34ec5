"""Hours are counted of what is timed."""

from dataclasses import replace
from pathlib import Path

import pytest

from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.clips import Clips, read_clips
from skeletonmae_plugin.label_efficiency.run import Plan
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.reproduce import hours
from skeletonmae_plugin.reproduce.rows import TABLES, Place
from skeletonmae_plugin.study.run import Study

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
M2 = {'model.backbone.num_layers': 2}
SMALL = {'train_dataloader.batch_size': 4}
COCO = Place('any', get_layout('coco'))


@pytest.fixture
def study(monkeypatch):
    spec = Spec(
        'not there',
        'coco',
        'train',
        'val',
        '',
        2,
        99,
        clip_len=8,
        recipe='paper',
        pretrain_options=SMALL,
        train_options=SMALL,
        stock_options=SMALL,
    )
    for name in configs.variables(spec, '-'):
        monkeypatch.setenv(name, '-')
    none = Clips((), (), 2)
    plan = Plan((), (1.0,), (0, 1, 2), 3, paired=True)
    return Study(spec, plan, none, none, CONFIGS)


def test_made_clips_have_the_form_of_the_set(study, tmp_path):
    made = hours.made_study(study, 'finegym', tmp_path).spec
    for split in ('train', 'val'):
        clips = read_clips(made.ann_file, 'coco', split)
        assert set(clips.labels) == set(range(99))
        assert clips.num_coordinates == 2


def test_a_set_without_a_miniature_needs_its_file(study, tmp_path):
    with pytest.raises(ValueError, match='not there is not there, and no'):
        hours.made_study(study, 'mine', tmp_path)


def test_updates_are_those_of_the_schedule(study):
    cfg = configs.load_config(CONFIGS, 'scratch', study.spec)
    assert hours.num_updates(cfg, 9) == 110 * 3
    cfg.train_dataloader.sampler.min_clips = 16
    assert hours.num_updates(cfg, 9) == 110 * 4


def test_hours_follow_from_the_clock(study, tmp_path, monkeypatch):
    monkeypatch.setattr(hours, 'time_update', lambda *args: 0.36)
    monkeypatch.setattr('skeletonmae_plugin.reproduce.paper.DEPTH', (1, 2))
    lines = list(TABLES['depth'](COCO))
    # From scratch a row takes as long as from weights.
    lines.append(list(TABLES['scratch'](COCO))[0])
    lines[-1] = replace(lines[-1], row=replace(lines[-1].row, train=M2))
    found = hours.estimate(study, 'finegym', lines, 40, tmp_path)
    parts = [
        (part['kind'], part['rows'], part['count'], part['updates'])
        for part in found['trainings']
    ]
    # Each cell is counted once: one pre-training for all rows of a seed.
    assert parts == [
        ('pretrain', ['M = 1'], 3, 50 * 10),
        ('scratch', ['M = 1'], 3, 110 * 10),
        ('scratch', ['M = 2', 'from scratch'], 6, 110 * 10),
    ]
    assert found['timed_on'] == 'made clips'
    updates = 3 * 10 * (50 + 3 * 110)
    assert found['hours_one_after_another'] == pytest.approx(
        updates * 0.36 / 3600
    )
    cpu = dict(found, device='cpu', hours_one_after_another=9.0)
    of = '(3 seeds, 40 clips)'
    assert hours.in_words(cpu) == f'4.5 h on two cores {of}'
    gpu = dict(cpu, device='cuda', machine=dict(gpu='H100'))
    assert hours.in_words(gpu) == f'9.0 h on one H100 {of}'
    long = dict(cpu, hours_one_after_another=2469.0)
    assert hours.in_words(long) == f'1,234 h on two cores {of}'


def test_what_is_known_is_not_timed_again(study, tmp_path, monkeypatch):
    timed = []

    def clock(cfg, work_dir, device):
        timed.append(cfg.model.type)
        return 0.25 * len(timed)

    monkeypatch.setattr(hours, 'time_update', clock)
    lines, known = list(TABLES['scratch'](COCO))[:2], {}
    first, second = (
        hours.estimate(study, 'finegym', lines, 40, tmp_path, known=known)
        for _ in range(2)
    )
    assert len(timed) == len(known) == 2
    assert first['trainings'] == second['trainings']


def test_what_follows_another_pretraining_is_counted(study):
    study = replace(study, sources=dict(one=study, two=study))
    place = replace(COCO, sources=dict.fromkeys(('one', 'two'), COCO.layout))
    found = {
        one.kind: one.count
        for one in hours.trainings(study, list(TABLES['transfer'](place)))
    }
    # Of three seeds: own, from two sources, from scratch.
    assert found == dict(pretrain=3, scratch=3 * 4)


def test_no_batch_has_more_clips_than_the_set(study, tmp_path, monkeypatch):
    sizes = []

    def clock(cfg, *rest):
        sizes.append(cfg.train_dataloader.batch_size)
        return 0.1

    monkeypatch.setattr(hours, 'time_update', clock)
    options = {'train_dataloader.batch_size': 16}
    spec = replace(study.spec, pretrain_options=options, train_options=options)
    lines = list(TABLES['scratch'](COCO))[:2]
    for num_clips in (9, 40):
        found = hours.estimate(
            replace(study, spec=spec), 'finegym', lines, num_clips, tmp_path
        )
        assert [p['updates'] for p in found['trainings']] == [
            epochs * -(-num_clips // 16) for epochs in (110, 50)
        ]
    assert sizes == [9, 9, 16, 16]


def test_clock_times_a_real_training(study, tmp_path):
    made = hours.made_study(study, 'finegym', tmp_path)
    cfg = configs.load_config(CONFIGS, 'scratch', made.spec)
    seen = []
    train = hours.build_runner

    def watched(*args):
        seen.append(train(*args))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hours, 'build_runner', watched)
        seconds = hours.time_update(
            cfg, tmp_path / 'w', hours.torch.device('cpu')
        )
    assert seen[0].iter == hours.WARM_UP + hours.TIMED
    assert 0 < seconds < 60


def test_a_large_batch_is_timed_in_part(study, tmp_path, monkeypatch):
    cfg = configs.load_config(CONFIGS, 'scratch', study.spec)
    cfg.train_dataloader.batch_size = 1024

    class Runner:
        def register_hook(self, clock):
            clock.times = [float(n) for n in range(7)]

        def train(self):
            assert cfg.train_dataloader.batch_size == 64

    monkeypatch.setattr(hours, 'build_runner', lambda *args: Runner())
    cpu = hours.torch.device('cpu')
    assert hours.time_update(cfg, tmp_path, cpu) == 1024 / 64
