"""The plans of the toy set and of miniatures of real sets.

A plan turns the number of a clip into a ``Clip``. The names, splits, shapes
and lengths are those of the real files; the movements are made, and only as
many kinds of them as there are classes.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..converters.ntu.splits import TRAIN_PERFORMERS
from .actions import ACTIONS
from .camera import Camera
from .interactions import INTERACTIONS
from .recording import (
    Clip,
    Record,
    record_metres,
    record_normalised,
    record_pixels,
)
from .scene import sample_length

TOY_ACTIONS = tuple(ACTIONS)
TOY_INTERACTIONS = ('handshake', 'approach')
_SINGLE, _DOUBLE = tuple(ACTIONS), tuple(INTERACTIONS)

# Labels of actions between two people, of both.
NTU_DOUBLES = (*range(49, 60), *range(105, 120))
# Pairs of people in the five folds of SBU, Yun et al., CVPRW 2012.
SBU_FOLDS = (
    ('s01s02', 's03s04', 's05s02', 's06s04'),
    ('s02s03', 's02s07', 's03s05', 's05s03'),
    ('s01s03', 's01s07', 's07s01', 's07s03'),
    ('s02s01', 's02s06', 's03s02', 's03s06'),
    ('s04s02', 's04s03', 's04s06', 's06s02', 's06s03'),
)
_NWUCLA_ACTIONS = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12)
# Class -> action and accent that come nearest to it.
_JHMDB_CLASSES = dict(
    catch=('punch', 0),
    clap=('clap', 0),
    golf=('throw', 3),
    jump=('jump', 0),
    pick=('bow', 0),
    pour=('drink', 0),
    pullup=('squat', 0),
    push=('punch', 4),
    run=('walk', 3),
    sit=('sit', 0),
    stand=('turn', 0),
    throw=('throw', 0),
    walk=('walk', 0),
    wave=('wave', 0),
)

_LETTERS = string.ascii_letters + string.digits + '-_'
# Height, width.
_IMAGES = ((360, 640), (720, 1280), (1080, 1920))

Plan = Callable[[int, np.random.Generator], Clip]
Recorder = Callable[..., Record]


@dataclass(frozen=True)
class SetSpec:
    """How the clips of a set are planned and recorded."""

    plan: Plan
    splits: tuple[str, ...]
    num_clips: int
    layout: str
    record: Recorder
    dtype: type = np.float32


def toy_classes(persons: int) -> tuple[str, ...]:
    """Class names of the toy set for one or two persons."""
    return TOY_ACTIONS + (TOY_INTERACTIONS if persons == 2 else ())


def toy_plan(persons: int) -> Plan:
    """Clips of the toy set: other people and other views in the test."""
    classes = toy_classes(persons)

    def plan(index: int, rng: np.random.Generator) -> Clip:
        label = index // 3 % len(classes)
        test = index % 3 == 2
        actor = int(rng.integers(10) + 100 if test else rng.integers(20))
        company = persons == 2 and (
            classes[label] in INTERACTIONS or rng.random() < 0.3
        )
        yaw = (
            rng.choice([-1, 1]) * rng.uniform(25, 95)
            if test
            else rng.uniform(-50, 50)
        )
        shape = ((480, 640), (720, 1280), (1080, 1920), (640, 480))[
            int(rng.integers(4))
        ]
        return Clip(
            name=f'toy_p{actor:03d}_c{index:05d}_{classes[label]}',
            label=label,
            action=classes[label],
            performers=(actor, actor + 40) if company else (actor,),
            num_frames=sample_length(rng, 12, 150, 45),
            splits=('test' if test else 'train',),
            camera=_camera(rng, yaw, (0.5, 2.4), (2.5, 6.0)),
            take=index,
            img_shape=shape,
            fill=rng.uniform(0.35, 0.95) if rng.random() > 0.06 else 1.2,
        )

    return plan


def _camera(
    rng: np.random.Generator,
    yaw: float,
    height: tuple[float, float],
    distance: tuple[float, float],
) -> Camera:
    return Camera(
        yaw=float(yaw),
        height=rng.uniform(*height),
        distance=rng.uniform(*distance),
        target=(rng.normal(0, 0.2), rng.uniform(0.75, 1.05), 0.0),
        roll=rng.normal(0, 1.5),
    )


def _act(place: int, kinds: tuple[str, ...] = _SINGLE) -> tuple[str, int]:
    """Action and accent of the so-many-th class of a kind."""
    return kinds[place % len(kinds)], place // len(kinds)


def _ntu_act(label: int) -> tuple[str, int]:
    """Action and accent of a class of NTU RGB+D."""
    if label in NTU_DOUBLES:
        return _act(NTU_DOUBLES.index(label), _DOUBLE)
    return _act(label - sum(double < label for double in NTU_DOUBLES))


def _odd_cases(index: int) -> dict[str, bool]:
    """What is odd now and again, early enough to be in a handful of clips."""
    odd = index % 48
    return dict(short=odd == 4, unseen=odd == 5, crowd=odd == 6, bare=odd == 7)


def ntu_plan(num_classes: int) -> Plan:
    """Clips as NTU RGB+D 60 or 120 names and splits them.

    Four clips in a row are all combinations of both splits. Odd cases
    of the real data come early and then now and again: one frame, nobody
    found, three persons, in pixels no scores.
    """

    def plan(index: int, rng: np.random.Generator) -> Clip:
        label = 7 * (index // 4) % num_classes
        trains, second = index % 4 in (0, 2), index % 4 in (1, 2)
        # The second half of the classes was recorded later.
        later = label >= 60
        camera = int(rng.integers(2, 4)) if second else 1
        known = range(1, 107 if later else 41)
        allowed = [who for who in known if (who in TRAIN_PERFORMERS) == trains]
        subject = int(rng.choice(allowed))
        action, accent = _ntu_act(label)
        odd = _odd_cases(index)
        persons = (
            3
            if odd['crowd']
            else 2
            if action in INTERACTIONS or (rng.random() < 0.08)
            else 1
        )
        setup = int(rng.integers(18, 33) if later else rng.integers(1, 18))
        if num_classes == 120:  # even setups train
            setup += (setup + second) % 2 * (-1 if setup in (17, 32) else 1)
            other = f'xset_{"val" if setup % 2 else "train"}'
        else:
            other = f'xview_{"val" if camera == 1 else "train"}'
        return Clip(
            name=f'S{setup:03d}C{camera:03d}P{subject:03d}'
            f'R{index // (4 * num_classes) + 1:03d}A{label + 1:03d}',
            label=label,
            action=action,
            accent=accent,
            performers=tuple(subject + 50 * i for i in range(persons)),
            num_frames=1 if odd['short'] else sample_length(rng, 20, 150, 70),
            splits=(f'xsub_{"train" if trains else "val"}', other),
            camera=_camera(
                rng,
                (0, -45, 45)[camera - 1] + rng.normal(0, 10),
                (0.8, 1.8),
                (2.6, 4.0),
            ),
            take=index,
            img_shape=(1080, 1920),
            fill=rng.uniform(0.3, 0.75),
            unseen=odd['unseen'],
            unscored=odd['bare'],
        )

    return plan


def _video(rng: np.random.Generator) -> str:
    """A name of a video as YouTube gives them."""
    return ''.join(rng.choice(list(_LETTERS), 11))


def finegym_plan(index: int, rng: np.random.Generator) -> Clip:
    """Clips of FineGym, of which its boxes show the gymnast alone.

    Odd cases as in :func:`ntu_plan`, but for the three persons.
    """
    label, val = index // 2 % 99, index % 2 == 1
    action, accent = _act(label)
    start, first = int(rng.integers(1, 9000)), int(rng.integers(40))
    length, odd = sample_length(rng, 8, 200, 40), _odd_cases(index)
    return Clip(
        name=f'{_video(rng)}_E_{start:06d}_{start + 60:06d}'
        f'_A_{first:04d}_{first + 2:04d}',
        label=label,
        action=action,
        accent=accent,
        performers=(int(rng.integers(10) + (100 if val else 0)),),
        num_frames=1 if odd['short'] else length,
        splits=('val' if val else 'train',),
        camera=_camera(rng, rng.uniform(-90, 90), (1.0, 3.0), (5.0, 9.0)),
        take=index,
        img_shape=_IMAGES[int(rng.integers(len(_IMAGES)))],
        fill=rng.uniform(0.2, 0.6),
        unseen=odd['unseen'],
        unscored=odd['bare'],
    )


def diving48_plan(index: int, rng: np.random.Generator) -> Clip:
    """Clips of Diving48, which has a test and no validation.

    Odd cases as in :func:`ntu_plan`.
    """
    label, test = index // 3 % 48, index % 3 == 2
    action, accent = _act(label)
    diver, odd = (
        int(rng.integers(10) + (100 if test else 0)),
        _odd_cases(index),
    )
    length = sample_length(rng, 30, 200, 90)
    return Clip(
        name=f'{_video(rng)}_{index:05d}',
        label=label,
        action=action,
        accent=accent,
        performers=(diver, diver + 40, diver + 80)[: 3 if odd['crowd'] else 1],
        num_frames=1 if odd['short'] else length,
        splits=('test' if test else 'train',),
        camera=_camera(rng, rng.uniform(-90, 90), (1.0, 3.0), (5.0, 9.0)),
        take=index,
        img_shape=_IMAGES[int(rng.integers(len(_IMAGES)))],
        fill=rng.uniform(0.2, 0.6),
        unseen=odd['unseen'],
        unscored=odd['bare'],
    )


def nwucla_plan(index: int, rng: np.random.Generator) -> Clip:
    """Each performance is seen by three cameras; the third is the test."""
    take, view = divmod(index, 3)
    label, subject = take % 10, take // 10 % 10 + 1
    action, accent = _act(label)
    number = _NWUCLA_ACTIONS[label]
    # The three views of a take must agree about its length.
    common = np.random.default_rng(take)
    length = {1: 1, 2: 201}.get(take % 50, sample_length(common, 8, 120, 31))
    episode = take // 100
    return Clip(
        name=f'a{number:02d}_s{subject:02d}_e{episode:02d}_v{view + 1:02d}',
        label=label,
        action=action,
        accent=accent,
        performers=(subject,),
        num_frames=length,
        splits=('xview_val' if view == 2 else 'xview_train',),
        camera=_camera(
            rng, (-30, 10, 55)[view] + rng.normal(0, 6), (0.6, 1.1), (2.2, 3.2)
        ),
        take=take,
    )


def jhmdb_plan(index: int, rng: np.random.Generator) -> Clip:
    """Three splits; each clip is in the test of one of them."""
    label, fold = index % 14, index % 3
    name, (action, accent) = list(_JHMDB_CLASSES.items())[label]
    return Clip(
        name=f'{name}_{index:04d}',
        label=label,
        action=action,
        accent=accent,
        performers=(100 * fold + int(rng.integers(8)),),
        num_frames=sample_length(rng, 15, 40, 32),
        splits=tuple(
            f'{"test" if k == fold else "train"}{k + 1}' for k in range(3)
        ),
        camera=_camera(rng, rng.uniform(-60, 60), (0.8, 2.0), (3.0, 6.0)),
        take=index,
    )


def routine16_plan(index: int, rng: np.random.Generator) -> Clip:
    """An exercise routine before one camera."""
    label, test = index // 3 % 16, index % 3 == 2
    action, accent = _act(label)
    performer = int(rng.integers(4) + 100 if test else rng.integers(10))
    number = performer % 2 + (3 if test else 1)
    shape = (1080, int(rng.integers(660, 930)) * 2)
    return Clip(
        name=f'{number}210{index:04d}A{label + 1}',
        label=label,
        action=action,
        accent=accent,
        performers=(performer,),
        num_frames=sample_length(rng, 10, 201, 52),
        splits=('test' if test else 'train',),
        camera=_camera(rng, rng.normal(0, 25), (1.0, 1.8), (2.5, 4.0)),
        take=index,
        img_shape=shape,
        fill=rng.uniform(0.4, 0.9),
    )


def sbu_plan(index: int, rng: np.random.Generator) -> Clip:
    """Two people seen from the side; five folds by pairs."""
    label, fold = index // 5 % 8, index % 5
    pair = str(rng.choice(SBU_FOLDS[fold]))
    return Clip(
        name=f'{pair}_a{label + 1:02d}_{index // 40 + 1:03d}',
        label=label,
        action=_DOUBLE[label],
        performers=(int(pair[1:3]), int(pair[4:6])),
        num_frames=sample_length(rng, 10, 46, 23),
        splits=tuple(
            f'{"test" if k == fold else "train"}{k + 1}' for k in range(5)
        ),
        camera=_camera(rng, 90 + rng.normal(0, 12), (1.1, 1.6), (2.0, 2.8)),
        take=index,
    )


def _ntu_spec(num_classes: int, other: str, in_space: bool) -> SetSpec:
    splits = tuple(f'{s}_{p}' for s in ('xsub', other) for p in _PARTS)
    layout, record = (
        ('nturgb+d', record_metres) if in_space else ('coco', record_pixels)
    )
    return SetSpec(
        ntu_plan(num_classes),
        splits,
        4 * num_classes,
        layout,
        record,
        np.float16,
    )


_PARTS = ('train', 'val')
MINIATURES = dict(
    ntu60=_ntu_spec(60, 'xview', in_space=False),
    ntu60_3d=_ntu_spec(60, 'xview', in_space=True),
    ntu120=_ntu_spec(120, 'xset', in_space=False),
    ntu120_3d=_ntu_spec(120, 'xset', in_space=True),
    finegym=SetSpec(
        finegym_plan, _PARTS, 198, 'coco', record_pixels, np.float16
    ),
    diving48=SetSpec(
        diving48_plan,
        ('train', 'test'),
        144,
        'coco',
        record_pixels,
        np.float16,
    ),
    nwucla=SetSpec(
        nwucla_plan,
        ('xview_train', 'xview_val'),
        120,
        'kinect20',
        record_metres,
    ),
    jhmdb=SetSpec(
        jhmdb_plan,
        tuple(f'{s}{k}' for k in (1, 2, 3) for s in ('train', 'test')),
        126,
        'jhmdb15',
        record_normalised,
    ),
    routine16=SetSpec(
        routine16_plan,
        ('train', 'test'),
        144,
        'coco',
        record_pixels,
        np.float16,
    ),
    sbu=SetSpec(
        sbu_plan,
        tuple(f'{s}{k}' for k in range(1, 6) for s in ('train', 'test')),
        120,
        'sbu15',
        record_metres,
    ),
)
