"""ROLE: a classifier and a table of label estimates that teach each other."""

from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .expected_positive_loss import check_expected_positives, count_penalty
from .functional import nl
from .partial_loss import PartialLoss


@MODELS.register_module()
class ROLELoss(PartialLoss):
    r"""Regularized online label estimation, equations (9) to (12) of Cole et al.

    https://arxiv.org/abs/2106.09708. With the predictions f and the estimates g of this batch's
    labels, the loss is (A(f, sg(g)) + A(g, sg(f))) / 2, where sg stops the gradient and

    .. math::
        A(a, b) = mean(y \, nl(a) + b \, nl(a) + (1 - b) \, nl(1 - a)) + penalty(a),

    with nl(p) = -log(p + 1e-5), y = 1 for known positives, and the penalty of
    :class:`mmpartial.ExpectedPositiveLoss`. Known negatives matter only for the start values of
    the estimates. :class:`mmpartial.LabelEstimatorHook` learns the estimates, ``labels.pseudo``,
    outside of the model.

    Args:
        expected_positives: k, as in :class:`mmpartial.ExpectedPositiveLoss`.
        average: ``'element'`` (the authors'); the others scale all terms alike.
    """

    samples_unknown = False
    exact_gradient = False
    table_hook = needs_hook = "LabelEstimatorHook"

    def __init__(self, *, expected_positives: float, average: str = "element"):
        super().__init__(average)
        self.expected_positives = check_expected_positives(expected_positives)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`ROLELoss`."""
        if labels.pseudo is None:
            raise ValueError(
                "ROLELoss has no label estimates: use mmpartial.QSamplingHead and add "
                "dict(type='mmpartial.LabelEstimatorHook') to custom_hooks."
            )
        predicted, estimated = logits.sigmoid(), labels.pseudo.to(logits.dtype)
        both = self._half(predicted, estimated.detach(), labels)
        both = both + self._half(estimated, predicted.detach(), labels)
        return self.reduce(both / 2, labels)

    def _half(self, a: Tensor, b: Tensor, labels: LabelBatch) -> Tensor:
        """A(a, b), summed over the elements."""
        data = ((labels.positive + b) * nl(a) + (1 - b) * nl(1 - a)).sum()
        return data + count_penalty(a, self.expected_positives) * a.numel()
