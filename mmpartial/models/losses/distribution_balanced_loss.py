"""DB: class-balanced weights and a negative-tolerant sigmoid for long-tailed labels."""

import torch
from torch import Tensor

from ...labels import POSITIVE, LabelBatch, TrainingLabels
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_classes, cross_entropy
from .option_checks import check_finite, check_not_negative, check_positive
from .partial_focal_loss import focused

REWEIGHTS = ("rebalance", "inv", "sqrt_inv", "CB", None)
CB_MODES = ("by_class", "average_n", "average_w", "min_n")


@MODELS.register_module()
class DistributionBalancedLoss(ElementLoss):
    r"""Distribution-balanced loss, https://arxiv.org/abs/2007.09654.

    With :math:`n_c` positives of class c in N training images, element (i, c) has the weight

    .. math::
        r_{ic} = \frac{1 / n_c}{\sum_{k: y_{ik} = 1} 1 / n_k}, \quad
        w_{ic} = \alpha + \sigma(\beta (r_{ic} - \mu))

    With :math:`v = x - \kappa \log(N / n_c - 1) / \lambda`, a positive has the logit v and the
    weight w, and a negative has the logit :math:`\lambda v` and the weight :math:`w / \lambda`.
    The loss is this weight times :math:`a (1 - e^{-b})^g b`, where b is the cross entropy at that
    logit. The class weights come from the labels known to be positive. At test time the logits
    are x.

    **Differs from the authors' code** where that gives NaN: an image without any positive has the
    weight 1 under the class-balanced modes ``'average_n'`` and ``'average_w'`` (``'rebalance'``
    gives it 1 + alpha, as theirs does); a class without any positive counts as having 1, and a
    class with nothing but positives as having N - 1.

    Args:
        reweight: ``'rebalance'`` for w as above, ``'inv'`` for w = N / n_c, ``'sqrt_inv'`` for its
            square root, ``'CB'`` for class-balanced weights (1 - b) / (1 - b^n),
            https://arxiv.org/abs/1901.05555, or None for w = 1.
        alpha: Floor of the weights.
        beta: Slope of the weights, above 0.
        mu: Middle of the weights; the authors have 0.2 for COCO and 0.3 for VOC.
        neg_scale: :math:`\lambda`; the authors have 2 for COCO and 5 for VOC; 1 for none.
        init_bias: :math:`\kappa`; 0 for none.
        focal: Whether the elements are focused as above.
        gamma: g.
        balance_param: a.
        cb_beta: b of the class-balanced weights.
        cb_mode: ``'by_class'`` takes n of the element's class; ``'average_n'`` and ``'min_n'`` take
            the mean and the smallest n of the image's positive classes; ``'average_w'`` averages
            the weights of these classes.
        class_counts: n, C numbers; None takes them from the training dataset.
        num_images: N; None takes it from the training dataset.
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        average: ``'element'`` (the authors'), ``'known'``, ``'image'`` or ``'sum'``.
    """

    def __init__(
        self,
        *,
        reweight: str | None = "rebalance",
        alpha: float = 0.1,
        beta: float = 10.0,
        mu: float = 0.2,
        neg_scale: float = 2.0,
        init_bias: float = 0.05,
        focal: bool = True,
        gamma: float = 2.0,
        balance_param: float = 2.0,
        cb_beta: float = 0.9,
        cb_mode: str = "by_class",
        class_counts: list[float] | None = None,
        num_images: int | None = None,
        unknown: str = "negative",
        average: str = "element",
    ):
        super().__init__(unknown=unknown, average=average)
        if reweight not in REWEIGHTS:
            raise ValueError(f"reweight={reweight!r}: choose one of {REWEIGHTS}.")
        if cb_mode not in CB_MODES:
            raise ValueError(f"cb_mode={cb_mode!r}: choose one of {', '.join(CB_MODES)}.")
        if (class_counts is None) != (num_images is None):
            raise ValueError("class_counts and num_images belong together: give both or neither.")
        check_not_negative(alpha=alpha, gamma=gamma, balance_param=balance_param)
        check_positive(beta=beta, neg_scale=neg_scale)
        check_finite(mu=mu, init_bias=init_bias)
        if not 0 <= cb_beta < 1:
            raise ValueError(f"cb_beta={cb_beta} is outside [0, 1).")
        self.reweight, self.alpha, self.beta, self.mu = reweight, alpha, beta, mu
        self.neg_scale, self.init_bias = neg_scale, init_bias
        self.focal, self.gamma, self.balance_param = focal, gamma, balance_param
        self.cb_beta, self.cb_mode = cb_beta, cb_mode
        self.counts: Tensor | None = None
        self.configured = class_counts is not None
        if class_counts is not None and num_images is not None:
            self._set_counts(torch.tensor(class_counts, dtype=torch.float64), num_images)

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the positives of each class, unless the config does."""
        if self.configured:
            return
        counts = torch.from_numpy(dataset.labels.count(POSITIVE)).double()
        self._set_counts(counts, len(dataset.labels))

    def _set_counts(self, counts: Tensor, num_images: int) -> None:
        self.num_images = num_images
        self.counts = counts.clamp(1, max(1, num_images - 1))
        self.shift = self.init_bias * torch.log(num_images / self.counts - 1) / self.neg_scale

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`DistributionBalancedLoss`."""
        if self.counts is None:
            raise self.not_set_up("class counts", "class_counts=[...] and num_images")
        check_classes(self.counts, logits, "class_counts of DistributionBalancedLoss")
        self.counts, self.shift = self.counts.to(logits.device), self.shift.to(logits.device)
        y, n = labels.positive, self.counts.to(logits.dtype)
        scale = y + (1 - y) * self.neg_scale
        b = cross_entropy((logits - self.shift.to(logits.dtype)) * scale, y)
        weight = self._weight(y, n) / scale
        if self.focal:
            return self.balance_param * weight * focused(b, self.gamma)
        return weight * b

    def _weight(self, y: Tensor, n: Tensor) -> Tensor:
        """The weights w, ``(N, C)`` or a shape that expands to it."""
        if self.reweight == "rebalance":
            r = (1 / n) / (y @ (1 / n))[:, None]
            return self.alpha + torch.sigmoid(self.beta * (r - self.mu))
        if self.reweight == "inv":
            return self.num_images / n
        if self.reweight == "sqrt_inv":
            return (self.num_images / n).sqrt()
        return self._class_balanced(y, n) if self.reweight == "CB" else torch.ones_like(n)

    def _class_balanced(self, y: Tensor, n: Tensor) -> Tensor:
        def of(number: Tensor) -> Tensor:
            """The weight of a class with this number of positives."""
            return (1 - self.cb_beta) / (1 - self.cb_beta**number)

        if self.cb_mode == "by_class":
            return of(n)
        positives = y.sum(1, keepdim=True)
        if self.cb_mode == "average_w":
            weight = (y @ of(n))[:, None] / positives
        elif self.cb_mode == "average_n":
            weight = of((y @ n)[:, None] / positives)
        else:
            return of(n.expand_as(y).masked_fill(y == 0, torch.inf).amin(1, keepdim=True))
        return torch.where(positives > 0, weight, 1.0)
