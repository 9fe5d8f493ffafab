"""Binary cross entropy that assumes unknown labels to be negative, or ignores them."""

from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_eps, cross_entropy


@MODELS.register_module()
class PartialBCELoss(ElementLoss):
    """Binary cross entropy on partial labels.

    With ``unknown='negative'`` it is "assume negative" (AN; with label smoothing, AN-LS). With
    ``unknown='ignore'`` it is IU of Cole et al. (https://arxiv.org/abs/2106.09708), whose average
    is over all elements; with ``average='known'`` as well, it is the partial BCE of SST and SARB.
    On full labels, all of them are BCE, or BCE-LS with label smoothing.

    Args:
        unknown: How an unknown label counts: as ``'negative'``, or ``'ignore'`` (weight 0).
        label_smoothing: s; targets become 1 - s and s (both sides, as in the authors' code).
        eps: None for exact logarithms; ``'cole'`` for the authors' -log(p + 1e-5), for comparisons.
        average: ``'element'`` (the authors'), ``'known'``, ``'image'`` or ``'sum'``.
    """

    samples_classes = True

    def __init__(
        self,
        *,
        unknown: str = "negative",
        label_smoothing: float = 0.0,
        eps: str | None = None,
        average: str = "element",
    ):
        super().__init__(unknown=unknown, average=average)
        if not 0 <= label_smoothing < 0.5:
            raise ValueError(f"label_smoothing={label_smoothing} is outside [0, 0.5).")
        self.label_smoothing, self.eps = label_smoothing, check_eps(eps)

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """Cross entropy with the smoothed target."""
        target = labels.positive
        if self.label_smoothing:
            target = target * (1 - 2 * self.label_smoothing) + self.label_smoothing
        return cross_entropy(logits, target, self.eps)
