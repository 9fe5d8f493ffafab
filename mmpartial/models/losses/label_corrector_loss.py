"""COMIC's correction: in each step, unknown labels that are likely positives count as positive."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ...labels import POSITIVE, LabelBatch, TrainingLabels
from ...progress import Progress
from ...registry import MODELS
from .functional import check_classes
from .multi_focal_modifier_loss import focal_elements, rarity_weight
from .option_checks import check_finite, check_not_negative
from .partial_loss import PartialLoss

_NOMINAL_BATCH = 32  # the authors' batch size, a constant in their code as well


@MODELS.register_module()
class ReflectiveLabelCorrectorLoss(PartialLoss):
    r"""Reflective label corrector of COMIC, https://arxiv.org/abs/2304.10539.

    Logits of positives are lowered by a margin; s are the probabilities after that. Unknown
    labels with :math:`s > \tau` that are above the batch mean of s for their class are *recalled*:
    they count as positive in this step. The others count as negative. The running class counts n
    grow with the recalled labels; in each epoch they start again from the counts of the training
    labels. With :math:`w_c = (1 - \ln(n_c / n_{max}))^e` the loss is the sum over elements of

    .. math::
        -w_c (1 - s)^{\gamma_+} \log s, \quad -w_c (1 - q)^{\gamma_- + w_c} \log q, \quad
        q = \min(1, 1 - s + clip)

    for positives and negatives, times 32 over the number of positives, recalled labels included.
    Logarithms are of at least 1e-8, and no gradient flows through the factors in front of them. A
    recalled label is forgotten after the step, and a loss beside this one still sees it as unknown.
    Batch mean, number of positives and class counts are over all processes.

    **Differs from the authors' code**: known negatives are not recalled (the authors have none);
    without any positive in the batch the loss is 0 (theirs: infinite); a class without any positive
    counts as having 1; with both gammas 0 the formula holds (theirs: 0).

    Args:
        tau: :math:`\tau`.
        margin: By how much the logits of positives are lowered.
        gamma_pos: :math:`\gamma_+`.
        gamma_neg: :math:`\gamma_-`.
        clip: Margin of q.
        exponent: e.
        class_counts: Positives of each class, C numbers; None takes them from the training
            dataset, where unknown labels are not positive.
        protect_known: False to recall known negatives as well; the authors' code recalls any label
            that is not positive.
        average: ``'sum'`` (the authors'), ``'image'``, ``'known'`` or ``'element'``.
    """

    remembered = ("counts", "epoch")
    exact_gradient = False
    original: Tensor | None = None  # counts of the training labels
    counts: Tensor | None = None

    def __init__(
        self,
        *,
        tau: float = 0.7,
        margin: float = 1.0,
        gamma_pos: float = 0.0,
        gamma_neg: float = 3.0,
        clip: float = 0.05,
        exponent: float = 1 / 6,
        class_counts: list[float] | None = None,
        protect_known: bool = True,
        average: str = "sum",
    ):
        super().__init__(average)
        if not 0 <= tau <= 1:
            raise ValueError(f"tau={tau} is outside [0, 1]: it is a threshold of probabilities.")
        check_finite(margin=margin)
        check_not_negative(gamma_pos=gamma_pos, gamma_neg=gamma_neg, clip=clip, exponent=exponent)
        self.tau, self.margin, self.clip = tau, margin, clip
        self.gamma_pos, self.gamma_neg, self.exponent = gamma_pos, gamma_neg, exponent
        self.protect_known, self.configured = protect_known, class_counts is not None
        self.epoch = 0
        if class_counts is not None:
            self.original = self.counts = torch.tensor(class_counts, dtype=torch.float64)

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the positives of each class, unless the config does."""
        if not self.configured:
            self.original = self.counts = torch.from_numpy(dataset.labels.count(POSITIVE)).double()

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`ReflectiveLabelCorrectorLoss`."""
        if self.original is None:
            raise self.not_set_up("class counts", "class_counts=[...]")
        check_classes(self.original, logits, f"class_counts of {type(self).__name__}")
        y = labels.positive
        s = torch.where(y == 1, logits - self.margin, logits).sigmoid()
        recalled = self._recalled(s.detach(), labels)
        y = y.masked_fill(recalled, 1)
        positives = self._count(recalled, y)
        assert self.counts is not None
        weight = rarity_weight(self.counts, self.exponent).to(logits)
        q = (1 - s + self.clip).clamp(max=1)
        elements = focal_elements(s, q, y, weight, self.gamma_pos, self.gamma_neg)
        if not labels.all_selected:
            elements = elements * (labels.known | labels.selected)
        scale = torch.where(positives > 0, _NOMINAL_BATCH / positives.clamp(min=1), 0)
        self.diagnostics["recalled"] = recalled.sum().to(logits.dtype)
        return self.reduce(elements.sum() * scale.to(logits), labels)

    def _recalled(self, s: Tensor, labels: LabelBatch) -> Tensor:
        """The recalled labels, ``(N, C)`` bool."""
        total = torch.cat([s.sum(0), s.new_tensor([len(s)])])
        all_reduce(total)
        open_ = labels.selected
        if not self.protect_known:
            open_ = open_ | (labels.known & (labels.target < 1))
        return open_ & (s > self.tau) & (s > total[:-1] / total[-1])

    @torch.no_grad()
    def _count(self, recalled: Tensor, y: Tensor) -> Tensor:
        """Add the recalled labels to the class counts; return the number of positives."""
        assert self.original is not None and self.counts is not None
        new = torch.cat([recalled.sum(0), (y == 1).sum()[None]]).double()
        all_reduce(new)
        epoch = Progress.current().visit + 1
        if self.epoch != epoch:
            self.counts, self.epoch = self.original, epoch
        self.counts = self.counts.to(new.device) + new[:-1]
        return new[-1]
