"""SPA against derived numbers, its formula, and what strictly proper means."""

import math

import pytest
import torch
import torch.nn.functional as F

from mmpartial.models import StrictlyProperAsymmetricLoss
from tests.models.golden import Golden, check
from tests.models.restated import check_edges, check_restated, each

SPA = Golden("spa")
OTHER = dict(k_pos=1.5, b_pos=-0.5, z_pos=2, k_neg=2, b_neg=0.7, z_neg=3)
VARIANTS = {"default": {}, "bce": dict(k_neg=1, b_neg=0, z_neg=1), "other": OTHER}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", SPA.cases("default"))
def test_golden(case, variant):
    loss = StrictlyProperAsymmetricLoss(**VARIANTS[variant])
    check(loss, SPA, case, variant)
    posterior, expected = loss.posterior(SPA[f"{case}/logits"]), SPA[f"{case}/{variant}/posterior"]
    torch.testing.assert_close(posterior, expected, rtol=1e-6, atol=0)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", SPA.cases("default"))
def test_mlcpl_takes_the_posterior_for_the_logit(case, variant):
    loss = StrictlyProperAsymmetricLoss(**VARIANTS[variant])
    value = loss(loss.posterior(SPA[f"{case}/logits"]), SPA.target(case))
    torch.testing.assert_close(value, SPA[f"{case}/mlcpl_{variant}/value"], rtol=1e-6, atol=0)


@pytest.mark.parametrize("unknown", ["ignore", "negative"])
def test_restated(unknown):
    def restated(x, t):
        total, known = x.sum() * 0, 0
        for v, label, _, _ in each(x, t):
            known += label >= 0
            if label == 1:
                total = total + torch.log(1 + torch.exp(-1.5 * (v + 0.5))) / 2
            elif label == 0 or unknown == "negative":
                total = total + torch.log(1 + torch.exp(2 * (v - 0.7))) / 3
        return total / max(1, known)

    check_restated(StrictlyProperAsymmetricLoss(unknown=unknown, **OTHER), restated)


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_strictly_proper(options):
    """The expected loss of labels with probability p is least where the posterior is p."""
    loss = StrictlyProperAsymmetricLoss(**options)
    x = torch.linspace(-4, 4, 41, dtype=torch.float64, requires_grad=True)
    p = loss.posterior(x.detach())
    for value, chance in zip(x, p, strict=True):
        positive, negative = (loss(value[None, None], torch.tensor([[y]])) for y in (1.0, 0.0))
        (slope,) = torch.autograd.grad(chance * positive + (1 - chance) * negative, value)
        assert abs(slope.item()) < 1e-9  # both parts are convex: this is the minimum


def test_the_link_is_increasing_and_exact_where_the_posterior_underflows():
    loss = StrictlyProperAsymmetricLoss()
    x = torch.tensor([-1e6, -900.0, -100.0, -21.0, -1.0, 0.0, 7.6, 20.0, 20.1, 100.0, 1e6])
    z = loss.untilted(x)
    assert (z.diff() > 0).all()
    assert loss.posterior(x)[0] == 0 and z[0] < -1e6
    shift = math.log(3 / 5)
    torch.testing.assert_close(z[1], shift - 3 * torch.tensor(901.0))
    assert loss.posterior(torch.tensor([0.95207])).item() == pytest.approx(0.5, abs=1e-5)
    torch.testing.assert_close(z.sigmoid(), loss.posterior(x))
    close = torch.linspace(19.999, 20.001, 2001, dtype=torch.float64)
    assert (loss.untilted(close).diff() > 0).all()


def test_equal_slopes_are_bce():
    loss = StrictlyProperAsymmetricLoss(**VARIANTS["bce"])
    x, t = torch.randn(3, 4), torch.tensor([0.0, 1.0, 1.0, 0.0]).repeat(3, 1)
    torch.testing.assert_close(loss(x, t), F.binary_cross_entropy_with_logits(x, t))
    torch.testing.assert_close(loss.posterior(x), x.sigmoid())


def test_edges_and_options():
    check_edges(StrictlyProperAsymmetricLoss())
    assert StrictlyProperAsymmetricLoss()(torch.randn(2, 3), torch.full((2, 3), -1.0)) == 0
    with pytest.raises(ValueError, match="z_neg=0: give a finite number above 0"):
        StrictlyProperAsymmetricLoss(z_neg=0)
