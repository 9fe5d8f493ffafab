"""The two-way loss against its authors' numbers and its formula."""

import numpy as np
import pytest
import torch

from mmpartial.labels import LabelBatch
from mmpartial.models import TwoWayLoss
from mmpartial.testing import set_up
from tests.models.golden import Golden, check
from tests.models.restated import check_edges, check_restated

TWO_WAY = Golden("twoway")
VARIANTS = {
    "neg_T4_1": {},
    "ignore_T4_1": dict(unknown="ignore"),
    "ignore_T1_1": dict(unknown="ignore", temperature_pos=1),
    "neg_T2_0.5": dict(temperature_pos=2, temperature_neg=0.5),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", TWO_WAY.cases("neg_T4_1"))
def test_golden(case, variant):
    """With what does not count left out exactly."""
    check(TwoWayLoss(**VARIANTS[variant]), TWO_WAY, case, variant, prefix="clean_")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", TWO_WAY.cases("neg_T4_1"))
def test_the_authors_numbers_where_nothing_leaks(case, variant):
    for name in ("loss", "grad"):  # what they do not leave out is nearly 0 in these cases
        theirs, clean = (TWO_WAY[f"{case}/{variant}/{p}{name}"] for p in ("", "clean_"))
        torch.testing.assert_close(theirs, clean, rtol=1e-6, atol=1e-12)
    check(TwoWayLoss(**VARIANTS[variant]), TWO_WAY, case, variant)


def direction(x, t, states):
    """The mean over rows."""
    total, rows = x.sum() * 0, 0
    for scores, labels in zip(x, t, strict=True):
        positive = [torch.exp(-v / 3) for v, s in zip(scores, labels, strict=True) if s == 1]
        negative = [torch.exp(v / 0.8) for v, s in zip(scores, labels, strict=True) if s in states]
        rows += len(positive) > 0
        if positive and negative:
            total = total + torch.log(1 + sum(positive) ** 3 * sum(negative) ** 0.8)
    return total / max(1, rows)


@pytest.mark.parametrize("unknown, states", [("negative", (0, -1)), ("ignore", (0,))])
def test_restated(unknown, states):
    loss = TwoWayLoss(unknown=unknown, temperature_pos=3, temperature_neg=0.8)
    check_restated(loss, lambda x, t: direction(x, t, states) + direction(x.T, t.T, states))


def test_nothing_leaks_at_large_logits():
    """The authors' code gives 1.753 for the class with one positive and no negative."""
    x, t = torch.tensor([[60.0, -60.0]]), torch.tensor([[1.0, 0.0]])
    assert TwoWayLoss()(x, t) == 0
    wrong = TwoWayLoss()(-x, t)
    torch.testing.assert_close(wrong, torch.tensor(120.0))


def test_unselected_labels_are_in_neither_set():
    x, t = torch.randn(3, 5), torch.tensor([1.0, 0.0, -1.0, -1.0, 0.0]).repeat(3, 1)
    selected = (t == -1) & torch.tensor([True, True, True, False, True])
    value = TwoWayLoss()(x, LabelBatch(t, selected))
    without = torch.tensor([True, True, True, False, True])
    torch.testing.assert_close(value, TwoWayLoss()(x[:, without], t[:, without]))


def test_soft_labels_are_positive_above_a_half():
    x = torch.randn(3, 4)
    soft, hard = torch.tensor([0.2, 0.7, 0.5, 1.0]), torch.tensor([0.0, 1.0, 0.0, 1.0])
    value, expected = (TwoWayLoss()(x, t.repeat(3, 1)) for t in (soft, hard))
    assert torch.equal(value, expected)


def test_edges_and_options():
    check_edges(TwoWayLoss())
    check_edges(TwoWayLoss(unknown="ignore", temperature_pos=0.5))
    with pytest.raises(ValueError, match="unknown='typo': choose 'negative' or 'ignore'"):
        TwoWayLoss(unknown="typo")
    with pytest.raises(ValueError, match="temperature_neg=0: give a finite number above 0"):
        TwoWayLoss(temperature_neg=0)
    positives = np.array([[1, -1], [-1, 1]], dtype=np.int8)
    set_up(TwoWayLoss(), positives)
    with pytest.raises(ValueError, match="have no known negatives, without which"):
        set_up(TwoWayLoss(unknown="ignore"), positives)
