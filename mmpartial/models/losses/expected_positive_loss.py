"""EPR: a loss of known positives, and a penalty on the number of predicted positives."""

import math

from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .functional import check_eps, log_losses
from .partial_loss import PartialLoss, mean_of_processes


def count_penalty(prob: Tensor, expected_positives: float) -> Tensor:
    """(Mean number of predicted positives per image - expected)^2 / C^2.

    The mean is over the images of all processes.
    """
    mean = mean_of_processes(prob.sum() / max(1, len(prob)))
    return ((mean - expected_positives) / max(1, prob.shape[1])) ** 2


@MODELS.register_module()
class ExpectedPositiveLoss(PartialLoss):
    """Expected positive regularization, equation (8) of Cole et al.

    https://arxiv.org/abs/2106.09708. The loss is the cross entropy of known positives plus
    a penalty: (mean number of predicted positives per image - k)^2 / C^2. Negatives, known or not,
    enter only through the penalty. The mean is over the whole batch, of all processes, so another
    batch size gives another loss.

    Args:
        expected_positives: k, positives per image. The authors have 1.5 for VOC, 2.9 for COCO,
            1.9 for NUS-WIDE and 31.4 for CUB.
        eps: ``'cole'`` for the authors' -log(p + 1e-5), None for exact logarithms.
        average: ``'element'`` (the authors'); the others scale cross entropy and penalty alike.
    """

    samples_unknown = False

    def __init__(
        self, *, expected_positives: float, eps: str | None = "cole", average: str = "element"
    ):
        super().__init__(average)
        self.expected_positives = check_expected_positives(expected_positives)
        self.eps = check_eps(eps)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`ExpectedPositiveLoss`."""
        positive, _ = log_losses(logits, self.eps)
        data = (labels.positive * positive).sum()
        penalty = count_penalty(logits.sigmoid(), self.expected_positives)
        return self.reduce(data + penalty * logits.numel(), labels)


def check_expected_positives(expected_positives: float) -> float:
    """Return k, or raise a ValueError if it is not positive."""
    if not 0 < expected_positives < math.inf:
        raise ValueError(
            f"expected_positives={expected_positives} is not a finite number above 0: it is the "
            "average number of positive classes per image."
        )
    return expected_positives
