"""EM and EM+APL: the loss keeps the model unsure of unknown labels."""

import torch
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_eps, log_losses
from .option_checks import check_not_negative


@MODELS.register_module()
class EntropyMaximizationLoss(ElementLoss):
    r"""Entropy maximization, https://arxiv.org/abs/2203.16219.

    With nl(p) = -log(p + 1e-5), a positive costs nl(p), and an unknown label costs its negative
    entropy :math:`-\alpha H(p)`. An unknown label with a pseudo label s
    (:class:`mmpartial.AsymmetricPseudoLabelHook`) costs
    :math:`\beta (s\, nl(p) + (1 - s) nl(1 - p))` instead.

    **Differs from the authors' code**, which has no known negatives: here they cost nl(1 - p). (In
    that code, known negatives given as -1 would be read as soft labels of 1.)

    Args:
        alpha: Weight of the entropy; the authors have 0.2 for VOC, 0.1 for COCO, 0.1 for NUS-WIDE
            and 0.01 for CUB.
        beta: Weight of pseudo labels; the authors have 0.02 for VOC, 0.9 for COCO, 0.2 for
            NUS-WIDE and 0.4 for CUB.
        eps: ``'cole'`` for the authors' -log(p + 1e-5), None for exact logarithms.
        average: ``'element'`` (the authors'), ``'known'``, ``'image'`` or ``'sum'``.
    """

    table_hook = "AsymmetricPseudoLabelHook"

    def __init__(
        self,
        *,
        alpha: float = 0.1,
        beta: float = 0.9,
        eps: str | None = "cole",
        average: str = "element",
    ):
        super().__init__(average=average)
        check_not_negative(alpha=alpha, beta=beta)
        self.alpha, self.beta, self.eps = alpha, beta, check_eps(eps)

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`EntropyMaximizationLoss`."""
        positive, negative = log_losses(logits, self.eps)
        p = logits.sigmoid()
        known = labels.known_mask
        # The weights of nl(p) and of nl(1 - p).
        entropy = (known - 1) * self.alpha
        of_positive = labels.positive + entropy * p
        of_negative = known - labels.positive + entropy * (1 - p)
        if labels.pseudo is not None:
            s = labels.pseudo.to(logits.dtype)
            labelled = ~labels.known & ~s.isnan()
            of_positive = torch.where(labelled, self.beta * s, of_positive)
            of_negative = torch.where(labelled, self.beta * (1 - s), of_negative)
        return of_positive * positive + of_negative * negative
