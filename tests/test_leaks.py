"""What is hidden or absent leaves no trace in any prediction.

From the raw clip through the shipped pre-training pipeline and the model:
change a hidden joint, and nothing that the model says may change. The rows
of ``CASES`` hold every pair of options that go together.
"""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import init_default_scope

from skeletonmae_plugin.datasets.steps import complete_steps
from skeletonmae_plugin.layouts import get_layout

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
CLIP_LEN = 16
OPTIONS = (
    'set augment hide per centre backbone streams conv patch_size remask '
    'target learns'
).split()
CASES = """
    nwucla 1 parts clip clip STGCN cb gcn 1 0 Motion 0
    sbu 0 num_masked_parts tube frame SkeletonMAE c gin 4 0 Coordinate 1
    toy 0 mask_ratio clip clip STRL cvm gat 4 1 EMA 0
    toy 0 mask_ratio frame clip STRL cv gat 1 0 EMA 0
    nwucla 1 num_masked_parts frame frame SkeletonMAE cvb gat 1 1 Embedding 1
    sbu 0 parts clip frame STRL cbm gcn 4 1 Embedding 1
    sbu 1 mask_ratio tube frame STGCN c gin 1 1 EMA 0
    toy 1 mask_ratio clip clip SkeletonMAE cvb gcn 4 0 Coordinate 1
    toy 0 num_masked_parts tube frame STGCN cvm gin 1 0 Motion 1
    nwucla 1 num_masked_parts tube clip STRL c gin 4 0 Embedding 0
    sbu 1 parts clip clip SkeletonMAE cv gat 4 0 Motion 0
    nwucla 0 mask_ratio frame frame STGCN cbm gin 1 1 Coordinate 0
    sbu 0 parts clip clip STRL cvb gin 1 0 EMA 1
    sbu 1 num_masked_parts frame clip SkeletonMAE cb gcn 4 0 EMA 0
    nwucla 1 mask_ratio tube frame STGCN cvbm gat 1 1 Motion 0
    toy 0 parts clip frame STRL c gat 4 1 Motion 1
    nwucla 1 num_masked_parts clip frame STRL cv gcn 1 1 Coordinate 0
    toy 1 mask_ratio tube frame SkeletonMAE cbm gcn 1 0 Embedding 0
    sbu 1 mask_ratio frame frame SkeletonMAE c gcn 1 0 Motion 1
    nwucla 1 parts clip clip STRL cb gat 1 0 Coordinate 0
    nwucla 1 mask_ratio tube frame SkeletonMAE cm gat 1 1 EMA 0
    sbu 0 num_masked_parts tube clip STRL cv gat 1 0 Embedding 0
"""
CASES = [row.strip() for row in CASES.strip().splitlines()]
HIDE = dict(
    parts=dict(parts=['left_arm', 'head']),
    num_masked_parts=dict(num_masked_parts=(1, 3)),
    mask_ratio=dict(mask_ratio=0.5),
)
STREAMS = dict(c='coordinate', v='velocity', b='bone', m='centred')


@pytest.fixture(autouse=True)
def scope() -> None:
    init_default_scope('mmaction')


class Case:
    """Pipeline, model and clips of one row."""

    def __init__(self, row: str, made_data) -> None:
        values = dict(zip(OPTIONS, row.split(), strict=True))
        for name in ('augment', 'patch_size', 'remask', 'learns'):
            values[name] = int(values[name])
        self.__dict__.update(values)
        path = CONFIGS / f'skeletonmae_pretrain_{self.set}.py'
        self.cfg = Config.fromfile(path)
        self.layout = get_layout(self.cfg.layout)
        self.coords = self.cfg.in_channels
        self.steps = self._steps()
        self.model = self._model()
        data = pickle.loads(made_data(self.set).read_bytes())
        clips = [
            clip for clip in data['annotations'] if clip['total_frames'] >= 8
        ]
        self.clip, self.other = (self._worn(clip) for clip in clips[:2])

    @staticmethod
    def _worn(clip: dict) -> dict:
        """The clip with joints that have not been seen, of two kinds."""
        keypoint = clip['keypoint'].astype(np.float32)
        keypoint[0, 2:6, 4] = 0
        keypoint[0, 1:4, 9, 0] = np.nan
        return dict(clip, keypoint=keypoint)

    def _steps(self) -> list[dict]:
        part = 'train' if self.augment else 'test'
        steps = self.cfg[f'{part}_dataloader'].dataset.pipeline
        steps = complete_steps(copy.deepcopy(steps), **self.cfg.facts)
        for step in steps:
            if step['type'] == 'SampleSkeletonFrames':
                step.update(clip_len=CLIP_LEN, num_clips=1)
            if step['type'] == 'NormalizeSkeleton':
                step['centre'] = self.centre
        (mask,) = (s for s in steps if s['type'] == 'MaskSkeletonParts')
        for name in (*HIDE, 'num_masked_clips'):
            mask.pop(name, None)
        mask.update(HIDE[self.hide], per=self.per, tube_len=3)
        return steps

    def _model(self) -> torch.nn.Module:
        torch.manual_seed(0)
        backbone, stride, channels = self._backbone()
        out, steps = self.coords, stride  # the target's channels and stride
        if self.target == 'Embedding':
            out, steps = 16, stride // self.patch_size
        elif self.target == 'EMA':
            out, steps = channels, 1
        model = MODELS.build(
            dict(
                type='SkeletonMAEPretrainer',
                backbone=backbone,
                neck=dict(
                    type='SkeletonMAEDecoder',
                    layout=self.cfg.layout,
                    in_channels=channels,
                    embed_dims=16,
                    out_channels=out,
                    conv=self.conv,
                    time_stride=steps,
                    remask=bool(self.remask),
                ),
                target=dict(type=f'{self.target}Target'),
                head=dict(type='ReconstructionHead'),
            )
        )
        model.init_weights()
        for name, parameter in model.named_parameters():
            if 'mask_token' in name:  # far from nothing
                torch.nn.init.normal_(parameter)
        return model.train(bool(self.learns))

    def _backbone(self) -> tuple[dict, int, int]:
        """Config, frames in a step of its output, channels."""
        streams = [STREAMS[letter] for letter in self.streams]
        ours = dict(
            type='SkeletonMAE',
            layout=self.cfg.layout,
            in_channels=self.coords,
            embed_dims=16,
            streams=streams,
            conv=self.conv,
            patch_size=self.patch_size,
        )
        if self.backbone == 'SkeletonMAE':
            return ours, self.patch_size, 16
        if self.backbone == 'STRL':
            strl = dict(
                type='STRL',
                encoder=ours,
                clip_len=CLIP_LEN,
                num_layers=2,
                strides=(1, 2),
                pool_persons=False,
            )
            return strl, 2 * self.patch_size, 16
        stock = dict(
            type='STGCN',
            in_channels=self.coords * len(streams),
            base_channels=8,
            num_stages=3,
            inflate_stages=[2],
            down_stages=[2],
            graph_cfg=dict(layout=self.layout.to_mmaction(), mode='spatial'),
        )
        wrapped = dict(
            type='InputMaskedBackbone',
            backbone=stock,
            layout=self.cfg.layout,
            in_channels=self.coords,
            streams=streams,
        )
        return wrapped, 2, 16

    def pack(self, clip: dict, steps: list[dict] | None = None) -> dict:
        """A raw clip after the pipeline, or the first steps of it."""
        results = {**clip, 'test_mode': not self.augment}
        if self.augment:
            results['rng'] = np.random.default_rng(5)
        return Compose(self.steps if steps is None else steps)(results)

    def trace(self) -> tuple[np.ndarray, np.ndarray]:
        """Bool (M, T, V): raw joints only ever hidden, and some time seen."""
        names = [step['type'] for step in self.steps]
        after = names.index('MaskSkeletonParts') + 1
        loaded, ranked, masked = (
            self.pack(self.clip, self.steps[:n]) for n in (1, 2, after)
        )
        there, mask = masked['valid'][0], masked['mask'][0]
        hidden, seen = np.zeros((2, *loaded['valid'].shape), bool)
        for place, person in enumerate(ranked['keypoint']):
            for raw, source in enumerate(loaded['keypoint']):
                if not np.array_equal(person, source):
                    continue
                for step, frame in enumerate(masked['frame_inds'][0]):
                    hidden[raw, frame] |= (there & mask)[place, step]
                    seen[raw, frame] |= (there & ~mask)[place, step]
        return hidden & ~seen, seen

    def predict(self, clip: dict) -> tuple[torch.Tensor, torch.Tensor]:
        """Prediction and target of the clip, in a batch with another."""
        return self.reconstruct([self.pack(clip), self.pack(self.other)])

    def reconstruct(self, packed: list[dict]) -> tuple:
        """Prediction and target of packed clips; the model stays as it is."""
        model = copy.deepcopy(self.model)
        batch = model.data_preprocessor(pseudo_collate(packed))
        with torch.no_grad():
            out = model.reconstruct(
                batch['inputs'], batch['mask'], batch['valid']
            )
        assert out.pred.isfinite().all()
        return out.pred, out.target


@pytest.fixture(scope='module', params=CASES)
def case(request, made_data) -> Case:
    init_default_scope('mmaction')
    return Case(request.param, made_data)


def moved(clip: dict, joints: np.ndarray) -> dict:
    """The clip with some joints (M, T, V) far from where they were."""
    keypoint = clip['keypoint'].copy()
    size = np.nanstd(keypoint) * 10
    noise = np.random.default_rng(1).uniform(size, 3 * size, keypoint.shape)
    keypoint[joints] += noise[joints].astype(np.float32)
    return dict(clip, keypoint=keypoint)


def test_a_hidden_joint_changes_no_prediction(case):
    hidden, seen = case.trace()
    assert hidden.any() and seen.any()
    pred, target = case.predict(case.clip)
    pred_again, target_again = case.predict(moved(case.clip, hidden))
    assert torch.equal(pred, pred_again)
    # The test sees something: the target moved, and a visible joint counts.
    assert not torch.equal(target, target_again)
    one = np.zeros_like(seen)
    one[tuple(np.argwhere(seen)[seen.sum() // 2])] = True
    # A patch of which one frame is hidden is hidden whole: then move all.
    visible = one if case.patch_size == 1 else seen
    pred_again, _ = case.predict(moved(case.clip, visible))
    assert not torch.equal(pred, pred_again)


def test_what_lies_at_hidden_and_absent_places_is_not_read(case):
    """The model alone, whatever a pipeline leaves there."""
    packed = [case.pack(case.clip), case.pack(case.other)]
    pred, _ = case.reconstruct(packed)
    for clip in packed:
        unknown = clip['mask'] | ~clip['valid']
        noise = torch.randn_like(clip['inputs']) * unknown.unsqueeze(-1)
        clip['inputs'] = clip['inputs'] + 50 * noise
    pred_again, _ = case.reconstruct(packed)
    there = torch.cat([clip['valid'] for clip in packed])
    if pred.shape[2] != CLIP_LEN:
        there = there.unflatten(2, (pred.shape[2], -1)).any(3)
    assert torch.equal(pred[there], pred_again[there])


def test_an_unseen_joint_changes_nothing(case):
    pred, target = case.predict(case.clip)
    for change in (
        dict(place=(0, slice(1, 4), 9, 1), value=1e6),  # beside a NaN
        dict(place=(0, slice(1, 4), 9), value=0),
        dict(place=(0, slice(2, 6), 4), value=np.inf),
        dict(place=(0, slice(2, 6), 4), value=np.nan),
    ):
        keypoint = case.clip['keypoint'].copy()
        keypoint[change['place']] = change['value']
        clip = dict(case.clip, keypoint=keypoint)
        pred_again, target_again = case.predict(clip)
        assert torch.equal(pred, pred_again)
        assert torch.equal(target, target_again)


@pytest.mark.parametrize('value', [0, np.nan])
def test_an_absent_person_changes_nothing(case, value):
    pred, _ = case.predict(case.clip)
    keypoint = case.clip['keypoint']
    nobody = np.full_like(keypoint[:1], value)
    clip = dict(case.clip, keypoint=np.concatenate([nobody, keypoint]))
    if 'keypoint_score' in clip:
        score = clip['keypoint_score']
        clip['keypoint_score'] = np.concatenate([score[:1], score])
    pred_again, _ = case.predict(clip)
    assert torch.equal(pred, pred_again)


@pytest.mark.parametrize('name', ['nwucla', 'sbu', 'toy'])
@pytest.mark.parametrize('learns', [True, False])
def test_recognition_does_not_see_who_is_absent(made_data, name, learns):
    cfg = Config.fromfile(CONFIGS / f'strl_scratch_{name}.py')
    torch.manual_seed(0)
    model = MODELS.build(cfg.model).train(learns)
    data = pickle.loads(made_data(name).read_bytes())
    steps = complete_steps(cfg.strl_test_pipeline, **cfg.facts)

    def scores(num_person: int, noise: float) -> torch.Tensor:
        steps[1]['num_person'] = num_person
        packed = []
        for clip in data['annotations'][:3]:
            clip = Case._worn(clip)
            clip = Compose(steps)(dict(clip, test_mode=True))
            clip['inputs'][~clip['valid']] = noise
            packed.append(clip)
        again = copy.deepcopy(model)
        batch = again.data_preprocessor(pseudo_collate(packed))
        with torch.no_grad():
            return again(**batch, stage='head', mode='tensor')

    first = scores(2, 0)
    assert torch.equal(first, scores(2, 50))
    torch.testing.assert_close(first, scores(4, 0))
