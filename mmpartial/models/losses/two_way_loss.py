"""The two-way loss: the least positive against the greatest negative, of images and of classes."""

import torch
import torch.nn.functional as F
from mmengine.dist import get_world_size
from torch import Tensor

from ...labels import NEGATIVE, LabelBatch, TrainingLabels
from ...registry import MODELS
from .functional import weighted_logsumexp
from .gathering import logsumexp_of_processes, with_summed_gradient
from .option_checks import check_positive
from .partial_loss import PartialLoss, mean_of_processes


@MODELS.register_module()
class TwoWayLoss(PartialLoss):
    r"""Two-way multi-label loss, CVPR 2023 (https://github.com/tk1980/TwoWayMultiLabelLoss).

    For each image over its classes, and for each class over the images of the batch, P and N are
    the positives and negatives:

    .. math::
        \log \Big( 1 + \big( \sum_P e^{-x / T_p} \big)^{T_p} \big( \sum_N e^{x / T_n} \big)^{T_n}
        \Big)

    The loss is the mean over the images that have a positive, plus the mean over the classes that
    have one; there is no other average. An image or class without negatives costs 0. Scores only
    rank: neither 0 nor another number is a threshold.

    **Differs from the authors' code**: labels that do not count are left out exactly (the authors
    add -100 to their logits, which is not enough if other logits reach about 50), and a batch
    without positives costs 0 (theirs: NaN). Soft labels above 1/2 are positive, as in timm; in the
    authors' code, all soft labels above 0 are.

    Args:
        temperature_pos: :math:`T_p`.
        temperature_neg: :math:`T_n`.
        unknown: ``'negative'``: unknown labels are in N. ``'ignore'``: they are in neither set;
            this needs known negatives, which PPL and SPL do not have.
        sync: P and N of a class are over the images of all processes; if False, each process uses
            its own batch.

    Raises:
        ValueError: An option is invalid, or the training labels have no negatives and
            ``unknown='ignore'``.
    """

    def __init__(
        self,
        *,
        temperature_pos: float = 4.0,
        temperature_neg: float = 1.0,
        unknown: str = "negative",
        sync: bool = False,
    ):
        super().__init__()
        check_positive(temperature_pos=temperature_pos, temperature_neg=temperature_neg)
        if unknown not in ("negative", "ignore"):
            raise ValueError(f"unknown={unknown!r}: choose 'negative' or 'ignore'.")
        self.temperature_pos, self.temperature_neg = temperature_pos, temperature_neg
        self.unknown, self.sync, self.per_batch = unknown, sync, not sync

    def setup(self, dataset: TrainingLabels) -> None:
        """Refuse labels from which nothing can be learned."""
        if self.unknown == "ignore" and not dataset.labels.count(NEGATIVE).any():
            raise ValueError(
                "the training labels have no known negatives, without which "
                "TwoWayLoss(unknown='ignore') is always 0: set model.head.loss.unknown='negative'."
            )

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`TwoWayLoss`."""
        if logits.numel() == 0:
            return logits.sum()
        positive = labels.target > 0.5
        negative = ~positive
        if self.unknown == "ignore":
            negative = negative & labels.known
        elif not labels.all_selected:
            negative = negative & (labels.known | labels.selected)
        of_positives, of_negatives = logits / -self.temperature_pos, logits / self.temperature_neg
        loss = logits.new_zeros(())
        for dim in (0, 1):
            least = weighted_logsumexp(of_positives, positive, dim)
            greatest = weighted_logsumexp(of_negatives, negative, dim)
            loss = loss + self._mean(least, greatest, of_classes=dim == 0)
        return loss

    def _mean(self, least: Tensor, greatest: Tensor, of_classes: bool) -> Tensor:
        """The mean over the images, or over the classes, that have a positive."""
        across = self.sync and of_classes
        if across:
            least, greatest = map(logsumexp_of_processes, (least, greatest))
        count = (least > -torch.inf).sum().to(least.dtype)
        if self.sync and not of_classes:
            count = mean_of_processes(count)
        # Without positives or without negatives the sum is -inf, and its softplus 0.
        each = F.softplus(self.temperature_pos * least + self.temperature_neg * greatest)
        mean = each.sum() / count.clamp(min=1 / get_world_size())
        return with_summed_gradient(mean) if across else mean
