"""WAN: all negatives, known or assumed, together weigh as much as one positive."""

from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_eps, log_losses


@MODELS.register_module()
class WeakAssumeNegativeLoss(ElementLoss):
    """Weak assume negative, equation (7) of Cole et al. (https://arxiv.org/abs/2106.09708).

    Each negative, known or assumed, weighs 1 / (C - 1) with C classes. This assumes one positive in
    each image, and does not change if more are known.

    Args:
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        eps: ``'cole'`` for the authors' -log(p + 1e-5), None for exact logarithms.
        average: ``'element'`` (the authors'), ``'known'``, ``'image'`` or ``'sum'``.
    """

    samples_classes = True

    def __init__(
        self, *, unknown: str = "negative", eps: str | None = "cole", average: str = "element"
    ):
        super().__init__(unknown=unknown, average=average)
        self.eps = check_eps(eps)

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """Weighted cross entropy."""
        positive, negative = log_losses(logits, self.eps)
        weighted = negative / max(1, labels.num_classes - 1)
        return weighted + labels.positive * (positive - weighted)
