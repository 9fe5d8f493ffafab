"""Halves of the held-out images, which keep groups whole."""

import numpy as np
import pytest
import torch

from mmpartial.calibration import HeldOut, calibrate
from mmpartial.calibration.criteria import criterion_named
from mmpartial.calibration.cross_fitting import _first_half, cross_fit, decide
from mmpartial.labels.groups import Groups
from mmpartial.models.losses import PartialBCELoss


def held_out(groups):
    """As many images as group names."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(len(groups), 2))
    labels = (rng.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(np.int8)
    return HeldOut(torch.from_numpy(logits).float(), labels, Groups.from_names(groups))


def test_a_group_is_in_one_half():
    names = [f"p{number % 20}" for number in range(200)] + [""] * 40
    found = held_out(np.array(names, dtype=object))
    half = _first_half(found, seed=1)
    sides = [{*found.groups.texts()[rows].tolist()} - {""} for rows in (half, ~half)]
    assert not sides[0] & sides[1] and len(sides[0] | sides[1]) == 20
    assert abs(half.sum() - 120) <= 5
    plain = _first_half(HeldOut(found.logits, found.labels), seed=1)
    assert plain.sum() == 120 and (plain != half).any()
    assert found.part(half).groups.texts().tolist() == found.groups.texts()[half].tolist()


def test_a_half_is_judged_by_the_groups_of_the_other():
    found, loss = held_out(np.array([f"p{number % 12}" for number in range(240)])), PartialBCELoss()
    options = "platt", criterion_named("f1")
    fit = cross_fit(loss, found, *options, 10)
    half = _first_half(found, 0)
    for one in (half, ~half):
        decision, _ = decide(loss, found.part(one), *options, 5)
        expected = decision.probabilities(found.logits[~one]).numpy()
        np.testing.assert_array_equal(fit.probabilities[~one], expected)


def test_one_group_cannot_be_halved():
    found = held_out(np.array(["p"] * 50, dtype=object))
    with pytest.raises(ValueError, match="groups stay in one half, and one of them has nearly all"):
        _first_half(found, 0)
    result = calibrate(PartialBCELoss(), found, ["a", "b"], least=1)
    said = "thresholds for the other half: groups stay in one half"
    assert any(said in note for note in result.notes)
    assert result.table.filter(regex="_(low|high)$").isna().all(axis=None)  # nothing to draw anew
