"""DeepMaxent against numbers of its authors' code and against its formula."""

import torch

from mmpartial.models import DeepMaxentLoss
from tests.models.restated import check_edges, check_restated, each

LOGITS = [[2.0, -1.0, 0.5], [0.0, 3.0, -80.0], [-2.5, 0.5, 80.0], [1.0, -4.0, 1.5]]
LABELS = [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
# Of deepmaxent_loss in librairies/losses.py, commit 3587ad7.
LOSS = 14.126911936419836
GRADIENT = [
    [2.672679737803e-02, -8.056154382993e-02, 2.479747394661e-36],
    [1.489501896288e-02, 6.800124583375e-02, -8.333333333333e-02],
    [-8.211067572226e-02, 1.242229872268e-02, 8.333333333333e-02],
    [4.048885938135e-02, 1.379992735072e-04, 6.740652282076e-36],
]


def test_the_authors_numbers():
    logits, labels, gradient = (
        torch.tensor(v, dtype=torch.float64) for v in (LOGITS, LABELS, GRADIENT)
    )
    value = DeepMaxentLoss()(logits.requires_grad_(), labels)
    torch.testing.assert_close(value.item(), LOSS, rtol=1e-12, atol=0)
    found = torch.autograd.grad(value, logits)[0]
    torch.testing.assert_close(found, gradient, rtol=1e-9, atol=1e-15)


def test_restated():
    def restated(x, t):
        total = x.sum() * 0
        for logit, label, _, c in each(x, t):
            if label == 1:
                total = total - torch.log(torch.exp(logit) / torch.exp(x[:, c]).sum())
        return total / x.numel()

    check_restated(DeepMaxentLoss(), restated)


def test_a_constant_of_a_class_changes_nothing():
    logits, labels = torch.tensor(LOGITS).double(), torch.tensor(LABELS).double()
    moved = logits + torch.tensor([3.0, -7.0, 100.0])
    torch.testing.assert_close(DeepMaxentLoss()(moved, labels), DeepMaxentLoss()(logits, labels))


def test_unknown_labels_are_as_negatives():
    logits, labels = torch.tensor(LOGITS), torch.tensor(LABELS)
    unknown = torch.where(labels == 0, -1.0, labels)
    assert torch.equal(DeepMaxentLoss()(logits, unknown), DeepMaxentLoss()(logits, labels))


def test_edges():
    check_edges(DeepMaxentLoss())
