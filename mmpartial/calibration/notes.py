"""Sentences on classes whose probabilities or thresholds are not as asked."""

from collections.abc import Sequence

import numpy as np

from ..evaluation.confusion_counts import ConfusionCounts
from ..utils.messages import few
from ..utils.names import visible
from .thresholds import Thresholds

_SHOWN = 5  # names in a sentence


def notes_on(
    names: Sequence[str],
    chosen: Thresholds,
    counts: ConfusionCounts,
    criterion: str,
    method: str,
    least: int,
) -> list[str]:
    """Write a sentence for each thing that is not as asked.

    Args:
        names: ``(C,)`` classes.
        chosen: The thresholds.
        counts: Labels and decisions of the images that chose.
        criterion: Name of the criterion.
        method: Name of the calibration.
        least: Labels that a class needs for a threshold of its own.
    """
    none = counts.at_threshold.predicted == 0
    highest = "so it is the one with the highest precision"
    sentences = {
        "Not calibrated, because these images have no known negative of them": (
            (counts.negative == 0) & (method != "none")
        ),
        f"At the threshold of all classes together ({chosen.common:.3f}), because they have fewer "
        f"than {least} known positives or negatives": ~chosen.own,
        f"No threshold of its own meets {criterion}, {highest}": chosen.missed,
        f"The best threshold for {criterion} says yes to none of these images": none & chosen.own,
    }
    found = [f"{text}: {_some(names, which)}." for text, which in sentences.items() if which.any()]
    if chosen.common_missed:
        found.append(f"No threshold of all classes together meets {criterion}, {highest}.")
    if none.all():
        found.append("No class says yes to any of these images.")
    return found


def _some(names: Sequence[str], which: np.ndarray) -> str:
    rows = np.flatnonzero(which).tolist()
    shown = few((visible(names[row]) for row in rows), _SHOWN)
    return f"{len(rows)} of {len(names)} classes ({shown})"
