"""Partial BCE against scikit-learn's log loss and brute force."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from mmpartial.models.losses import PartialBCELoss


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["negative", "ignore"]),
    st.sampled_from([0.0, 0.1]),
    st.sampled_from(["element", "known", "image", "sum"]),
    st.integers(1, 5),
    st.integers(1, 6),
    st.integers(0, 2**31),
)
def test_equals_the_restatement(unknown, smoothing, average, B, L, seed):
    rng = np.random.default_rng(seed)
    x, target = rng.normal(0, 3, (B, L)), rng.choice([1.0, 0.0, -1.0], (B, L))
    total, counted = 0.0, 0
    for i in range(B):
        for c in range(L):
            counted += target[i, c] != -1
            if target[i, c] == -1 and unknown == "ignore":
                continue
            t = 1 - smoothing if target[i, c] == 1 else smoothing
            total += t * np.logaddexp(0, -x[i, c]) + (1 - t) * np.logaddexp(0, x[i, c])
    divisor = {"element": B * L, "known": max(1, counted), "image": B, "sum": 1}[average]
    loss = PartialBCELoss(unknown=unknown, label_smoothing=smoothing, average=average)
    value = loss(torch.tensor(x), torch.tensor(target))
    assert value.item() == pytest.approx(total / divisor, rel=1e-10, abs=1e-12)


def test_full_labels_are_scikit_learns_log_loss():
    rng = np.random.default_rng(0)
    x, target = rng.normal(size=(6, 5)), rng.integers(0, 2, (6, 5))
    value = PartialBCELoss()(torch.tensor(x), torch.tensor(target))
    expected = log_loss(target.ravel(), (1 / (1 + np.exp(-x))).ravel())
    assert value.item() == pytest.approx(expected, rel=1e-10)


def test_gradcheck():
    x = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([[1.0, 0, -1, -1], [0, 0, 1, 1], [-1, -1, -1, -1]])
    for unknown in ("negative", "ignore"):
        loss = PartialBCELoss(unknown=unknown)
        assert torch.autograd.gradcheck(lambda v, loss=loss: loss(v, target), (x,))


def test_all_unknown_ignored_is_zero_with_a_graph():
    x = torch.randn(2, 3, requires_grad=True)
    value = PartialBCELoss(unknown="ignore", average="known")(x, -torch.ones(2, 3))
    value.backward()
    assert value.item() == 0 and (x.grad == 0).all()


@pytest.mark.parametrize(
    "chosen, message",
    [
        (dict(unknown="skip"), "unknown='skip': choose one of 'negative', 'ignore'"),
        (dict(label_smoothing=0.5), r"label_smoothing=0.5 is outside \[0, 0.5\)"),
        (dict(average="mean"), "average='mean': choose one of image"),
    ],
)
def test_wrong_options(chosen, message):
    with pytest.raises(ValueError, match=message):
        PartialBCELoss(**chosen)
