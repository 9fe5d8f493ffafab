"""The focal loss with a gradient through the focusing factor."""

import torch
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import cross_entropy, power
from .option_checks import check_not_negative


@MODELS.register_module()
class PartialFocalLoss(ElementLoss):
    """Focal loss (https://arxiv.org/abs/1708.02002) as in DB and COMIC: a (1 - e^-b)^g b.

    Here b is the cross entropy of an element, and the gradient flows through the factor; a is the
    same for positives and negatives. For a detached factor, with which the authors of ASL compare,
    use :class:`mmpartial.PartialAsymmetricLoss` with gammas of 2.

    Args:
        gamma: g.
        balance_param: a. The authors' default is 0.25; inside the DB loss it is 2.
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
