"""ZLPR against its authors' numbers and its formula."""

import pytest
import torch

from mmpartial.labels import LabelBatch
from mmpartial.models import ZLPRLoss
from tests.models.golden import Golden, check
from tests.models.restated import check_edges, check_restated

ZLPR = Golden("zlpr")


@pytest.mark.parametrize("variant, unknown", [
    ("neg", "negative"), ("ignore", "ignore"), ("soft0.3", "pseudo"),
])  # fmt: skip
@pytest.mark.parametrize("case", ZLPR.cases("neg"))
def test_golden(case, variant, unknown):
    """One number an image."""
    pseudo = torch.full_like(ZLPR[f"{case}/logits"], 0.3)
    check(ZLPRLoss(unknown=unknown, average="sum"), ZLPR, case, variant, pseudo=pseudo)


@pytest.mark.parametrize("unknown, weights", [("negative", (0, 1)), ("ignore", (0, 0))])
def test_restated(unknown, weights):
    positive, negative = ({1: 1, 0: 0, -1: w}[1] for w in weights)

    def restated(x, t):
        total = 0.0
        for scores, labels in zip(x, t, strict=True):
            above = below = torch.ones((), dtype=torch.float64)
            for v, s in zip(scores, labels, strict=True):
                if s == 1:
                    above = above + torch.exp(-v)
                elif s == 0 or unknown == "negative":
                    below = below + torch.exp(v)
            total = total + torch.log(above) + torch.log(below)
        return total / len(x)

    check_restated(ZLPRLoss(unknown=unknown), restated)


def test_the_posterior_of_soft_labels_gives_them_back():
    y = torch.tensor([[0.01, 0.3, 0.5, 0.9, 0.999]], dtype=torch.float64)
    loss = ZLPRLoss(unknown="pseudo")
    x = (torch.logit(y) / 2).requires_grad_()
    loss(x, LabelBatch(torch.full_like(y, -1), torch.ones_like(y).bool(), y)).backward()
    # Alone in its image each class is at its minimum.
    for c in range(5):
        v = x.detach()[:, c : c + 1].requires_grad_()
        unknown = torch.full_like(v, -1)
        labels = LabelBatch(unknown, unknown == -1, y[:, c : c + 1], all_selected=True)
        (grad,) = torch.autograd.grad(loss(v, labels), v)
        assert abs(grad.item()) < 1e-12
    torch.testing.assert_close(loss.posterior(x), y)
    torch.testing.assert_close(loss.untilted(x), torch.logit(y))


def test_the_posterior_of_hard_labels_is_the_sigmoid():
    x = torch.tensor([-300.0, 0.0, 2.0])
    assert torch.equal(ZLPRLoss().posterior(x), x.sigmoid())
    assert torch.equal(ZLPRLoss().untilted(x), x)


def test_edges_and_options():
    for unknown in ("negative", "ignore"):
        check_edges(ZLPRLoss(unknown=unknown))
    value = ZLPRLoss(unknown="ignore")(torch.randn(2, 3), torch.full((2, 3), -1.0))
    assert value == 0
    with pytest.raises(ValueError, match="unknown='typo': choose one of 'negative', 'ignore', 'ps"):
        ZLPRLoss(unknown="typo")
    with pytest.raises(ValueError, match="no pseudo labels for them"):
        ZLPRLoss(unknown="pseudo")(torch.zeros(1, 2), torch.tensor([[1.0, -1.0]]))
