"""Probabilities from log odds: against other implementations, and their properties."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from mmpartial.calibration import fit

FITTED = ("temperature", "platt", "isotonic")


def draw(seed, images=60, classes=3, unknown=0.2):
    """Log odds and labels that they rank, with unknown ones."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(images, classes)).astype(np.float32)
    labels = (rng.random(z.shape) < 1 / (1 + np.exp(1 - 2 * z))).astype(np.int8)
    labels[:2] = [[1], [0]]
    labels[2:][rng.random((images - 2, classes)) < unknown] = -1
    return z, labels


def apply(calibration, z):
    return calibration(torch.from_numpy(z)).numpy()


def loss(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def test_temperature_is_the_most_likely_slope():
    z, labels = draw(0)
    found = fit(z, labels, "temperature")
    x, y = z[labels >= 0].astype(float), labels[labels >= 0]
    best = minimize(lambda s: loss(1 / (1 + np.exp(-s * x)), y).sum(), [1.0]).x[0]
    assert found.slope.tolist() == pytest.approx([best] * 3, rel=1e-3)
    assert found.intercept.tolist() == [0, 0, 0]


def test_platt_adds_the_prior_to_the_loss_of_a_class():
    z, labels = draw(1)
    known = labels >= 0
    common = LogisticRegression(C=np.inf, tol=1e-10).fit(z[known][:, None], labels[known])
    found = fit(z, labels, "platt", prior=5)

    def total(line, x, y):
        p = 1 / (1 + np.exp(-line[0] * x - line[1]))
        p0, share = common.predict_proba(x[:, None])[:, 1], 5 / min(y.sum(), (1 - y).sum())
        return (loss(p, y) + share * loss(p, p0)).sum()

    for cls in range(3):
        own = z[known[:, cls], cls].astype(float), labels[known[:, cls], cls]
        line = found.slope[cls].item(), found.intercept[cls].item()
        assert line == pytest.approx(minimize(total, [1.0, 0.0], own).x, abs=2e-3)


def test_without_a_prior_a_class_is_by_itself():
    z, labels = draw(2)
    platt, isotonic = (fit(z, labels, method, prior=1e-9) for method in ("platt", "isotonic"))
    grid = np.repeat(np.linspace(-3, 3, 50, dtype=np.float32)[:, None], 3, axis=1)
    known = labels[:, 0] >= 0
    x, y = z[known, :1], labels[known, 0]
    alone = LogisticRegression(C=np.inf, tol=1e-10).fit(x, y)
    np.testing.assert_allclose(
        apply(platt, grid)[:, 0], alone.predict_proba(grid[:, :1])[:, 1], atol=1e-3
    )
    alone = IsotonicRegression(out_of_bounds="clip").fit(x[:, 0], y)
    np.testing.assert_allclose(apply(isotonic, grid)[:, 0], alone.predict(grid[:, 0]), atol=1e-5)


@pytest.mark.parametrize("method", ["platt", "isotonic"])
def test_a_class_with_few_labels_stays_close_to_all(method):
    z, labels = draw(3, images=400)
    labels[:, 2] = -1
    labels[:30, 2] = 0  # no positive at all
    all_alike = fit(z, labels, method, prior=1e9)
    found = fit(z, labels, method)
    grid = np.repeat(np.linspace(-3, 3, 50, dtype=np.float32)[:, None], 3, axis=1)
    common = apply(all_alike, grid)
    # Between its own log odds a class interpolates.
    np.testing.assert_allclose(common, common[:, [2]] * np.ones(3), atol=0.05)
    np.testing.assert_array_equal(apply(found, grid)[:, 2], common[:, 2])
    assert np.abs(apply(found, grid)[:, 0] - common[:, 0]).max() > 0.01


def test_probabilities_are_those_of_the_labels():
    rng = np.random.default_rng(4)
    z = rng.normal(size=(4000, 2)).astype(np.float32)
    p = 1 / (1 + np.exp(-(2 * z + [-1, 1])))
    labels = (rng.random(z.shape) < p).astype(np.int8)
    for method in ("platt", "isotonic"):
        assert np.abs(apply(fit(z, labels, method), z) - p).mean() < 0.02


@given(st.integers(0, 10**6), st.sampled_from(FITTED), st.sampled_from([0.1, 3.0]))
@settings(max_examples=30)
def test_monotone_and_blind_to_unknown_labels(seed, method, prior):
    z, labels = draw(seed, images=12, unknown=0.5)
    try:
        found = fit(z, labels, method, prior)
    except ValueError as error:
        assert "does not rank" in str(error)
        return
    grid = np.repeat(np.linspace(-9, 9, 200, dtype=np.float32)[:, None], 3, axis=1)
    p = apply(found, grid)
    assert (np.diff(p, axis=0) >= 0).all() and (p >= 0).all() and (p <= 1).all()
    other = np.where(labels < 0, np.float32(1e3), z)
    np.testing.assert_array_equal(apply(fit(other, labels, method, prior), grid), p)


@pytest.mark.parametrize("method", FITTED)
def test_a_class_without_a_negative_keeps_its_log_odds(method):
    z, labels = draw(5)
    labels[labels[:, 1] == 0, 1] = -1
    p = apply(fit(z, labels, method), z)
    np.testing.assert_allclose(p[:, 1], 1 / (1 + np.exp(-z[:, 1])), atol=1e-3)
    assert np.abs(p[:, 0] - 1 / (1 + np.exp(-z[:, 0]))).max() > 0.05


def test_what_cannot_be_fitted():
    z, labels = draw(6)
    assert fit(z, labels, "none") is None
    assert fit(z, np.where(labels == 0, -1, labels)) is None
    with pytest.raises(ValueError, match="no calibration 'plat': choose one of platt, "):
        fit(z, labels, "plat")
    with pytest.raises(ValueError, match="has a known positive: probabilities need both"):
        fit(z, np.where(labels == 1, -1, labels))
    with pytest.raises(ValueError, match="does not rank the known positives"):
        fit(-z, labels)
