"""GR against its authors' numbers and its formula."""

import math

import pytest
import torch
from mmengine.logging import MessageHub

from mmpartial.labels import LabelBatch
from mmpartial.models import GRLoss
from mmpartial.progress import PASS_LENGTH, Progress
from mmpartial.testing import at_epoch
from tests.models.golden import Golden, check
from tests.models.restated import check_edges, check_restated, each

GR = Golden("gr")
COCO = dict(w=(0.0, 10.0), b=(-2.0, -8.0))
# Options, epoch from 1, number of epochs.
VARIANTS = {
    **{f"voc_ep{e}": ({}, e, 8) for e in (1, 2, 4, 8)},
    **{f"coco_ep{e}": (COCO, e, 8) for e in (1, 2, 4, 8)},
    "nus_ep10": (COCO, 10, 10),
    "cub_ep5": (dict(COCO, q3=1.5), 5, 10),
    "voc_linear2_ep1": (dict(linear_init=2), 1, 8),
    "voc_linear2_ep5": (dict(linear_init=2), 5, 8),
    "q_half_ep4": (dict(q2=0.5, q3=0.7), 4, 8),
    "coco_ep4_ignore": (dict(COCO, unknown="ignore"), 4, 8),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", GR.cases("voc_ep1"))
def test_golden(case, variant):
    """The authors feed known negatives as unknown ones."""
    options, epoch, epochs = VARIANTS[variant]
    loss = GRLoss(known_negative="estimate", **options)
    with at_epoch(epoch - 1, epochs):
        if not GR[f"{case}/{variant}/grad"].isnan().any():
            check(loss, GR, case, variant)
            return
        logits = GR[f"{case}/logits"].requires_grad_()  # theirs has no gradient here
        value = loss(logits, GR.target(case))
        value.backward()
        single = loss(logits.detach().float(), GR.target(case)).double()
    torch.testing.assert_close(value.detach(), GR[f"{case}/{variant}/loss"], rtol=1e-6, atol=0)
    torch.testing.assert_close(single, GR[f"{case}/{variant}/loss_f32"], rtol=1e-5, atol=0)
    assert torch.isfinite(logits.grad).all()


def nl(p):
    return -torch.log(p + 1e-7)


def restated(x, t, s=None, known_negative=True):
    """Epoch 3 of 10 with 1 that nothing changes, and everything that GPR adds."""
    w, b, mu, sigma = 10 / 9, -2 - 6 / 9, 0.5 + 0.3 * 2 / 9, 2 - 1.5 * 2 / 9
    total = 0.0
    for logit, label, i, c in each(x, t):
        p = torch.sigmoid(logit)
        v = math.exp(-(((p.item() - mu) / sigma) ** 2) / 2)
        k = 1 / (1 + math.exp(-(w * p.item() + b)))
        if label == 1:
            total = total + nl(p)
        elif label == 0 and known_negative:
            total = total + nl(1 - p)
        elif label == -1 and s is not None and not s[i, c].isnan():
            soft, weight = s[i, c], min(max(1 - v, 0.4), 0.6)
            total = total + soft * weight * (0.8 * nl(p) + 0.2 * nl(1 - p))
            total = total + (1 - soft) * v * nl(1 - p)
        else:
            total = total + v * k * (1 - p**0.02) / 0.02
            total = total + v * (1 - k) * (1 - (1 - p) ** 1.5) / 1.5
    if s is not None:
        total = total + 0.3 * (x.sigmoid().sum(1).mean() - 2) ** 2 / x.shape[1] ** 2 * x.numel()
    return total / x.numel()


def test_restated():
    options = dict(COCO, q2=0.02, q3=1.5, linear_init=1)
    more = dict(rho=0.8, pseudo_weight=(0.4, 0.6), penalty=0.3, expected_positives=2)
    with at_epoch(2, 10):
        check_restated(GRLoss(**options), restated)
        check_restated(GRLoss(**options, **more), restated, pseudo=True)
        fed = GRLoss(**options, known_negative="estimate")
        check_restated(fed, lambda x, t: restated(x, t, known_negative=False))


@pytest.mark.parametrize("epoch, attractor, watershed", [
    (0, 0.133, None), (3, 0.014, None), (5, 0.0031, 0.904), (7, 0.0007, 0.804),
])  # fmt: skip
def test_unknown_labels_are_drawn_to_few_places(epoch, attractor, watershed):
    """Up to the attractor; from the watershed on, where there is one, to 1."""

    def slope(p):
        x = torch.logit(torch.tensor([[p]], dtype=torch.float64)).requires_grad_()
        with at_epoch(epoch, 8):
            GRLoss(**COCO)(x, torch.tensor([[-1.0]])).backward()
        return x.grad.item()

    assert slope(attractor * 0.9) < 0 < slope(attractor * 1.1)
    if watershed is None:
        assert slope(0.95) > 0
    else:
        assert slope(watershed - 0.02) > 0 > slope(watershed + 0.02)


def test_the_clocks_of_a_run_by_iterations():
    hub = MessageHub.get_instance("gr_clocks")
    for key, value in {"iter": 13, "max_iters": 30, PASS_LENGTH: 4}.items():
        hub.update_info(key, value)
    try:  # pass 4 of 8, the last of which is cut short
        now = Progress.current()
        assert (now.visit, math.ceil(now.max_passes), now.share) == (3, 8, 13 / 29)
        check(GRLoss(known_negative="estimate"), GR, "base_4x7", "voc_ep4")
    finally:
        MessageHub._instance_dict.pop("gr_clocks")


def test_edges_and_options():
    with at_epoch(3, 8):
        for q3 in (0.5, 1.0, 1.5):
            check_edges(GRLoss(q2=0.5, q3=q3))
        x = torch.zeros(1, 2)
        with pytest.raises(ValueError, match="linear_init=8 leaves none of the 8 epochs"):
            GRLoss(linear_init=8)(x, x)
    for options, message in [
        (dict(known_negative="ignore"), "known_negative='ignore': choose 'negative' or"),
        (dict(q2=0.0), "q2=0.0: give a finite number above 0"),
        (dict(sigma=(2.0, 0.0)), r"sigma=\(2.0, 0.0\): give finite numbers above 0"),
        (dict(penalty=0.1), "penalty=0.1 needs expected_positives"),
    ]:
        with pytest.raises(ValueError, match=message):
            GRLoss(**options)


def test_half_precision_has_a_gradient_where_p_rounds():
    x = torch.tensor([[-20.0, -60.0, 20.0, 60.0]], dtype=torch.float16, requires_grad=True)
    labels = LabelBatch.from_target(torch.full((1, 4), -1.0))
    with at_epoch(3, 8):
        GRLoss(**COCO)(x, labels).backward()
    assert torch.isfinite(x.grad).all() and (x.grad[0, :2] < 0).all()
