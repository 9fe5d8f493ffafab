"""SPLC: self-paced correction of missing positives."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...progress import Progress
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import power
from .option_checks import check_finite, check_not_negative


@MODELS.register_module()
class SPLCLoss(ElementLoss):
    r"""Self-paced loss correction with the focal margin loss, https://arxiv.org/abs/2112.07368.

    From epoch ``change_epoch`` on, an unknown label whose prediction exceeds ``tau`` counts as
    positive in this step only. The element loss is
    :math:`(1 - s_t)^\gamma \cdot` cross entropy, where s is the sigmoid of the logit, or of the
    logit minus ``margin`` if the label is a known positive.

    **Differs from the authors' code**, which has no known negatives: ``protect_known`` keeps them
    negative.

    Args:
        tau: Probability above which an unknown label turns positive.
        change_epoch: First epoch in which labels turn positive, counted from 0.
        margin: Margin of known positives.
        gamma: Focusing.
        protect_known: Keep known negatives as they are.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    def __init__(
        self,
        *,
        tau: float = 0.6,
        change_epoch: int = 1,
        margin: float = 1.0,
        gamma: float = 2.0,
        protect_known: bool = True,
        average: str = "sum",
    ):
        super().__init__(average=average)
        if not 0 < tau < 1:
            raise ValueError(f"tau={tau} is outside (0, 1): it is a probability.")
        check_finite(margin=margin)
        check_not_negative(gamma=gamma)
        self.threshold = math.log(tau / (1 - tau))
        self.change_epoch, self.margin, self.gamma = change_epoch, margin, gamma
        self.protect_known = protect_known

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`SPLCLoss`."""
        y = labels.positive
        v = logits - self.margin * y
        if Progress.current().visit >= self.change_epoch:
            y = self._correct(v.detach(), y, labels)
        s = v.sigmoid()
        factor = power(s + y - 2 * s * y, self.gamma)  # 1 - s of positives, s of negatives
        return factor * F.binary_cross_entropy_with_logits(v, y, reduction="none")

    def _correct(self, v: Tensor, y: Tensor, labels: LabelBatch) -> Tensor:
        """The target ``y`` with likely positives set to 1."""
        likely = (v > self.threshold).to(y.dtype)
        if self.protect_known:
            likely = likely * labels.selected
        self.diagnostics["corrected"] = (likely * (1 - y)).sum()
        return torch.maximum(y, likely)
