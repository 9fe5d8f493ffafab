"""APL and RAL against their authors' numbers and their formulas."""

import math

import pytest
import torch

from mmpartial.models import AsymmetricPolynomialLoss
from tests.models.golden import Golden, check
from tests.models.restated import check_edges, check_restated, each

APL, RAL = Golden("apl"), Golden("ral")
ROBUST = dict(lamb=1.5, detach_focal=False)
OTHER = dict(gamma_neg=2, gamma_pos=1, clip=0.1)
PLAIN = dict(gamma_neg=0, gamma_pos=0, clip=0)
VARIANTS = {
    (APL, "default"): {},
    (APL, "gradfocal"): dict(detach_focal=False),
    (APL, "g2_1_c0.1"): OTHER,
    (APL, "noclip_g0"): PLAIN,
    (APL, "eps_pos0.5_pow1_neg-0.3"): dict(epsilon_pos=0.5, epsilon_pos_pow=1, epsilon_neg=-0.3),
    (RAL, "default"): ROBUST,
    (RAL, "detached"): dict(lamb=1.5),
    (RAL, "g2_1_l1.2"): ROBUST | OTHER | dict(lamb=1.2),
    (RAL, "noclip_g0"): ROBUST | PLAIN,
    (RAL, "pos_pow-1_neg0.5"): ROBUST | dict(epsilon_pos_pow=-1, epsilon_neg=0.5),
}


@pytest.mark.parametrize("golden, variant", VARIANTS, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("case", APL.cases("default"))
def test_golden(case, golden, variant):
    check(AsymmetricPolynomialLoss(**VARIANTS[golden, variant]), golden, case, variant)


@pytest.mark.parametrize("robust", [False, True])
def test_restated(robust):
    def restated(x, t):
        total = 0.0
        for logit, label, _, _ in each(x, t):
            p = torch.sigmoid(logit)
            q = torch.clamp(1 - p + 0.1, max=1)
            if label == 1:
                element = torch.log(p) + 0.4 * (1 - p) - 0.6 * (1 - p) ** 2
                factor = (1 - p) ** 2
            else:
                element, factor = torch.log(q) + 0.3 * q, (1 - q) ** 3
                if robust:
                    element = element * (1.7 - p) * p**2 * (1.7 - q)
            total = total - element * (factor if robust else factor.item())
        return total

    options = dict(lamb=1.7, detach_focal=False) if robust else {}
    loss = AsymmetricPolynomialLoss(
        gamma_pos=2, gamma_neg=3, clip=0.1, epsilon_pos=0.4, epsilon_pos_pow=-1.2, epsilon_neg=0.3,
        **options,
    )  # fmt: skip
    check_restated(loss, restated)


def test_the_known_numbers_of_the_polynomials():
    def cost(p, label, **options):
        x = torch.tensor([[math.log(p / (1 - p))]], dtype=torch.float64)
        return AsymmetricPolynomialLoss(**options)(x, torch.tensor([[label]])).item()

    assert cost(0.99, 1.0) == pytest.approx(0.0002, abs=5e-5)
    assert cost(0.1, 1.0) == pytest.approx(2.42, abs=5e-3)
    assert cost(0.05, 0.0, **ROBUST) == pytest.approx(0, abs=1e-12)
    assert cost(1 - 1e-9, 0.0, **ROBUST) < 1.78


def test_edges():
    for options in ({}, ROBUST, PLAIN, dict(gamma_neg=0.5, gamma_pos=0.5) | ROBUST):
        check_edges(AsymmetricPolynomialLoss(**options))
