"""DP-ASL: the authors' numbers, and its formula restated."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mmpartial.labels import LabelBatch
from mmpartial.models import DecoupledAsymmetricLoss, PartialAsymmetricLoss
from tests.models.golden import Golden, check

GOLDEN = Golden("dpasl")
ORIGINAL = dict(gamma_neg=4, gamma_pos=0, clip=0.05, unknown="ignore")


@pytest.mark.parametrize("variant", ["original", "mixed", "half"])
@pytest.mark.parametrize("case", GOLDEN.cases("half"))
def test_equals_the_authors(case, variant):
    half = GOLDEN[f"{case}/mixed"].bool()
    mixed = dict(original=None, mixed=torch.ones_like(half), half=half)[variant]
    check(DecoupledAsymmetricLoss(), GOLDEN, case, variant, mixed=mixed)


@pytest.mark.parametrize("case", GOLDEN.cases("pasl_mean"))
def test_the_mean(case):
    check(DecoupledAsymmetricLoss(average="element"), GOLDEN, case, "pasl_mean")


@given(B=st.integers(1, 5), L=st.integers(1, 8), seed=st.integers(0, 2**31))
def test_equals_the_restatement(B, L, seed):
    """With other options than the defaults, and soft labels."""
    rng = np.random.default_rng(seed)
    x, t = rng.normal(0, 3, (B, L)), rng.choice([1.0, 0.0, -1.0, 0.3], (B, L))
    mixed, expected = rng.random(B) < 0.5, 0.0
    for i, c in np.ndindex(B, L):
        positive, negative, clip = (3, 1, 0.1) if mixed[i] else (0.5, 2, 0.2)
        p, y = 1 / (1 + math.exp(-x[i, c])), t[i, c]
        q = min(1 - p + clip, 1)
        if y >= 0:
            expected -= y * (1 - p) ** positive * math.log(p)
            expected -= (1 - y) * (1 - q) ** negative * math.log(q)
    loss = DecoupledAsymmetricLoss(gamma_pos=0.5, gamma_neg=2, clip=0.2, mixed_gamma_pos=3,
                                   mixed_gamma_neg=1, mixed_clip=0.1)  # fmt: skip
    target = torch.tensor(t)
    labels = LabelBatch(target, target == -1, mixed=torch.tensor(mixed))
    assert loss(torch.tensor(x), labels).item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_without_mixtures_it_is_asl():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(6, 5, generator=generator)
    target = torch.randint(-1, 2, (6, 5), generator=generator).float()
    asl = PartialAsymmetricLoss(**ORIGINAL)
    torch.testing.assert_close(DecoupledAsymmetricLoss()(logits, target), asl(logits, target))
