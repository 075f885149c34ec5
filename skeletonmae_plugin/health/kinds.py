"""What can be found in a skeleton file, and how bad it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Severity(Enum):
    """How bad a finding is."""

    #: ``SkeletonDataset`` refuses the file or a split of it.
    ERROR = 'error'
    #: Training fails later, or its result would mislead.
    WARNING = 'warning'
    #: To be known; real data have it.
    NOTE = 'note'


@dataclass(frozen=True)
class Kind:
    """A kind of finding.

    Args:
        severity: How bad it is.
        what: What is counted, in words.
    """

    severity: Severity
    what: str


@dataclass(frozen=True)
class Finding:
    """A finding of one kind in one place.

    Args:
        kind: Name in ``KINDS``.
        why: What is there, in words.
        clip: Name of the clip, None where it has none or is not the matter.
        split: The split, None where it is not the matter.
        count: Of how many things it tells.
    """

    kind: str
    why: str
    clip: str | None = None
    split: Any = None
    count: int = 1

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return KINDS[self.kind].severity


def _kinds(severity: Severity, **kinds: str) -> dict[str, Kind]:
    return {name: Kind(severity, what) for name, what in kinds.items()}


#: All kinds, the worst first, in the order of a report.
KINDS: dict[str, Kind] = {
    **_kinds(
        Severity.ERROR,
        no_clips='no clip in the file',
        unnamed='annotations without a name',
        repeated_name='annotations called as one before',
        keypoint='clips without an array of joints',
        axes='clips without the four axes (M, T, V, C)',
        empty='clips without a person or frame',
        joints='clips of another number of joints than the layout',
        coordinates='clips of neither 2 nor 3 coordinates',
        mixed_coordinates='clips of other coordinates than most',
        all_nan='clips of nothing but NaN or inf',
        keypoint_score='clips whose scores do not fit their joints',
        total_frames='clips whose total_frames is not their length',
        label='clips of a label that cannot be',
        img_shape='clips of an img_shape that cannot be',
        original_shape='clips of an original_shape that cannot be',
        split_value='splits that are no list of names under a name',
        unknown_ids='names in splits that no clip has',
        empty_split='splits without a clip',
    ),
    **_kinds(
        Severity.WARNING,
        non_finite='clips with NaN or inf',
        huge='clips with coordinates beyond a million',
        wrong_scores='clips with scores outside 0 to 1',
        nobody='clips in which no joint is ever seen',
        constant='clips in which nothing moves',
        torn='clips in which many joints jump',
        outside_image='clips mostly outside their image',
        score_as_third='clips of pixels and, as it seems, a score for depth',
        conflicting_labels='clips that are the same but for their label',
        shared_ids='clips both in a training and in its test split',
        shared_content='training clips that are in the test by another name',
        unseen_class='test clips of a class without training clips',
        partly_labelled='clips without label in splits that have labels',
    ),
    **_kinds(
        Severity.NOTE,
        way_up='way up that is not y',
        unlabelled='splits without any label',
        no_split='clips in no split',
        repeated_ids='names that a split has more than once',
        same_content='clips that are the same as another beside them',
        one_frame='clips of one frame',
        absent_persons='clips with persons that are never seen',
        missing_joint='joints that are never seen',
        missing_scores='clips without scores beside clips with',
        jumps='clips with a joint that jumps',
        outside='clips with joints outside the image',
        empty_class='classes without a clip',
        imbalance='training splits of uneven classes',
        mixed_dtypes='clips of another number type than most',
        coarse='clips in steps of two or more, by half precision',
    ),
}
