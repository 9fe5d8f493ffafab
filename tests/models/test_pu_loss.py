"""PU-MLC against its authors' numbers and its formula."""

import pytest
import torch

from mmpartial.models import PULoss
from tests.models.golden import Golden, check
from tests.models.restated import check_restated

PU = Golden("pumlc")


@pytest.mark.parametrize("variant, options", [("coco", {}), ("voc", dict(gamma=0.85, alpha=2))])
@pytest.mark.parametrize("case", PU.cases("coco"))
def test_golden(case, variant, options):
    check(PULoss(**options), PU, case, variant)


@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_restated(scale):
    def restated(x, t):
        total = 0.0
        for scores, labels in zip(x.T, t.T, strict=True):
            mean = sum(scores.tolist()) / len(scores)
            std = (sum((v - mean) ** 2 for v in scores.tolist()) / len(scores)) ** 0.5
            phi = torch.sigmoid(scores / min(1, 1.3 * std))
            total = total + phi.mean().item() ** 0.7 * torch.log(phi.mean() + 2e-10)
            positives = [torch.log(f + 2e-10) for f, s in zip(phi, labels, strict=True) if s == 1]
            if positives:
                total = total - sum(positives) / len(positives)
        return total

    check_restated(PULoss(gamma=0.7, alpha=1.3), restated, scale=scale)


def test_negatives_are_unlabelled():
    x, t = torch.randn(4, 3), torch.tensor([1.0, 0.0, -1.0]).repeat(4, 1)
    assert torch.equal(PULoss()(x, t), PULoss()(x, torch.where(t == 0, -1, t)))


def test_edges():
    for value in (0.0, 3.3, -1e4):  # the authors' gradient is not a number
        x = torch.full((4, 3), value, requires_grad=True)
        loss = PULoss()(x, torch.tensor([1.0, 0.0, -1.0]).repeat(4, 1))
        assert torch.isfinite(loss) and torch.isfinite(torch.autograd.grad(loss, x)[0]).all()
    for shape in ((0, 3), (4, 0)):
        x = torch.zeros(shape, requires_grad=True)
        loss = PULoss()(x, x.detach())
        assert loss == 0 and loss.requires_grad
    x = torch.tensor([[1e4, -1e4], [-1e4, 1e4]], requires_grad=True)
    loss = PULoss()(x, torch.tensor([[-1.0, 1.0], [1.0, -1.0]]))
    assert torch.isfinite(loss) and torch.isfinite(torch.autograd.grad(loss, x)[0]).all()


def test_refusals():
    with pytest.raises(ValueError, match="this batch has one: set train_dataloader.batch_size"):
        PULoss()(torch.zeros(1, 3), torch.zeros(1, 3))
    with pytest.raises(ValueError, match="gamma=-1: give a finite number of 0 or more"):
        PULoss(gamma=-1)
