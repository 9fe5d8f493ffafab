"""AssetReg against its authors' numbers and its formula."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mmpartial.labels import LabelBatch
from mmpartial.labels.groups import Groups
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.loss_state import LossState
from mmpartial.models import AssetReg, PartialBCELoss
from tests.models.golden import Golden

ASSET = Golden("assetreg")


def made(labels, codes, loss=None, names=("a", "b", "c"), **options):
    """The regularizer of a dataset."""
    options = dict(alpha=0.1, eps=0.2) | options
    made = AssetReg(loss=loss or PartialBCELoss(), **options)
    groups = Groups(np.array(codes, dtype=np.int32), names)
    made.setup(SimpleNamespace(labels=LabelMatrix.from_dense(np.array(labels)), groups=groups))
    return made


def labels_of(target, group):
    return LabelBatch(target, target == -1, all_selected=True,
                      group=torch.tensor(group, dtype=torch.long))  # fmt: skip


def test_golden():
    """Loss, gradient and table of three steps; the wrapped loss is taken off."""
    group, target = ASSET["group"].long(), ASSET["target"]
    loss = made(target.to(torch.int8), group.tolist(), names=tuple("abcd"),
                alpha=float(ASSET["alpha"]), eps=float(ASSET["eps"]))  # fmt: skip
    first = torch.tensor([group.tolist().index(g) for g in range(4)])
    start = torch.where(
        target[first] == 1, 1.0, 0.5
    ).double()  # the authors look at one image of a group
    torch.testing.assert_close(ASSET["table0"], start)
    assert (loss.running >= start).all()
    loss.running = ASSET["table0"]
    for step in ("step0", "step1", "step2"):
        idx, x = ASSET[f"{step}/idx"].long(), ASSET[f"{step}/logits"].requires_grad_()
        value = loss(x, labels_of(target[idx], group[idx].tolist()))
        value = value - PartialBCELoss()(x, labels_of(target[idx], group[idx].tolist()))
        value.backward()
        torch.testing.assert_close(value, ASSET[f"{step}/loss"], rtol=1e-6, atol=1e-12)
        torch.testing.assert_close(x.grad, ASSET[f"{step}/grad"], rtol=1e-6, atol=1e-12)
        torch.testing.assert_close(loss.running, ASSET[f"{step}/table"], rtol=1e-6, atol=1e-12)


def test_restated():
    """Several images of a group, and one without a group, entry by entry."""
    loss = made([[1, 0], [-1, 1], [0, -1], [0, 0]], [0, 1, 1, -1], start=0.4)
    expected = torch.tensor([[1, 0.4], [0.4, 1], [0.4, 0.4]])
    assert torch.equal(loss.running, expected)
    before = loss.running.double()
    x = torch.tensor([[0.3, -1.0], [2.0, 0.5], [-0.7, 0.1], [4.0, 4.0]], dtype=torch.float64)
    target, group = torch.full((4, 2), -1.0, dtype=torch.float64), [1, 0, 1, -1]
    total = 0.0
    for scores, g in zip(x, group, strict=True):
        for cls in range(2):
            p = 1 / (1 + np.exp(-float(scores[cls])))
            r = float(before[g, cls])
            total -= (r * np.log(p) + (1 - r) * np.log(1 - p)) if g >= 0 else 0
    plain = float(PartialBCELoss(unknown="ignore")(x, labels_of(target, group)))
    loss.loss = PartialBCELoss(unknown="ignore")
    value = float(loss(x, labels_of(target, group)))
    assert value == pytest.approx(plain + 0.1 * total / 8, rel=1e-6)
    assert loss.diagnostics["group_gap"] == pytest.approx(total / 8, rel=1e-6)
    expected = before.clone()
    expected[0] = 0.8 * before[0] + 0.2 * x[1].sigmoid()
    expected[1] = 0.8 * before[1] + 0.2 * (x[0].sigmoid() + x[2].sigmoid()) / 2
    torch.testing.assert_close(loss.running.double(), expected, rtol=1e-6, atol=0)


def test_gradient_and_three_states():
    """The regularizer pulls known and unknown labels alike; R gets no gradient."""
    x = torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    grads = []
    for state in (1.0, 0.0, -1.0):
        target = torch.full((4, 2), state, dtype=torch.float64)
        batch = labels_of(target, [0, 1, 2, 2])

        def only(x, batch=batch):
            return made([[1, 0]], [0])(x, batch) - PartialBCELoss()(x, batch)

        assert torch.autograd.gradcheck(only, (x.clone().requires_grad_(),))
        leaf = x.clone().requires_grad_()
        grads.append(torch.autograd.grad(only(leaf), leaf)[0])
    torch.testing.assert_close(grads[0], grads[1])
    torch.testing.assert_close(grads[0], grads[2])


def test_edges():
    loss = made([[1, 0]], [0])
    before = loss.running.clone()
    for group, rows in (([-1, -1], 2), ([], 0)):  # mixtures only, and an empty batch
        x = torch.randn(rows, 2, requires_grad=True)
        value = loss(x, labels_of(torch.zeros(rows, 2), group))
        plain = PartialBCELoss()(x, torch.zeros(rows, 2))
        torch.testing.assert_close(value, plain)
        assert value.requires_grad and torch.equal(loss.running, before)
    x = torch.tensor([[1e4, -1e4]], requires_grad=True)
    value = loss(x, labels_of(torch.tensor([[1.0, 0.0]]), [1]))
    assert torch.isfinite(value) and torch.isfinite(torch.autograd.grad(value, x)[0]).all()


def test_it_is_remembered():
    loss, x = made([[1, 0]], [0]), torch.randn(3, 2)
    state = LossState([loss]).state_dict()
    loss(x, labels_of(torch.zeros(3, 2), [0, 1, 1]))
    other = made([[1, 0]], [0])
    LossState([other]).load_state_dict(LossState([loss]).state_dict())
    assert torch.equal(other.running, loss.running) and set(state[0]) == {"running"}


@pytest.mark.parametrize("options, message", [
    (dict(alpha=0), "alpha=0, eps=0.2, start=0.5: give AssetReg an alpha above 0"),
    (dict(eps=0), "eps=0"),
    (dict(start=2), "start=2"),
    (dict(loss=torch.nn.BCELoss()), "BCELoss: wrap it in mmpartial.AssumeNegative"),
])  # fmt: skip
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        made([[1, 0]], [0], **options)


def test_groups_are_needed():
    with pytest.raises(
        ValueError, match="the training dataset has none: name the column of groups"
    ):
        made([[1, 0]], [-1], names=())
    loss = made([[1, 0]], [0])
    with pytest.raises(ValueError, match="AssetReg needs the group of each image, but the batch"):
        loss(torch.zeros(1, 2), torch.zeros(1, 2))
    with pytest.raises(ValueError, match="AssetReg has no running predictions"):
        AssetReg(loss=PartialBCELoss(), alpha=1)(torch.zeros(1, 2), torch.zeros(1, 2))
