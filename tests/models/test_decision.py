"""Probabilities and yes or no of logits."""

import numpy as np
import pytest
import torch

from mmpartial.models import PartialBCELoss
from mmpartial.models.decision import AffineCalibration, Decision, IsotonicCalibration

LOSS = PartialBCELoss()


def test_without_a_calibration_it_is_the_posterior():
    x = torch.randn(4, 3)
    probabilities, yes = Decision(LOSS)(x)
    assert torch.equal(probabilities, x.sigmoid())
    assert torch.equal(yes, x >= 0)


def test_isotonic_interpolates_as_numpy():
    generator = np.random.default_rng(0)
    points = np.sort(generator.normal(size=(3, 6)))
    points[1, 2:] = points[1, 2]  # a row may be padded
    values = np.sort(generator.uniform(size=(3, 6)))
    values[1, 2:] = values[1, 2]
    z = torch.from_numpy(generator.normal(size=(50, 3)) * 3)
    found = IsotonicCalibration(torch.from_numpy(points), torch.from_numpy(values))(z)
    for c in range(3):
        expected = np.interp(z[:, c].numpy(), points[c], values[c])
        np.testing.assert_allclose(found[:, c].numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "calibration",
    [
        None,
        AffineCalibration(torch.rand(3), torch.randn(3)),
        IsotonicCalibration(torch.randn(3, 4).sort(1).values, torch.rand(3, 4).sort(1).values),
    ],
)
def test_a_state_gives_the_same_decision(tmp_path, calibration):
    decision = Decision(LOSS, calibration, [0.2, 0.5, 0.7])
    torch.save(decision.state_dict(), tmp_path / "state.pth")
    state = torch.load(tmp_path / "state.pth", weights_only=True)
    x = torch.randn(6, 3)
    for found, expected in zip(Decision.from_state(LOSS, state)(x), decision(x), strict=True):
        assert torch.equal(found, expected)


def test_a_state_of_a_later_version_is_refused():
    with pytest.raises(ValueError, match="calibration of the kind 'spline'"):
        Decision.from_state(LOSS, dict(thresholds=0.5, calibration=dict(kind="spline")))


def test_half_precision_is_decided_in_single():
    assert Decision(LOSS)(torch.zeros(1, 2, dtype=torch.half))[0].dtype == torch.float32
