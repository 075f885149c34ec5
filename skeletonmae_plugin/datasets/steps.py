"""Pipelines whose text names no data set."""

import inspect
from collections.abc import Callable, Sequence

from mmaction.registry import TRANSFORMS

from ..layouts import LayoutLike

Step = dict | Callable


def complete_steps(
    pipeline: Sequence[Step],
    layout: LayoutLike | None = None,
    num_person: int | None = None,
    clip_len: int | None = None,
    up: str | None = None,
) -> list[Step]:
    """Fill what is true of a whole data set into the steps that ask for it.

    A step, ours or a stock one, asks for a fact if its class has an argument
    of that name and its dict does not give it; what a dict gives is kept. So
    one text of a pipeline serves every set: MMEngine's configs have no way to
    hand the variables of a child to its base. Steps within other steps
    (``RandomApply`` and the like) are not looked at.

    Args:
        pipeline: Configs of transforms, or transforms, which are left as
            they are.
        layout: Layout of the joints.
        num_person: Number of persons of a clip.
        clip_len: Number of frames that are taken of a clip.
        up: Which way is up in 3D, see ``NormalizeSkeleton``.

    Returns:
        The steps, with new dicts in the place of those that got a fact.

    Raises:
        ValueError: If a step cannot do without a fact that is not given.

    Example:
        >>> complete_steps([dict(type='RankPersons')], num_person=1)
        [{'type': 'RankPersons', 'num_person': 1}]
    """
    facts = dict(
        layout=layout, num_person=num_person, clip_len=clip_len, up=up
    )
    return [
        _complete(step, facts) if isinstance(step, dict) else step
        for step in pipeline
    ]


def _complete(step: dict, facts: dict) -> dict:
    kind = step.get('type')
    transform = TRANSFORMS.get(kind) if isinstance(kind, str) else kind
    if transform is None:  # the registry has the better words for it
        return step
    wanted = inspect.signature(transform).parameters
    missing = [name for name in facts if name in wanted and name not in step]
    filled = {name: facts[name] for name in missing if facts[name] is not None}
    for name in missing:
        if (
            name not in filled
            and wanted[name].default is inspect.Parameter.empty
        ):
            raise ValueError(
                f'{transform.__name__} needs {name}, which neither its dict '
                f'nor the data set gives: set {name} of the data set '
                f'({name}=... in its config), or of this step'
            )
    return {**step, **filled} if filled else step
