"""Rows of the paper's tables: what each changes in the shipped configs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from ..layouts import Layout, get_layout
from ..study.tables import Row
from . import paper


@dataclass(frozen=True)
class Place:
    """Where a table is made.

    Args:
        set_name: The set.
        layout: Of its joints.
        recipe: Of ``label_efficiency.RECIPES``.
        sources: Other sets to pre-train on -> layouts of their joints.
    """

    set_name: str
    layout: Layout
    recipe: str = 'paper'
    sources: Mapping[str, Layout] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line of a table.

    Args:
        row: What it changes; it has one arm.
        paper: Published percents, by set.
    """

    row: Row
    paper: Mapping[str, float] = field(default_factory=dict)


def _line(
    place: Place,
    name: str,
    arm: str = 'pretrained',
    pretrain: Mapping[str, Any] | None = None,
    train: Mapping[str, Any] | None = None,
    paper: Mapping[str, float] | None = None,
    pretrain_on: str | None = None,
) -> Line:
    row = Row(
        name, pretrain or {}, train or {}, (arm,), place.recipe, pretrain_on
    )
    return Line(row, paper or {})


def _stock(place: Place) -> Line:
    return _line(place, 'stock ST-GCN++', 'stgcnpp', paper=paper.STGCNPP)


def _ablated(percent: float) -> dict[str, float]:
    return {paper.ABLATED: percent}


def _mask(**changes: Any) -> dict[str, Any]:
    """Options of the mask, which chooses in one way only."""
    ways = dict(parts=None, num_masked_parts=None, mask_ratio=None)
    place = 'train_dataloader.dataset.pipeline.MaskSkeletonParts'
    return {
        f'{place}.{key}': value for key, value in {**ways, **changes}.items()
    }


def _usual(place: Place, body: Layout | None = None) -> dict[str, Any]:
    """What the paper hides where it looks at something else.

    The default recipe keeps its own mask.

    Args:
        place: Where the table is made.
        body: On which is pre-trained, if it is not that of the place.
    """
    if place.recipe != 'paper':
        return {}
    return _mask(parts=_of(body or place.layout, (paper.USUAL_PART,)))


def _of(layout: Layout, parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts.

    Raises:
        ValueError: If the layout lacks one.
    """
    for part in parts:
        if part not in layout.parts:
            raise ValueError(
                f'layout {layout.name!r} has no part {part!r}, only '
                f'{", ".join(layout.parts)}; expected those of the paper, see '
                'docs/layouts.md'
            )
    return parts


def _nothing_hidden() -> dict[str, Any]:
    """Nothing would be asked for, either: all joints are predicted."""
    place = 'train_dataloader.dataset.pipeline.MaskSkeletonParts'
    return {'model.hide': False, f'{place}.num_masked_clips': 0}


def _encoder(place: Place, **changes: Any) -> tuple[dict, dict]:
    """Options of the encoder, of its pre-training and of recognition.

    The literal recipe pre-trains it alone, the default one within STRL.
    """
    within = 'model.backbone.encoder'
    own = 'model.backbone' if place.recipe == 'paper' else within
    return (
        {f'{own}.{key}': value for key, value in changes.items()},
        {f'{within}.{key}': value for key, value in changes.items()},
    )


def _words(parts: tuple[str, ...]) -> str:
    return ' + '.join(part.replace('_', ' ') for part in parts)


def main(place: Place) -> Iterator[Line]:
    """The main result, and what it is worth beside training from scratch."""
    best = _mask(parts=_of(place.layout, paper.BEST_PAIR))
    name = _words(paper.BEST_PAIR)
    yield _line(place, f'{name} hidden', pretrain=best, paper=paper.MAIN)
    yield _line(place, 'parts drawn anew for each clip')
    yield _line(place, 'from scratch', 'scratch', paper=paper.SCRATCH)
    if place.recipe == 'paper':
        # Read literally it has been seen to diverge; this is the cure.
        cure = {'model.backbone.pool_norm': True}
        end = ', pooled code normalised'
        yield _line(place, f'{name} hidden{end}', pretrain=best, train=cure)
        yield _line(place, f'from scratch{end}', 'scratch', train=cure)
    yield _stock(place)


def depth(place: Place) -> Iterator[Line]:
    """How many layers should STRL have?"""
    for number, percent in enumerate(paper.DEPTH, 1):
        change = {'model.backbone.num_layers': number}
        yield _line(
            place,
            f'M = {number}',
            # The literal recipe pre-trains nothing of STRL but its encoder.
            pretrain=_usual(place) if place.recipe == 'paper' else change,
            train=change,
            paper=_ablated(percent),
        )


def encoder_depth(place: Place) -> Iterator[Line]:
    """How many layers should the encoder have?"""
    for number, percent in enumerate(paper.ENCODER_DEPTH, 1):
        pretrain, train = _encoder(place, num_layers=number)
        yield _line(
            place,
            f'L_D = {number}',
            pretrain={**pretrain, **_usual(place)},
            train=train,
            paper=_ablated(percent),
        )


def convs(place: Place) -> Iterator[Line]:
    """Which graph operator, by the part that is hidden?"""
    for conv, percents in paper.HIDDEN_PART.items():
        for part in place.layout.parts:
            mask = _mask(parts=(part,))
            known = part in paper.PARTS
            number = percents[paper.PARTS.index(part)] if known else None
            yield _conv_line(place, conv, f'{_words((part,))}', mask, number)


def num_parts(place: Place) -> Iterator[Line]:
    """Which graph operator, by how many parts are hidden?"""
    for conv in paper.HIDDEN_PART:
        for number in range(len(place.layout.parts)):
            mask = (
                _mask(num_masked_parts=number) if number else _nothing_hidden()
            )
            yield _conv_line(place, conv, f'{number} parts', mask, None)


def _conv_line(
    place: Place,
    conv: str,
    hidden: str,
    mask: Mapping[str, Any],
    percent: float | None,
) -> Line:
    pretrain, train = _encoder(place, conv=conv)
    return _line(
        place,
        f'{conv.upper()}, {hidden} hidden',
        pretrain={**pretrain, 'model.neck.conv': conv, **mask},
        train=train,
        paper=None if percent is None else _ablated(percent),
    )


def joints(place: Place) -> Iterator[Line]:
    """Single joints, or whole parts of as many joints?"""
    total, made = place.layout.num_joints, set()
    own = _sizes(place.layout) == _sizes(get_layout('coco'))
    for count, choices in paper.WHOLE_PARTS.items():
        held = [_count(place.layout, choice) for choice, _ in choices]
        # Of another body than the paper's as many as its best parts hold.
        number = count if own else held[0]
        if number not in made:
            made.add(number)
            published = _ablated(paper.RANDOM_JOINTS[count])
            yield _line(
                place,
                f'{number} joints, drawn one by one',
                pretrain=_mask(mask_ratio=number / total),
                paper=published if own else None,
            )
        for (choice, percent), size in zip(choices, held, strict=True):
            yield _line(
                place,
                f'{size} in whole parts: {_words(choice)}',
                pretrain=_mask(parts=choice),
                paper=_ablated(percent),
            )


def _sizes(layout: Layout) -> dict[str, int]:
    """Joints of each part."""
    return {name: len(joints) for name, joints in layout.parts.items()}


def _count(layout: Layout, parts: tuple[str, ...]) -> int:
    """Joints of some parts.

    Raises:
        ValueError: If the layout lacks one.
    """
    return sum(len(layout.parts[part]) for part in _of(layout, parts))


def parts(place: Place) -> Iterator[Line]:
    """Which part, or which pair of parts, should be hidden?"""
    singles = zip(paper.PARTS, paper.HIDDEN_PART['gin'], strict=True)
    known = {frozenset((part,)): percent for part, percent in singles}
    for choices in paper.WHOLE_PARTS.values():
        known |= {frozenset(choice): percent for choice, percent in choices}
    for size in (1, 2):
        for choice in combinations(place.layout.parts, size):
            percent = known.get(frozenset(choice))
            yield _line(
                place,
                _words(choice),
                pretrain=_mask(parts=choice),
                paper=None if percent is None else _ablated(percent),
            )


def transfer(place: Place) -> Iterator[Line]:
    """What is an encoder worth that was pre-trained on another set?"""
    itself = f'{place.set_name} itself'
    yield _line(place, itself, pretrain=_usual(place))
    for name, body in place.sources.items():
        hidden = _usual(place, body)
        yield _line(place, name, pretrain=hidden, pretrain_on=name)
    yield _line(place, 'no pre-training', 'scratch')


def scratch(place: Place) -> Iterator[Line]:
    """What does pre-training bring?"""
    yield _line(place, 'from scratch', 'scratch', paper=paper.SCRATCH)
    yield _pretrained(place)
    yield _stock(place)


def _pretrained(place: Place) -> Line:
    """As the ablations have it: M = 3, L_D = 3, GIN."""
    return _line(
        place,
        'pre-trained',
        pretrain=_usual(place),
        paper=_ablated(paper.PRETRAINED),
    )


def controls(place: Place) -> Iterator[Line]:
    """What the paper left out: does hiding, or pre-training, matter?"""
    frozen = {'model.backbone.frozen_encoder': True}
    yield _pretrained(place)
    yield _line(
        place,
        'pre-trained with 0 parts hidden (all joints predicted)',
        pretrain=_nothing_hidden(),
    )
    yield _line(
        place,
        'pre-trained encoder, frozen',
        pretrain=_usual(place),
        train=frozen,
    )
    yield _line(place, 'random encoder, frozen', 'scratch', train=frozen)
    yield _stock(place)


#: Name of a table -> its lines. All others are compared with the first.
TABLES: dict[str, Callable[[Place], Iterator[Line]]] = dict(
    main=main,
    depth=depth,
    encoder_depth=encoder_depth,
    convs=convs,
    num_parts=num_parts,
    joints=joints,
    parts=parts,
    transfer=transfer,
    scratch=scratch,
    controls=controls,
)
