"""Finds differences between methods that are larger than their noise."""

import numpy as np
import pandas as pd
from scipy import stats

_CONFIDENCE = 0.95


def lead(ours: pd.Series, theirs: pd.Series) -> float:
    """Return the lower end of the confidence interval of a mean difference.

    Runs with the same seed share the network's first weights, the hidden labels and the held-out
    images, so the differences are computed seed by seed.

    Args:
        ours: Scores of a method by seed.
        theirs: Scores of another one.

    Returns:
        The lower end of the interval by Student's t; minus infinity if they share fewer than two
        seeds.
    """
    difference = (ours - theirs).dropna()
    number = len(difference)
    if number < 2:
        return -np.inf
    width = stats.t.ppf((1 + _CONFIDENCE) / 2, number - 1)
    return float(difference.mean() - width * difference.std() / np.sqrt(number))


def ahead(runs: pd.DataFrame, value: str) -> set[tuple[str, str]]:
    """Find the methods that are ahead of every other one in their setting by more than noise.

    Args:
        runs: A row for each finished run: ``method``, ``label`` (the setting), ``seed``, ``value``.
        value: Name of the score.

    Returns:
        The method and the label of each; at most one for each label.
    """
    found = set()
    for label, part in runs.groupby("label", sort=False):
        scores = part.pivot_table(index="seed", columns="method", values=value)
        for method in scores:
            others = scores.columns.drop(method)
            if len(others) and all(lead(scores[method], scores[o]) > 0 for o in others):
                found.add((str(method), str(label)))
    return found
