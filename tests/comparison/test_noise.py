"""Leads against intervals worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from mmpartial.comparison.noise import ahead, lead


def runs(**scores):
    """Runs of methods in SPL, with the seeds 0, 1, ..."""
    found = [
        (method, "SPL", seed, score)
        for method, values in scores.items() for seed, score in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["method", "label", "seed", "mAP"])


def test_lead():
    """Differences 1, 2 and 3: mean 2, deviation 1, and 4.303 is the quantile of two freedoms."""
    ours, theirs = pd.Series([11.0, 22.0, 33.0]), pd.Series([10.0, 20.0, 30.0])
    assert lead(ours, theirs) == pytest.approx(2 - 4.30265 / np.sqrt(3), abs=1e-5)


def test_lead_pairs_seeds():
    """Only the seeds 1 and 2 are common, and their differences are equal."""
    ours = pd.Series([12.0, 23.0, 99.0], index=[1, 2, 3])
    theirs = pd.Series([0.0, 10.0, 21.0], index=[0, 1, 2])
    assert lead(ours, theirs) == 2 and lead(ours[:1], theirs) == -np.inf


def test_ahead():
    table = runs(an=[50.0, 60.0], role=[55.0, 65.1], asl=[20.0, 20.0])
    assert ahead(table[table.method != "asl"], "mAP") == {("role", "SPL")}
    assert ahead(table, "mAP") == set()  # asl's scores do not follow the seeds


@pytest.mark.parametrize(
    "scores",
    [
        dict(an=[50.0, 60.0]),  # nothing to be ahead of
        dict(an=[50.0, 60.0], em=[50.0, 60.0]),  # the same
        dict(an=[50.0], role=[90.0]),  # one seed
        dict(an=[50.0, 60.0], role=[90.0]),  # one seed in common
    ],
)
def test_nobody_is_ahead(scores):
    assert ahead(runs(**scores), "mAP") == set()
