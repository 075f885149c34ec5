"""A fixed number of persons, the best seen first."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.persons import rank_persons, times_seen

#: What is known of each joint, all with the axes (..., M, T, V).
JOINT_KEYS = ('keypoint', 'keypoint_score', 'valid', 'mask')


@TRANSFORMS.register_module()
class RankPersons(BaseTransform):
    """Keep the best-seen persons of a clip and pad with absent ones.

    Persons are ranked by the number of their valid joints over all frames,
    each weighted by its score if there is one. Their coordinates play no
    part: a hidden joint must not change who is taken. Among equals the order
    of the file stays. An absent person is zeros and not valid.

    Required Keys: keypoint, valid, keypoint_score (optional), mask (optional)

    Modified Keys: the same, M = num_person

    Args:
        num_person: Number of persons.
    """

    def __init__(self, num_person: int = 2) -> None:
        if num_person < 1:
            raise ValueError(
                f'num_person must be at least 1, got {num_person}'
            )
        self.num_person = num_person

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Rank: (M, T, V, ...) -> (num_person, T, V, ...)."""
        seen = times_seen(results['valid'], results.get('keypoint_score'))
        order = rank_persons(seen, self.num_person)
        for key in JOINT_KEYS:
            if results.get(key) is not None:
                value = results[key][order]
                value[order < 0] = 0
                results[key] = value
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(num_person={self.num_person})'
