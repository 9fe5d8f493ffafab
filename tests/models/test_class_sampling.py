"""Drawing classes: an unbiased loss, fewer logits, and what refuses it."""

from itertools import combinations

import numpy as np
import pytest
import torch
from mmengine.logging import MessageHub
from mmpretrain.structures import DataSample

from mmpartial.labels import ClassDraw, LabelBatch
from mmpartial.memory.corrections import Corrections
from mmpartial.memory.pseudo_labels import PseudoLabels
from mmpartial.models import BoostLUHead, QSamplingHead
from mmpartial.models import losses as m
from mmpartial.models.heads.class_sampling import draw_classes
from mmpartial.testing import set_up, training_labels

CLASSES, KNOWN = 7, (1, 4)  # the others are unknown in all images
LOSSES = [
    m.PartialBCELoss(), m.PartialBCELoss(unknown="ignore", average="known"), m.HillLoss(),
    m.PartialFocalLoss(average="image"), m.WeakAssumeNegativeLoss(),
    m.StrictlyProperAsymmetricLoss(unknown="negative"), m.PartialImbalanceLoss(p_mode="off"),
    m.PartialImbalanceLoss(p_mode="off", gate=None, ratio_power=0.5, pseudo_weighting="none"),
    m.PartialImbalanceLoss(p_mode="off", ratio_mode="fixed", gate=None),
    m.PartialImbalanceLoss(p_mode="off", gate=None, chance=((0, 10), (-1, -8)), bound_at=0.0),
]  # fmt: skip


def target():
    labels = torch.full((3, CLASSES), -1.0, dtype=torch.float64)
    labels[0, 1], labels[1, 1], labels[2, 4] = 1, 0, 1
    return labels


def samples():
    result = []
    for row, labels in enumerate(target().float()):
        sample = DataSample().set_gt_score(labels)
        sample.set_field(row, "row", field_type="metainfo")
        result.append(sample)
    return result


def head(**options):
    options = dict(loss=dict(type="mmpartial.PartialBCELoss"), q=0.5) | options
    torch.manual_seed(0)
    return QSamplingHead(num_classes=CLASSES, in_channels=5, q_sampling="classes", **options)


@pytest.fixture
def step():
    """Set the iteration, as a Runner does."""
    hub = MessageHub.get_instance("test_class_sampling")

    def put(number):
        for key, value in dict(epoch=0, max_epochs=10, iter=number, max_iters=100).items():
            hub.update_info(key, value)

    put(0)
    return put


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: type(loss).__name__)
@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_mean_over_all_draws_is_the_loss_of_all_classes(loss, k):
    """The value and the gradient, for every loss that says so."""
    loss = set_up(loss, training_labels(CLASSES))
    assert loss.samples_classes
    x = torch.linspace(-3, 3, 3 * CLASSES, dtype=torch.float64).view(3, CLASSES).requires_grad_()
    labels = LabelBatch(target(), target() == -1, x.detach().sigmoid(), all_selected=True)
    others = [c for c in range(CLASSES) if c not in KNOWN]
    values = []
    for drawn in combinations(others, k):
        classes = torch.tensor(sorted((*KNOWN, *drawn)))
        weight = torch.tensor([1.0 if c in KNOWN else len(others) / k for c in classes.tolist()])
        draw = ClassDraw(classes, weight.double(), CLASSES)
        values.append(loss(x[:, classes], labels.of_classes(draw)))
    mean, full = torch.stack(values).mean(), loss(x, labels)
    torch.testing.assert_close(mean, full, rtol=1e-12, atol=0)
    given, wanted = (torch.autograd.grad(value, x)[0] for value in (mean, full))
    torch.testing.assert_close(given, wanted, rtol=1e-9, atol=1e-15)


def test_all_other_losses_refuse():
    for loss in (m.PartialImbalanceLoss(), m.PartialImbalanceLoss(p_mode="off", ratio_mode="soft"),
                 m.EntropyMaximizationLoss()):  # fmt: skip
        with pytest.raises(ValueError, match="needs the logits of all classes: set model.head.q_s"):
            head(loss=loss)


def test_draws_are_exact_equally_likely_and_functions_of_seed_and_step():
    known = torch.zeros(10, dtype=torch.bool)
    known[[2, 5]] = True
    count = np.zeros(10)
    for step in range(600):
        draw = draw_classes(known, 0.4, 0, step)
        assert len(draw.classes) == 2 + 3 and draw.total == 10
        assert draw.weight.tolist() == pytest.approx(
            [1 if known[c] else 8 / 3 for c in draw.classes]
        )
        count[draw.classes] += 1
    expected = np.where(known, 1, 3 / 8)
    np.testing.assert_allclose(count / 600, expected, atol=0.08)
    same, other, seed = (draw_classes(known, 0.4, *key) for key in ((0, 7), (0, 8), (1, 7)))
    assert torch.equal(same.classes, draw_classes(known, 0.4, 0, 7).classes)
    assert not torch.equal(same.classes, other.classes)
    assert not torch.equal(same.classes, seed.classes)


def test_only_drawn_logits_are_computed_and_only_their_pseudo_labels_move(step):
    model = head(loss=dict(type="mmpartial.PartialImbalanceLoss", p_mode="off"), q=0.4)
    set_up(model.loss_module, training_labels(CLASSES))
    model.memory = PseudoLabels(3, CLASSES, "x", 0.25)
    feats = (torch.randn(3, 5),)
    model.loss(feats, samples())["loss"].backward()
    output = model.output
    drawn = output.draw.classes
    assert len(drawn) == len(KNOWN) + 2 and set(KNOWN) <= set(drawn.tolist())
    touched = model.fc.weight.grad.abs().sum(1) > 0
    assert set(touched.nonzero().flatten().tolist()) <= set(drawn.tolist())
    torch.testing.assert_close(output.logits[:, drawn], model(feats)[:, drawn].detach())
    model.memory.update(output, model.loss_module, 0, 0.1)
    moved = (model.memory.values != 0.25).any(0)
    assert moved.nonzero().flatten().tolist() == drawn.tolist()
    assert model.memory.values[0, 1] == 0.25  # the label is known
    first = drawn.tolist()
    later = []
    for number in range(1, 6):
        step(number)
        model.loss(feats, samples())
        later.append(model.output.draw.classes.tolist())
    assert any(classes != first for classes in later)


def test_q_1_and_prediction_compute_all_classes(step):
    feats = (torch.randn(3, 5),)
    model, plain = head(q=1.0), head(q=1.0)
    plain.q_sampling = "exact"
    torch.testing.assert_close(model.loss(feats, samples()), plain.loss(feats, samples()))
    assert model.output.draw is None
    assert model.predict(feats)[0].pred_score.shape == (CLASSES,)


def test_a_memory_of_all_logits_refuses(step):
    model = head()
    model.memory = Corrections(3, CLASSES, "x", 0.0)
    with pytest.raises(ValueError, match="Corrections remembers the logits of all classes"):
        model.loss((torch.randn(3, 5),), samples())


def test_only_linear_heads_draw_classes():
    with pytest.raises(ValueError, match="q_sampling='classes': choose 'exact' or 'bernoulli'"):
        BoostLUHead(num_classes=3, in_channels=5, q_sampling="classes",
                    loss=dict(type="mmpartial.PartialBCELoss"))  # fmt: skip
