"""The configs of any file, on joints that the project has never seen."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
KINDS = ('strl_scratch_any', 'strl_scratch_any_paper', 'stgcnpp_any')
ARM = dict(
    joints=['shoulder', 'elbow', 'wrist', 'left_tip', 'right_tip'],
    bones=[[0, 1], [1, 2], [2, 3], [2, 4]],
    parts=dict(upper=[0, 1], lower=[2], tips=[3, 4]),
    flip_pairs=[['left_tip', 'right_tip']],
)


@pytest.fixture(autouse=True)
def scope() -> None:
    init_default_scope('mmaction')


@pytest.fixture
def describe(tmp_path, monkeypatch):
    """Function that writes clips of an arm and sets the variables."""

    def write(coords: int, scores: bool, **variables: str) -> None:
        rng = np.random.default_rng(0)
        clips = []
        for number in range(8):
            keypoint = rng.normal(
                5, 1, (1 + number % 2, 9 + number, 5, coords)
            )
            clip = dict(frame_dir=str(number), label=number % 3)
            clip['keypoint'] = keypoint.astype(np.float32)
            if scores:
                clip['keypoint_score'] = keypoint[..., 0] * 0 + 0.5
            clips.append(clip)
        names = [clip['frame_dir'] for clip in clips]
        split = dict(mine=names[:5], theirs=names[5:])
        path, layout = tmp_path / 'arm.pkl', tmp_path / 'arm.json'
        path.write_bytes(pickle.dumps(dict(split=split, annotations=clips)))
        layout.write_text(json.dumps(ARM))
        variables = dict(
            SKELETONS=str(path),
            SKELETONS_LAYOUT=str(layout),
            SKELETONS_IN_CHANNELS=str(coords),
            SKELETONS_NUM_CLASSES='3',
            SKELETONS_NUM_PERSON='2',
            SKELETONS_CLIP_LEN='12',
            SKELETONS_TRAIN='mine',
            SKELETONS_TEST='theirs',
            **variables,
        )
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return write


def parse(kind: str) -> Config:
    return Config.fromfile(CONFIGS / f'{kind}.py')


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('coords', [2, 3])
@pytest.mark.parametrize('scores', [True, False])
def test_any_file_trains(describe, kind, coords, scores):
    describe(coords, scores)
    cfg = parse(kind)
    options = dict(num_workers=0, persistent_workers=False)
    train = Runner.build_dataloader({**cfg.train_dataloader, **options}, 0)
    test = Runner.build_dataloader({**cfg.test_dataloader, **options}, 0)
    assert (len(train.dataset), len(test.dataset)) == (5, 3)
    model = MODELS.build(cfg.model)
    model.init_weights()
    data = model.data_preprocessor(next(iter(train)), True)
    assert data['inputs'].shape[-4:-1] == (2, 12, 5)
    losses = model(**data, mode='loss')
    assert sum(v for k, v in losses.items() if 'loss' in k).isfinite()
    with torch.no_grad():
        samples = model.eval().test_step(next(iter(test)))
    assert samples[0].pred_score.shape == (3,)


def test_numbers_are_numbers(describe):
    describe(3, False)
    cfg = parse('skeletonmae_pretrain_any')
    facts = cfg.in_channels, cfg.num_classes, cfg.num_person, cfg.clip_len
    assert facts == (3, 3, 2, 12)
    assert all(type(fact) is int for fact in facts)


def test_pretraining_asks_for_no_labels(describe, monkeypatch):
    describe(2, False)
    monkeypatch.setenv('SKELETONS_NUM_CLASSES', '2')  # there are three
    for part in ('train', 'test'):
        cfg = parse('skeletonmae_pretrain_any')
        assert len(DATASETS.build(cfg[f'{part}_dataloader'].dataset))
    with pytest.raises(ValueError, match='label'):
        DATASETS.build(parse('strl_scratch_any').train_dataloader.dataset)


def test_what_is_said_wrong_is_told(describe, monkeypatch):
    describe(2, False)
    monkeypatch.setenv('SKELETONS_IN_CHANNELS', '3')
    with pytest.raises(ValueError, match='C=2 coordinates.*is for 3'):
        DATASETS.build(parse('strl_scratch_any').train_dataloader.dataset)
    monkeypatch.setenv('SKELETONS_IN_CHANNELS', '2')
    monkeypatch.setenv('SKELETONS_LAYOUT', 'coco')
    with pytest.raises(ValueError, match='17 joints but'):
        DATASETS.build(parse('strl_scratch_any').train_dataloader.dataset)
