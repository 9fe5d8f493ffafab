"""Binary cross entropy that assumes unknown labels negative, or ignores them."""

import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .partial_loss import PartialLoss

AVERAGES = ("element", "known", "image", "sum")


@MODELS.register_module()
class PartialBCELoss(PartialLoss):
    """Binary cross entropy on partial labels.

    With ``unknown='negative'`` it is "assume negative" (AN, with label smoothing AN-LS), with
    ``'ignore'`` it is IU of Cole et al. (https://arxiv.org/abs/2106.09708); on full labels both
    are BCE and BCE-LS.

    Args:
        unknown: What an unknown label is: ``'negative'``, or ``'ignore'`` (weight 0).
        label_smoothing: Targets become 1 - s and s (both sides, as the authors do).
        average: Sum of the elements divided by: ``'element'`` all B x L (the authors'),
            ``'known'`` the number of elements that count, ``'image'`` B, ``'sum'`` 1.

    Raises:
        ValueError: An option that is none of these.
    """

    def __init__(
        self,
        *,
        unknown: str = "negative",
        label_smoothing: float = 0.0,
        average: str = "element",
    ):
        super().__init__()
        if unknown not in ("negative", "ignore"):
            raise ValueError(f"unknown={unknown!r}: choose 'negative' or 'ignore'.")
        if not 0 <= label_smoothing < 0.5:
            raise ValueError(f"label_smoothing={label_smoothing} is outside [0, 0.5).")
        if average not in AVERAGES:
            raise ValueError(f"average={average!r}: choose one of {', '.join(AVERAGES)}.")
        self.unknown, self.label_smoothing, self.average = unknown, label_smoothing, average

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialBCELoss`; 0 for a batch without any element that counts."""
        target = labels.target.to(logits.dtype).clamp(min=0)
        target = target * (1 - 2 * self.label_smoothing) + self.label_smoothing
        weight = labels.known.to(logits.dtype) if self.unknown == "ignore" else None
        total = F.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum")
        return total / self._divisor(logits, weight)

    def _divisor(self, logits: Tensor, weight: Tensor | None) -> Tensor | float:
        if self.average == "known" and weight is not None:
            return weight.sum().clamp(min=1)
        counts = {"known": logits.numel(), "element": logits.numel(), "image": len(logits)}
        return max(1, counts.get(self.average, 1))
