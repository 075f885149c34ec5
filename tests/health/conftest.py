"""A sound file, and faults of every kind to plant in it."""

import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.health import Health, examine, open_source
from skeletonmae_plugin.health.kinds import KINDS, Severity


def sound_clip(number: int) -> dict:
    """A cloud of points that sways, within its image."""
    rng = np.random.default_rng(number)
    persons, frames = 1 + number % 2, 8 + number % 5
    pose = rng.normal(0, 50, (persons, 1, 17, 2)).clip(-120, 120)
    sway = rng.normal(0, 4, (persons, frames, 17, 2))
    score = rng.uniform(0.3, 1, (persons, frames, 17))
    return dict(
        frame_dir=f'c{number:02d}',
        label=number % 3,
        total_frames=frames,
        img_shape=(600, 800),
        keypoint=(300 + pose + sway).astype(np.float16),
        keypoint_score=score.astype(np.float16),
    )


def sound_data(num_clips: int = 12) -> dict:
    """Clips of three classes, those of the test at the end."""
    clips = [sound_clip(number) for number in range(num_clips)]
    names = [clip['frame_dir'] for clip in clips]
    split = dict(sub_train=names[:-3], sub_val=names[-3:])
    return dict(split=split, annotations=clips)


def with_joints(clip: dict, keypoint: np.ndarray) -> None:
    """Give a clip other joints, and the length of these."""
    clip['keypoint'] = keypoint
    clip['keypoint_score'] = np.ones(keypoint.shape[:3], np.float16)
    clip['total_frames'] = keypoint.shape[1]


def change(**values: object) -> Callable:
    """Plant values into a clip."""
    return lambda data, clip: clip.update(values)


def edit(key: str, function: Callable) -> Callable:
    """Plant what a function makes of a copy of an array."""

    def plant(data: dict, clip: dict) -> None:
        array = clip[key].copy()
        result = function(array)
        clip[key] = array if result is None else result

    return plant


def put(place: tuple, value: float) -> Callable:
    """Plant a number into an array."""
    return lambda array: array.__setitem__(place, value)


def copy_of(number: int, **values: object) -> Callable:
    """Plant the joints and the label of another clip, or other values."""

    def plant(data: dict, clip: dict) -> None:
        other = data['annotations'][number]
        with_joints(clip, other['keypoint'].copy())
        clip.update({'label': other['label'], **values})

    return plant


def add_clip(**values: object) -> Callable:
    """Plant another annotation."""

    def plant(data: dict, clip: dict) -> None:
        data['annotations'].append({**sound_clip(77), **values})

    return plant


def add_name(name: str, split: str = 'sub_train') -> Callable:
    return lambda data, clip: data['split'][split].append(name)


def relabel(numbers: int | slice, label: int) -> Callable:
    """Plant another label into some clips of the sound file."""

    def plant(data: dict, clip: dict) -> None:
        for number in np.atleast_1d(np.arange(12)[numbers]):
            data['annotations'][number]['label'] = label

    return plant


def one_frame(data: dict, clip: dict) -> None:
    with_joints(clip, clip['keypoint'][:, :1])


def swap_axes(data: dict, clip: dict) -> None:
    clip['keypoint'] = clip['keypoint'].swapaxes(0, 1)
    clip['keypoint_score'] = clip['keypoint_score'].swapaxes(0, 1)


def many_of_one_class(data: dict, clip: dict) -> None:
    for number in range(100, 133):
        more = dict(sound_clip(number), label=0)
        more['frame_dir'] = f'more{number}'
        data['annotations'].append(more)
        data['split']['sub_train'].append(more['frame_dir'])


def lose_joint(data: dict, clip: dict) -> None:
    for each in data['annotations']:
        each['keypoint'][:, :, 3] = 0


def score_as_third(data: dict, clip: dict) -> None:
    for each in data['annotations']:
        score = each.pop('keypoint_score')[..., None]
        each['keypoint'] = np.concatenate((each['keypoint'], score), -1)


def lie_down(data: dict, clip: dict) -> None:
    for each in data['annotations']:
        metres = each.pop('keypoint').astype(np.float32) / 100
        depth = 3 - metres[..., :1]
        depth[..., :5, :] += 2  # of the COCO body, the head
        each['keypoint'] = np.concatenate((metres, depth), -1)
        del each['img_shape']


def shake(data: dict, clip: dict) -> None:
    x = clip['keypoint'].copy()
    x[:, ::2] *= np.float16(0.1)
    clip['keypoint'] = x


def go_far(x: np.ndarray) -> np.ndarray:
    x = x.astype(np.float32)
    x[0, 3, 2] = 1e9
    return x


def still(x: np.ndarray) -> np.ndarray:
    return np.repeat(x[:, :1], x.shape[1], 1)


#: (kind, how it is planted into the data by way of clip c04, number found).
PLANTS: list[tuple[str, Callable, int]] = [
    ('unnamed', add_clip(frame_dir=None), 1),
    ('unnamed', lambda data, clip: data['annotations'].append(5), 1),
    ('repeated_name', add_clip(frame_dir='c02'), 1),
    ('keypoint', change(keypoint=None), 1),
    ('keypoint', lambda data, clip: clip.pop('keypoint'), 1),
    ('keypoint', edit('keypoint', lambda x: x.astype('U8')), 1),
    ('axes', edit('keypoint', lambda x: x[0]), 1),
    ('axes', edit('keypoint', lambda x: x[0, 0]), 1),
    ('empty', edit('keypoint', lambda x: x[:, :0]), 1),
    ('empty', edit('keypoint', lambda x: x[:0]), 1),
    ('joints', edit('keypoint', lambda x: x[:, :, :15]), 1),
    ('coordinates', edit('keypoint', lambda x: x[..., [0, 1, 0, 1]]), 1),
    ('mixed_coordinates', edit('keypoint', lambda x: x[..., [0, 1, 0]]), 1),
    ('all_nan', edit('keypoint', put(..., np.nan)), 1),
    ('keypoint_score', edit('keypoint_score', lambda s: s[..., :5]), 1),
    ('keypoint_score', change(keypoint_score=[1.0]), 1),
    ('total_frames', change(total_frames=99), 1),
    ('total_frames', change(total_frames=None), 1),
    ('total_frames', swap_axes, 1),
    ('label', change(label=-1), 1),
    ('label', change(label='walk'), 1),
    ('label', change(label=1.0), 1),
    ('label', change(label=float('nan')), 1),
    ('label', change(label=10**30), 1),
    ('img_shape', change(img_shape=(0.5, 3)), 1),
    ('img_shape', change(img_shape=(float('inf'), 3)), 1),
    ('img_shape', change(img_shape=(10**30, 3)), 1),
    ('original_shape', change(original_shape='large'), 1),
    ('split_value', lambda data, _: data['split'].update({5: ['c01']}), 1),
    ('split_value', lambda data, _: data['split'].update(more=None), 1),
    ('unknown_ids', add_name('gone'), 1),
    ('unknown_ids', lambda data, _: data['split'].update(more=[5, [6]]), 2),
    ('empty_split', lambda data, _: data['split'].update(more=[]), 1),
    ('non_finite', edit('keypoint', put((0, 3, 2), np.nan)), 1),
    ('non_finite', edit('keypoint', put((0, 3, 2, 0), np.inf)), 1),
    ('non_finite', edit('keypoint_score', put((0, 3, 2), np.nan)), 1),
    ('huge', edit('keypoint', go_far), 1),
    ('wrong_scores', edit('keypoint_score', put((0, 1, 2), 7)), 1),
    ('nobody', edit('keypoint', put(..., 0)), 1),
    ('nobody', edit('keypoint_score', put(..., 0)), 1),
    ('constant', edit('keypoint', still), 1),
    ('torn', shake, 1),
    ('outside_image', change(img_shape=(90, 90)), 1),
    ('score_as_third', score_as_third, 12),
    ('conflicting_labels', copy_of(0, label=2), 2),
    ('shared_ids', add_name('c10'), 1),
    ('shared_ids', add_name('c04', 'sub_val'), 1),
    ('shared_content', copy_of(10), 1),
    ('unseen_class', relabel(10, 3), 1),
    ('partly_labelled', change(label=None), 1),
    ('partly_labelled', lambda data, clip: clip.pop('label'), 1),
    (
        'unlabelled',
        lambda data, _: [x.pop('label') for x in data['annotations'][-3:]],
        1,
    ),
    ('no_split', add_clip(), 1),
    ('repeated_ids', add_name('c04'), 1),
    ('same_content', copy_of(0), 1),
    ('one_frame', one_frame, 1),
    (
        'absent_persons',
        lambda data, clip: with_joints(
            clip, np.concatenate([clip['keypoint'], 0 * clip['keypoint']])
        ),
        1,
    ),
    ('way_up', lie_down, 1),
    ('missing_joint', lose_joint, 1),
    ('missing_scores', lambda data, clip: clip.pop('keypoint_score'), 1),
    ('jumps', edit('keypoint', put((0, 3, 2), 580)), 1),
    ('outside', edit('keypoint', put((0, 3, 2, 0), 810)), 1),
    ('empty_class', relabel(slice(2, None, 3), 4), 2),
    ('imbalance', many_of_one_class, 1),
    ('mixed_dtypes', edit('keypoint', lambda x: x.astype(np.float32)), 1),
    (
        'coarse',
        lambda data, clip: clip.update(
            keypoint=clip['keypoint'] + np.float16(2500), img_shape=None
        ),
        1,
    ),
]


def look(data: object, path: Path, num_classes: int | None = None) -> Health:
    """Write a file and examine it."""
    path.write_bytes(pickle.dumps(data))
    return examine(open_source(path, 'coco', num_classes))


def serious(health: Health) -> set[str]:
    """Kinds that are found and no note."""
    return {
        kind
        for kind in health.findings
        if KINDS[kind].severity != Severity.NOTE
    }


def loads(path: Path, num_classes: int | None = None) -> bool:
    """Whether ``SkeletonDataset`` takes the file and all its splits."""
    options = dict(layout='coco', num_classes=num_classes)
    try:
        names = [[split] for split in open_source(path, 'coco').splits]
        for split in [None, *names]:
            SkeletonDataset(str(path), split=split, **options)
    except (ValueError, TypeError):
        return False
    return True


@pytest.fixture(scope='session')
def kit() -> SimpleNamespace:
    """The functions of this file, and the faults to plant."""
    return SimpleNamespace(
        sound_clip=sound_clip,
        sound_data=sound_data,
        plants=PLANTS,
        score_as_third=score_as_third,
        look=look,
        serious=serious,
        has_error=lambda health: health.worst() == Severity.ERROR,
        loads=loads,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / 'file.pkl'


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a ``plant`` with each of them."""
    if 'plant' in metafunc.fixturenames:
        ids = [f'{number}-{kind}' for number, (kind, *_) in enumerate(PLANTS)]
        metafunc.parametrize('plant', PLANTS, ids=ids)
