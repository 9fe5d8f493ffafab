"""PLM: random masks that balance positives and negatives of each class."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor, nn

from ...labels import NEGATIVE, POSITIVE, UNKNOWN, LabelBatch, TrainingLabels
from ...progress import Progress
from ...registry import MODELS
from ...utils.counter_rng import uniform
from .element_loss import ElementLoss
from .functional import check_classes
from .loss_wrapper import LossWrapper
from .option_checks import check_not_negative, check_positive
from .stock_loss import IgnoreUnknown

BINS = 10
EPS = torch.finfo(torch.float64).eps
_MASKS = -1  # an extra key of the draw, because q-sampling draws with seed, epoch, image and class


@MODELS.register_module()
class PartialLabelMaskingLoss(LossWrapper, ElementLoss):
    r"""Partial label masking of any element loss, https://arxiv.org/abs/2105.10782.

    Class c has the ratio :math:`r_c` of positives to negatives, and an ideal ratio :math:`\rho_c`.
    In each step, positives of classes with :math:`r_c > \rho_c` count with probability
    :math:`\rho_c / r_c`, and negatives of the other classes with probability
    :math:`r_c / \rho_c`. Once an epoch, :class:`mmpartial.LabelRatioHook` moves the ideal ratio,
    :math:`\rho_c \leftarrow \rho_c e^{rate \cdot D_c}`. :math:`D_c` is the distance of the
    positives' predictions from 1, minus the distance of the negatives' predictions from 0
    (Kullback-Leibler divergences of histograms over this epoch, standardized over the classes).

    Unknown labels count in ratios and histograms as negatives, or not at all if the masked loss
    ignores them. The ``average`` of the masked loss has no effect. To train one-vs-rest on a
    single-label dataset, wrap it with ``setting='FAL'``.

    **Differs from the port that we compare with** (the authors' code is not public): a class with
    no positive or no negative in the training set is not masked, and a class that had none in an
    epoch keeps its ratio. In the port, such classes give NaN for all. The ratio is n+ / n- in all
    places, because only then the masked ratio is the ideal one. Logarithms are exact (in the port:
    of p + 1e-7). The mask is a function of (seed, epoch, image, class).

    Args:
        loss: The loss to mask: an element loss of mmpartial, or a loss of MMPretrain, which then
            ignores unknown labels.
        change_rate: rate.
        ideal_ratio: The first :math:`\rho_c`, one number for all classes; None for :math:`r_c`.
        positive_ratio: :math:`r_c`, C numbers; None takes them from the training dataset.
        seed: Seed of the masks.
        average: ``'element'`` (the authors', with masked elements) or another.

    Raises:
        ValueError: The loss is not a sum over labels.
    """

    remembered = ("ideal", "histogram")
    needs_hook = "LabelRatioHook"

    def __init__(
        self,
        *,
        loss: dict | nn.Module,
        change_rate: float = 0.01,
        ideal_ratio: float | None = None,
        positive_ratio: list[float] | None = None,
        seed: int = 0,
        average: str = "element",
    ):
        super().__init__(average=average)
        check_not_negative(change_rate=change_rate)
        if ideal_ratio is not None:
            check_positive(ideal_ratio=ideal_ratio)
        module = MODELS.build(loss) if isinstance(loss, dict) else loss
        self.loss = module if isinstance(module, ElementLoss) else IgnoreUnknown(loss=module)
        if not self.loss.samples_unknown:
            raise ValueError(
                f"PartialLabelMaskingLoss masks single labels, but {type(module).__name__} has a "
                "penalty on all predictions of a batch: set its penalty=0."
            )
        self.exact_gradient, self.per_batch = self.loss.exact_gradient, self.loss.per_batch
        self.change_rate, self.initial_ideal, self.seed = change_rate, ideal_ratio, seed
        self.ratio: Tensor | None = None
        self.ideal: Tensor | None = None
        self.positive_ratio = positive_ratio
        if positive_ratio is not None:
            self._set_ratio(torch.tensor(positive_ratio, dtype=torch.float64))

    def setup(self, dataset: TrainingLabels) -> None:
        """Take r from the training labels, unless the config gives it."""
        if self.positive_ratio is not None:
            return
        positives, negatives, unknowns = (
            torch.from_numpy(dataset.labels.count(state)).double()
            for state in (POSITIVE, NEGATIVE, UNKNOWN)
        )
        if not self.loss.unknown.startswith("ignore"):
            negatives += unknowns
        both = (positives > 0) & (negatives > 0)
        self._set_ratio(torch.where(both, positives / negatives.clamp(min=1), torch.nan))

    def _set_ratio(self, ratio: Tensor) -> None:
        """Set r, NaN for classes that are not masked, and start over."""
        self.ratio, self.ideal = ratio, ratio.clone()
        if self.initial_ideal is not None:
            self.ideal.fill_(self.initial_ideal)
        self.histogram = torch.zeros(2, BINS, len(ratio), dtype=torch.float64)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The masked loss; its elements enter the histograms."""
        if self.ratio is None or self.ideal is None:
            raise self.not_set_up("positive ratios", "positive_ratio=[...]")
        check_classes(self.ratio, logits, "positive_ratio of PartialLabelMaskingLoss")
        self.ratio, self.ideal, self.histogram = (
            value.to(logits.device) for value in (self.ratio, self.ideal, self.histogram)
        )
        elements, weight = self.elements(logits, labels), self.weight(logits, labels)
        self._count(logits.detach(), labels, weight)
        return self.reduce((elements if weight is None else elements * weight).sum(), labels)

    def elements(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The elements of the masked loss, times the mask."""
        return self.loss.elements(logits, labels) * self.mask(labels)

    def weight(self, logits: Tensor, labels: LabelBatch) -> Tensor | None:
        """The weight of the masked loss."""
        return self.loss.weight(logits, labels)

    def mask(self, labels: LabelBatch) -> Tensor:
        """``(N, C)``, 1 for elements that stay, else 0."""
        if labels.row is None:
            raise ValueError(
                "PartialLabelMaskingLoss draws for each image, but the batch does not say which "
                "images it holds: use mmpartial.QSamplingHead and wrap the training dataset in "
                "mmpartial.PartialLabelDataset."
            )
        device = labels.target.device
        key = (self.seed, _MASKS, Progress.current().visit, labels.row.to(device)[:, None])
        u = uniform(*key, torch.arange(labels.target.shape[1], device=device))
        return self.mask_of(labels.positive, u).to(labels.target.dtype)

    def mask_of(self, y: Tensor, u: Tensor) -> Tensor:
        """``(N, C)`` bool, the elements that stay, given uniform numbers u in [0, 1)."""
        assert self.ratio is not None and self.ideal is not None
        share = self.ideal / self.ratio  # share of positives that stay, where it is below 1
        dropped = torch.where(y > 0, u > share, u > 1 / share)
        return ~dropped  # NaN (a class that is not masked) drops nothing

    @torch.no_grad()
    def _count(self, logits: Tensor, labels: LabelBatch, weight: Tensor | None) -> None:
        """Add predictions to the histograms of positives (0) and negatives (1)."""
        bins = (logits.sigmoid() * BINS).long().clamp_(max=BINS - 1)
        kind = (labels.positive <= 0).long()
        cls = torch.arange(logits.shape[1], device=logits.device)
        index = (kind * BINS + bins) * logits.shape[1] + cls
        counted = torch.ones_like(logits) if weight is None else weight > 0
        new = torch.zeros_like(self.histogram).flatten()
        new = new.index_add_(0, index.flatten(), counted.to(new.dtype).flatten())
        new = new.view_as(self.histogram)
        all_reduce(new)
        self.histogram += new

    def update_ratio(self) -> None:
        """Move the ideal ratios as the histograms say, and clear the histograms."""
        assert self.ideal is not None
        self.ideal = self.ideal * (self.change_rate * self.divergence_difference()).exp()
        self.histogram = torch.zeros_like(self.histogram)

    def divergence_difference(self) -> Tensor:
        """D, ``(C,)``: 0 for classes that had no positive or no negative."""
        total = self.histogram.sum(1)
        both = (total > 0).all(0)
        difference = torch.zeros_like(total[0])
        if both.any():
            share = self.histogram[:, :, both] / total[:, None, both]
            true = torch.full_like(share, EPS)
            true[0, -1], true[1, 0] = 1, 1
            divergence = (share * torch.log(share / true + EPS)).sum(1)
            spread = divergence.std(1, keepdim=True, correction=0) + EPS
            standard = (divergence - divergence.mean(1, keepdim=True)) / spread
            difference[both] = standard[0] - standard[1]
        return difference
