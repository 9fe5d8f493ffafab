"""COMIC's modification: focal losses whose strength depends on class and co-occurrence."""

from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from ...labels import POSITIVE, LabelBatch, TrainingLabels
from ...registry import MODELS
from .element_loss import ElementLoss
from .functional import check_classes
from .option_checks import check_not_negative

EPS = 1e-8


def rarity_weight(counts: Tensor, exponent: float) -> Tensor:
    """Class weights (1 - ln(n_c / n_max))^exponent of ``(C,)`` positives per class.

    A class without any positive counts as having 1, where the authors' weight is infinite.

    >>> rarity_weight(torch.tensor([100., 0.]), 1 / 3)
    tensor([1.0000, 1.7764])
    """
    counts = counts.clamp(min=1)
    return (1 - torch.log(counts / counts.max())) ** exponent


def focal_elements(
    p: Tensor, q: Tensor, y: Tensor, weight: Tensor, gamma_pos: float, gamma_neg: float
) -> Tensor:
    """Weighted cross entropy of each element; a larger weight focuses more on hard elements.

    Args:
        p: ``(N, C)`` in [0, 1], used as the probability of being positive.
        q: The same for being negative; p and q need not add up to 1.
        y: ``(N, C)`` target in [0, 1].
        weight: ``(C,)`` class weights.
        gamma_pos: Focusing of positives.
        gamma_neg: Focusing of negatives, to which the class weight is added.
    """
    log = y * p.clamp(min=EPS).log() + (1 - y) * q.clamp(min=EPS).log()
    with torch.no_grad():
        sure = p * y + q * (1 - y)
        focus = (1 - sure) ** (gamma_pos * y + (gamma_neg + weight) * (1 - y))
    return -weight * focus * log


@MODELS.register_module()
class MultiFocalModifierLoss(ElementLoss):
    r"""Multi-focal modifier of COMIC, https://arxiv.org/abs/2304.10539, and the focal loss in it.

    With :math:`n_c` positives of class c, the class weights are
    :math:`w_c = (1 - \ln(n_c / n_{max}))^e`. Divide each column of the co-occurrence counts by its
    sum. Then :math:`a_i` is the mean of the rows of image i's positive classes, scaled to the sum
    1. The loss has the elements

    .. math::
        p' = p (1 - a), \quad q' = \min(1, k \min(1, 1 - p + clip)) \\
        -w_c (1 - p')^{\gamma_+} \log p', \quad -w_c (1 - q')^{\gamma_- + w_c} \log q'

    for positives and negatives, with logarithms of at least 1e-8; k is ``gamma_class_neg`` where
    :math:`a \ne 0`, and 1 elsewhere. The factors in front of the logarithms have no gradient. The
    defaults are the authors' modifier; their multi-grained focal loss is ``cooccurrence=False,
    exponent=1/6, gamma_neg=4``.

    The co-occurrence counts are :math:`y^T y`, with :math:`n_c` on the diagonal. The authors' file
    of these counts is not public.

    **Differs from the authors' code** where that is not finite: an image without any positive has
    a = 0 (theirs: the loss is NaN), a class without any positive counts as having 1, and its column
    of the co-occurrence counts is 0. With both gammas 0 the formula holds here; the authors' code
    then also leaves out the exponent :math:`w_c`.

    Args:
        gamma_pos: :math:`\gamma_+`.
        gamma_neg: :math:`\gamma_-`.
        clip: Margin of q'.
        gamma_class_neg: k.
        exponent: e.
        cooccurrence: False for a = 0 everywhere.
        class_counts: n, C numbers; None takes them, and the co-occurrence, from the training
            dataset, where unknown labels are not positive.
        cooccurrence_counts: C rows of C numbers of images that have both classes; to be given
            together with ``class_counts``.
        unknown: ``'negative'`` (the authors'), or ``'ignore'``.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    exact_gradient = False

    def __init__(
        self,
        *,
        gamma_pos: float = 0.0,
        gamma_neg: float = 3.0,
        clip: float = 0.05,
        gamma_class_neg: float = 1.2,
        exponent: float = 1 / 3,
        cooccurrence: bool = True,
        class_counts: list[float] | None = None,
        cooccurrence_counts: list[list[float]] | None = None,
        unknown: str = "negative",
        average: str = "sum",
    ):
        super().__init__(unknown=unknown, average=average)
        if cooccurrence and (class_counts is None) != (cooccurrence_counts is None):
            raise ValueError(
                "class_counts and cooccurrence_counts belong together: give both, or neither to "
                "take them from the training dataset, or set cooccurrence=False."
            )
        check_not_negative(
            gamma_pos=gamma_pos, gamma_neg=gamma_neg, clip=clip, gamma_class_neg=gamma_class_neg,
            exponent=exponent,
        )  # fmt: skip
        self.gamma_pos, self.gamma_neg, self.clip = gamma_pos, gamma_neg, clip
        self.gamma_class_neg, self.exponent = gamma_class_neg, exponent
        self.cooccurrence, self.configured = cooccurrence, class_counts is not None
        self.counts: Tensor | None = None
        if class_counts is not None:
            self._set_counts(np.asarray(class_counts), cooccurrence_counts)

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the positives of each class and each pair of classes, unless the config does."""
        if self.configured:
            return
        pairs = None
        if self.cooccurrence:
            image, cls = dataset.labels.entries(POSITIVE)
            y = sparse.csr_matrix((np.ones(len(image)), (image, cls)), shape=dataset.labels.shape)
            pairs = (y.T @ y).toarray()
        self._set_counts(dataset.labels.count(POSITIVE), pairs)

    def _set_counts(self, counts: np.ndarray, pairs: Any) -> None:
        self.counts = torch.from_numpy(counts).double()
        self.class_weight = rarity_weight(self.counts, self.exponent)
        if self.cooccurrence:
            table = torch.as_tensor(pairs, dtype=torch.float64)
            total = table.sum(0)
            self.rows = table / total.masked_fill(total == 0, 1)

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`MultiFocalModifierLoss`."""
        if self.counts is None:
            raise self.not_set_up("class counts", "class_counts=[...]")
        check_classes(self.counts, logits, f"class_counts of {type(self).__name__}")
        p = logits.sigmoid()
        q = (1 - p + self.clip).clamp(max=1)
        if self.cooccurrence:
            a = self._share(labels)
            p, q = p * (1 - a), torch.where(a != 0, q * self.gamma_class_neg, q).clamp(max=1)
        self.class_weight = self.class_weight.to(logits.device)
        weight = self.class_weight.to(logits.dtype)
        return focal_elements(p, q, labels.positive, weight, self.gamma_pos, self.gamma_neg)

    def _share(self, labels: LabelBatch) -> Tensor:
        """a, ``(N, C)``, with the sum 1 in each image, or all 0 without positives."""
        positive = (labels.target == POSITIVE).to(labels.target.dtype)
        self.rows = self.rows.to(positive)  # (C, C): moved once
        share = positive @ self.rows
        total = share.sum(1, keepdim=True)
        return share / total.masked_fill(total == 0, 1)
