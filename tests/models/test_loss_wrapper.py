"""A loss around another keeps its link from logits to probabilities."""

import pytest
import torch

from mmpartial.models import AssetReg, PartialLabelMaskingLoss, StrictlyProperAsymmetricLoss
from mmpartial.models.losses import PartialImbalanceLoss
from mmpartial.models.losses.partial_loss import PartialLoss
from mmpartial.testing import set_up, training_labels


@pytest.mark.parametrize("link", ["posterior", "log_odds", "untilted"])
@pytest.mark.parametrize("wrapper, options", [(AssetReg, dict(alpha=1)),
                                              (PartialLabelMaskingLoss, {})])  # fmt: skip
def test_it_has_the_link_of_its_loss(wrapper, options, link):
    inner, x = StrictlyProperAsymmetricLoss(), torch.randn(3, 2)
    found = getattr(wrapper(loss=inner, **options), link)(x)
    assert torch.equal(found, getattr(inner, link)(x))
    assert not torch.equal(found, getattr(PartialLoss(), link)(x))


def test_it_has_the_prior_logits_of_its_loss():
    inner = PartialImbalanceLoss()
    set_up(AssetReg(loss=inner, alpha=1), training_labels())
    assert torch.equal(AssetReg(loss=inner, alpha=1).prior_logits(0.5), inner.prior_logits(0.5))
