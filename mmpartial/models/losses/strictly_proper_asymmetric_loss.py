"""SPA: an asymmetric loss whose probabilities are calibrated."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .element_loss import ElementLoss
from .option_checks import check_finite, check_positive


@MODELS.register_module()
class StrictlyProperAsymmetricLoss(ElementLoss):
    r"""Strictly proper asymmetric loss (SPA), CVPR 2024, without its label-pair regularizer.

    With s(v) = log(1 + exp(v)), a positive costs :math:`s(-k_+ (x - b_+)) / z_+` and a negative
    :math:`s(k_- (x - b_-)) / z_-`. The sigmoid of x is not a probability for this loss. The
    :meth:`posterior` is: it is the share of positives for which x minimizes the expected loss.

    .. math::
        \sigma \Big( \log \tfrac{k_- z_+}{k_+ z_-} + s(k_+ (x - b_+)) - s(-k_- (x - b_-)) \Big)

    With the defaults, it is 1/2 at x = 0.952.

    The authors published no code. The form follows from the definition of a strictly proper loss.
    The defaults are those of mlcpl 0.1.7. **mlcpl differs**: it uses the posterior instead of x, so
    its values and gradients are bounded, and its minimum is not calibrated. The regularizer is not
    public.

    Args:
        k_pos: Slope of positives.
        b_pos: Margin of positives.
        z_pos: Divisor of positives.
        k_neg: Slope of negatives.
        b_neg: Margin of negatives.
        z_neg: Divisor of negatives.
        unknown: ``'ignore'`` (the authors'), or ``'negative'``; with this, unknown labels count as
            negatives in the probabilities as well.
        average: ``'known'`` (the authors'), ``'image'``, ``'element'`` or ``'sum'``.

    Raises:
        ValueError: An option is invalid, or a slope or divisor is not positive.
    """

    samples_classes = True

    def __init__(
        self,
        *,
        k_pos: float = 1.0,
        b_pos: float = 0.0,
        z_pos: float = 1.0,
        k_neg: float = 3.0,
        b_neg: float = 1.0,
        z_neg: float = 5.0,
        unknown: str = "ignore",
        average: str = "known",
    ):
        super().__init__(unknown=unknown, average=average)
        check_positive(k_pos=k_pos, z_pos=z_pos, k_neg=k_neg, z_neg=z_neg)
        check_finite(b_pos=b_pos, b_neg=b_neg)
        self.k_pos, self.b_pos, self.z_pos = k_pos, b_pos, z_pos
        self.k_neg, self.b_neg, self.z_neg = k_neg, b_neg, z_neg

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`StrictlyProperAsymmetricLoss`."""
        positive = F.softplus((self.b_pos - logits) * self.k_pos) / self.z_pos
        negative = F.softplus((logits - self.b_neg) * self.k_neg) / self.z_neg
        return torch.lerp(negative, positive, labels.positive)

    def log_odds(self, logits: Tensor) -> Tensor:
        """Log odds of :meth:`posterior`, exact even where the posterior rounds to 0 or 1."""
        shift = math.log(self.k_neg * self.z_pos / (self.k_pos * self.z_neg))
        # logsigmoid(-v) is -s(v), without the straight line that torch's softplus has above 20.
        above = F.logsigmoid((self.b_pos - logits) * self.k_pos)
        below = F.logsigmoid((logits - self.b_neg) * self.k_neg)
        return shift - above + below

    def untilted(self, logits: Tensor) -> Tensor:
        """See :meth:`log_odds`."""
        return self.log_odds(logits)

    def posterior(self, logits: Tensor) -> Tensor:
        """The probabilities above, which heads predict instead of the sigmoid."""
        return self.log_odds(logits).sigmoid()
