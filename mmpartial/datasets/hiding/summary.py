"""A line about the known labels."""

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.messages import counted

_NAMED = 20  # classes in the line


def summary_of(known: Annotations) -> str:
    """Describe how many labels are known, and which classes lack a positive; add the hash."""
    labels, classes = known.labels, known.classes
    n = max(1, len(known))
    pos, neg, unk = (labels.count(state).sum() / n for state in (POSITIVE, NEGATIVE, UNKNOWN))
    empty = [name for name, n in zip(classes, labels.count(POSITIVE), strict=True) if not n]
    return (
        f"{len(known)} images{_groups(known)} x {len(classes)} classes; per image {pos:.2f} "
        f"positive, {neg:.2f} negative, {unk:.2f} unknown; classes without a known positive: "
        f"{counted(empty, _NAMED) or 'none'}; labels {known.label_hash}"
    )


def _groups(known: Annotations) -> str:
    """The number of groups, if there are any."""
    if known.groups is None:
        return ""
    return f" in {len(np.unique(known.unit_hashes))} groups"
