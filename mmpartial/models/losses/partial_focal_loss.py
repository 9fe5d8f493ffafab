"""The focal loss whose focusing factor has a gradient of its own."""

import torch
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import cross_entropy, power
from .option_checks import check_not_negative


@MODELS.register_module()
class PartialFocalLoss(ElementLoss):
    """Focal loss (https://arxiv.org/abs/1708.02002) as DB and COMIC have it: a (1 - e^-b)^g b.

    b is the cross entropy of an element, and the gradient flows through the factor; a weighs both
    kinds alike. For the flavour with a detached factor, as the authors of ASL compare with, take
    :class:`mmpartial.PartialAsymmetricLoss` with gammas of 2.

    Args:
        gamma: g.
        balance_param: a. The authors' default is 0.25; 2 inside of the DB loss.
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        average: ``'element'`` (DB's trainer), ``'sum'`` (COMIC's), ``'known'`` or ``'image'``.
    """

    samples_classes = True

    def __init__(
        self,
        *,
        gamma: float = 2.0,
        balance_param: float = 0.25,
        unknown: str = "negative",
        average: str = "element",
    ):
        super().__init__(unknown=unknown, average=average)
        check_not_negative(gamma=gamma, balance_param=balance_param)
        self.gamma, self.balance_param = gamma, balance_param

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """Focused cross entropy."""
        b = cross_entropy(logits, labels.positive)
        return focused(b, self.gamma) * self.balance_param


def focused(b: Tensor, gamma: float) -> Tensor:
    """(1 - e^-b)^gamma b."""
    return power(-torch.expm1(-b), gamma) * b
