"""Hill: a negative loss that gives up on likely positives."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import power
from .option_checks import check_finite, check_not_negative


@MODELS.register_module()
class HillLoss(ElementLoss):
    r"""Hill loss, https://arxiv.org/abs/2112.07368.

    Negatives, known or assumed, cost :math:`(\lambda - p) p^2`, whose slope falls back to 0 at
    p = 1. Positives cost :math:`-(1 - p_m)^\gamma \log p_m` with :math:`p_m = \sigma(x - margin)`.
    The gradient flows through the focusing factor.

    Args:
        lamb: :math:`\lambda`.
        margin: Margin of positives.
        gamma: Focusing of positives.
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    samples_classes = True

    def __init__(
        self,
        *,
        lamb: float = 1.5,
        margin: float = 1.0,
        gamma: float = 2.0,
        unknown: str = "negative",
        average: str = "sum",
    ):
        super().__init__(unknown=unknown, average=average)
        check_finite(lamb=lamb, margin=margin)
        check_not_negative(gamma=gamma)
        self.lamb, self.margin, self.gamma = lamb, margin, gamma

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`HillLoss`."""
        below = self.margin - logits
        positive = power(below.sigmoid(), self.gamma) * F.softplus(below)
        p = logits.sigmoid()
        return torch.lerp((self.lamb - p) * p.square(), positive, labels.positive)
