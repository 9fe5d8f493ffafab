"""The table of the thresholds, a row for each class."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..evaluation.class_means import class_precision_recall_f1
from ..evaluation.confusion_counts import ConfusionCounts
from .criteria import Counts, Criterion
from .thresholds import Thresholds


def threshold_table(
    names: Sequence[str],
    criterion: Criterion,
    chosen: Thresholds,
    stages: Mapping[str, ConfusionCounts],
    threshold_ends: np.ndarray,
    value_ends: np.ndarray,
) -> pd.DataFrame:
    """Tabulate the thresholds and how good they are.

    Args:
        names: ``(C,)`` classes.
        criterion: The criterion that chose.
        chosen: The thresholds.
        stages: Labels and decisions of ``chosen`` and, if it could be made, ``other half``.
        threshold_ends: ``(C, 2)`` interval of the threshold.
        value_ends: ``(C, 2)`` interval of the criterion's value.

    Returns:
        A row for each class: ``class``; its known labels, ``positive`` and ``negative``;
        ``threshold`` and its interval; ``of``, which is ``class`` or ``all`` and says whose labels
        chose the threshold. ``precision``, ``recall``, ``F1`` and the criterion's value with its
        interval are those on the same images. The last column is the value on images that did not
        choose. All but a cost are in percent, and NaN for a class without a known positive.
    """
    counts = stages["chosen"]
    shares = class_precision_recall_f1(counts.at_threshold, counts.positive)
    value, unit = criterion.label, criterion.unit
    table = {
        "class": list(names),
        "positive": counts.positive,
        "negative": counts.negative,
        "threshold": chosen.values,
        "threshold_low": threshold_ends[:, 0],
        "threshold_high": threshold_ends[:, 1],
        "of": np.where(chosen.own, "class", "all"),
    }
    numbers: dict[str, np.ndarray] = {
        name: 100 * x for name, x in zip(("precision", "recall", "F1"), shares, strict=True)
    }
    numbers |= {
        f"best_{value}": unit * criterion.value(_as_counts(counts)),
        f"best_{value}_low": unit * value_ends[:, 0],
        f"best_{value}_high": unit * value_ends[:, 1],
    }
    if "other half" in stages:
        other = criterion.value(_as_counts(stages["other half"]))
        numbers[f"other_half_{value}"] = unit * other
    some = counts.positive > 0
    return pd.DataFrame(table | {name: np.where(some, x, np.nan) for name, x in numbers.items()})


def _as_counts(counts: ConfusionCounts) -> Counts:
    made = counts.at_threshold
    return Counts(made.true, made.predicted - made.true, counts.positive, counts.negative)
