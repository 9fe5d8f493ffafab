"""ZLPR: positives above 0, negatives below, by two sums of exponentials."""

import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .functional import weighted_logsumexp
from .partial_loss import PartialLoss

UNKNOWN_OPTIONS = ("negative", "ignore", "pseudo")


@MODELS.register_module()
class ZLPRLoss(PartialLoss):
    r"""Zero-bounded log-sum-exp and pairwise rank-based loss, https://arxiv.org/abs/2208.02955.

    An image costs

    .. math::
        \log \big( 1 + \sum_c (1 - y_c) e^{x_c} \big) + \log \big( 1 + \sum_c y_c e^{-x_c} \big)

    with labels y from 0 to 1. A logit above 0 means positive. With ``unknown='ignore'`` and without
    known negatives (PPL, SPL), only the second term is left, and all scores rise.

    With soft pseudo labels the loss is least at x = logit(y) / 2, so :meth:`posterior` is
    sigmoid(2 x). With hard labels no closed form is known for more than one class. The posterior is
    then sigmoid(x), which has the same threshold and the same order.

    Args:
        unknown: ``'negative'``; ``'ignore'``, for in neither sum; or ``'pseudo'``, with the pseudo
            label of :class:`mmpartial.PseudoLabelHook` as y.
        average: ``'image'`` (the authors'), ``'element'``, ``'known'`` or ``'sum'``.
    """

    def __init__(self, *, unknown: str = "negative", average: str = "image"):
        super().__init__(average)
        if unknown not in UNKNOWN_OPTIONS:
            options = ", ".join(map(repr, UNKNOWN_OPTIONS))
            raise ValueError(f"unknown={unknown!r}: choose one of {options}.")
        self.unknown = unknown

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`ZLPRLoss`."""
        y, counts = labels.positive, labels.known_mask
        if self.unknown == "pseudo":
            y = y + labels.selected_pseudo
        if self.unknown != "ignore":
            counts = 1 if labels.all_selected else counts + labels.selected_mask
        if logits.numel() == 0:
            return logits.sum()
        above = F.softplus(weighted_logsumexp(logits, counts - y, 1))
        below = F.softplus(weighted_logsumexp(-logits, y, 1))
        return self.reduce((above + below).sum(), labels)

    def log_odds(self, logits: Tensor) -> Tensor:
        """Log odds of :meth:`posterior`."""
        return 2 * logits if self.unknown == "pseudo" else logits

    def untilted(self, logits: Tensor) -> Tensor:
        """See :meth:`log_odds`."""
        return self.log_odds(logits)

    def posterior(self, logits: Tensor) -> Tensor:
        """Probabilities; see :class:`ZLPRLoss`."""
        return self.log_odds(logits).sigmoid()
