"""The loss of the project's own method: soft pseudo labels weighed by label proportions."""

from typing import Any

import torch
import torch.nn.functional as F
from mmengine.dist import get_world_size
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from . import all_negative_penalty
from .all_negative_penalty import AllNegativePenalty
from .dataset_proportions import DatasetProportions
from .float_labels import SCALES, FloatLabels
from .label_proportions import MODES, SCOPES, Balance, LabelProportions
from .partial_loss import PartialLoss

OPTIONS = {
    "ratio_mode": ("dataset", *MODES),
    "ratio_scope": SCOPES,
    "pseudo_weighting": ("none", "ratio"),
    "unknown_scale": SCALES,
    "p_mode": all_negative_penalty.MODES,
    "p_scope": all_negative_penalty.SCOPES,
    "average": ("image", "sum"),
}
MOST_SMOOTHING = 0.1


@MODELS.register_module()
class PartialImbalanceLoss(PartialLoss):
    r"""Known and pseudo labels weighed by alpha, beta, d and p.

    The loss of "Towards Imbalanced Large Scale Multi-label Classification with Partially
    Annotated Labels" (https://arxiv.org/abs/2308.00166), equations (6) to (12).

    For an image with known entries E and the unknown entries S that count in this step, with
    the target :math:`\tau`, the label on E and the remembered pseudo label on S,

    .. math::
        s_c = \sigma + (1 - 2 \sigma) \tau_c

        e_c = \alpha s_c \log(1 + e^{-x_c}) + \beta (1 - s_c) \log(1 + e^{x_c})

        L_i = \tfrac{p_i}{L} \big[ \sum_E e_c + d u g \tfrac{|U|}{|S|} \sum_S e_c \big]

    where U are the image's unknown entries, :math:`\beta = \max(r, \gamma)` with the ratio r of
    positive labels, :math:`\alpha = 1 - \beta`, and p doubles images whose predictions are all
    negative. No gradient flows through r, p, g or pseudo labels. It is one BCE-with-logits with a
    soft target and a weight for each element.

    The paper leaves P and T of the ratio P / T open; read literally, every refresh of the pseudo
    labels multiplies their odds by alpha/beta, and they drift to 1. Its part for unknown labels is
    a mean of its own, so that one known positive weighs as much as 79 unknown labels. **By default
    here**, and not in the paper,

    - r is that of each class in the whole training set, counted once: P are its known positives,
      T its known labels and g times the unknown ones;
    - the gate g is what the known labels of a class lack in negatives: with as many of them as
      positives (PAL) its unknown labels are left out, with none (PPL, SPL) they stand in for them;
    - targets are smoothed by half the ratio, :math:`\sigma = \min(r / 2, 0.1)`;
    - each label weighs alike, known or unknown;
    - the hook remembers :meth:`posterior`, the probability without what weights and smoothing add,
      so that pseudo labels do not drift.

    ``configs/_base_/methods/partial_imbalance_paper.py`` switches all that off. The second negative
    term of (8) is printed outside the bracket; (11) is followed.

    Scores of a model that was trained with alpha, beta and smoothing are tilted: ranks within a
    class and AP do not change, but 0.5 is not where a label is as likely as not. Choose thresholds
    on held-out images, or ask :meth:`posterior`.

    Args:
        gamma: Floor of beta, equation (7).
        ratio_mode: ``'dataset'`` as above. The others look at the batch alone, and P are its known
            positives: ``'gated'``: P and g times the pseudo labels, over the known labels and g
            times the unknown ones, with a g for the batch; ``'per_part'``: P / (B L) for the known
            part and the mean pseudo label for the unknown part; ``'soft'``: (P + sum of all
            pseudo labels) / (B L); ``'soft_used'``: the same over known and selected entries only;
            ``'known_over_all'``: P / (B L); ``'known_over_known'``: P / known; ``'fixed'``: 1/2.
            The two ``'known_over_...'`` collapse (and are kept to show it).
        ratio_power: k; the odds of beta are those of r to the power k, 0 for no balance.
        ratio_scope: One ratio of a batch for all of it, ``'batch'``, or one for each ``'class'``.
        ratio_sync: Sum a batch's counts over all processes, so that two processes with half a
            batch each weigh as one with the whole.
        smoothing: :math:`\sigma` over r; 0 for targets as they are.
        pseudo_weighting: ``'ratio'`` weighs unknowns by alpha and beta, ``'none'`` by 1 and 1.
        unknown_weight: u.
        unknown_scale: ``'labels'`` as above; ``'parts'``: each sum is divided by its own number of
            entries, ``|E|`` and ``|S|``, as printed; an empty part is 0.
        gate: Known negatives per known positive at which the unknown part is off:
            g = clip(1 - negatives / (gate * positives), 0, 1); None for g = 1. Smaller is better
            where a class is positive in most images.
        p_mode, p_thr, p_scope: Of :class:`~mmpartial.models.losses.all_negative_penalty.
            AllNegativePenalty`. With smoothing and balance hardly any image has all predictions
            below the threshold, so that p acts where they are off.
        average: ``'image'`` (mean of L_i) or ``'sum'``; L_i says what it divides by itself.

    Attributes:
        d: Weight of the unknown part, set by :class:`mmpartial.DSchedulerHook`; 1 without it.

    Raises:
        ValueError: An option that is none of these, no pseudo labels, or no training set.
    """

    def __init__(
        self,
        *,
        gamma: float = 0.002,
        ratio_mode: str = "dataset",
        ratio_power: float = 1.0,
        ratio_scope: str = "batch",
        ratio_sync: bool = False,
        smoothing: float = 0.5,
        pseudo_weighting: str = "ratio",
        unknown_weight: float = 1.0,
        unknown_scale: str = "labels",
        gate: float | None = 1.0,
        p_mode: str = "text",
        p_thr: float = 0.1,
        p_scope: str = "image",
        average: str = "image",
    ):
        super().__init__(average)
        chosen = {key: value for key, value in locals().items() if key in OPTIONS}
        for name, value in chosen.items():
            if value not in OPTIONS[name]:
                raise ValueError(f"{name}={value!r}: choose one of {', '.join(OPTIONS[name])}.")
        if smoothing < 0:
            raise ValueError(f"smoothing={smoothing} is negative: use 0 to switch it off.")
        balance = gamma, ratio_power, gate
        self.proportions: DatasetProportions | LabelProportions
        if ratio_mode == "dataset":
            self.proportions = DatasetProportions(*balance)
        else:
            self.proportions = LabelProportions(*balance, ratio_mode, ratio_scope, ratio_sync)
        self.smoothing = smoothing
        self.pseudo_weighting, self.unknown_weight = pseudo_weighting, unknown_weight
        self.unknown_scale = unknown_scale
        self.penalty = AllNegativePenalty(p_mode, p_thr, p_scope)
        alike = ratio_sync or ratio_mode in ("dataset", "fixed")
        self.exact_gradient = True
        self.per_batch = not alike or (p_mode != "off" and p_scope == "batch")
        self.d = 1.0

    def start(self, dataset: Any) -> None:
        """Count the labels of each class."""
        self.proportions.start(dataset)

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialImbalanceLoss`."""
        with torch.no_grad():
            parts = FloatLabels(logits, labels)
            balance = self.proportions.of(parts)
            if balance is None:
                raise self.not_started("label counts", "ratio_mode='gated'")
            target, weight, positive_weight = self._bce_arguments(logits, parts, balance)
        element = F.binary_cross_entropy_with_logits(
            logits, target, weight, reduction="none", pos_weight=positive_weight
        )
        total = element.sum()
        with torch.no_grad():
            known_part = (element * parts.known).sum()
            self.diagnostics.update(known_part=known_part, unknown_part=total - known_part)
        return total * get_world_size() if self.average == "sum" else total

    def posterior(self, logits: Tensor) -> Tensor:
        """Probabilities without what the weights and the smoothing of the last step add.

        A model that minimizes the loss on labels that are positive with probability t predicts
        the odds alpha s / (beta (1 - s)) of the known part; this is t again, within [0, 1].
        """
        beta, sigma = self._beta_known.to(logits), self._sigma.to(logits)
        smoothed = (logits - torch.logit(1 - beta)).sigmoid()
        return ((smoothed - sigma) / (1 - 2 * sigma)).clamp(0, 1)

    def _bce_arguments(
        self, logits: Tensor, parts: FloatLabels, balance: Balance
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Equation (12) as target s, weight m beta and positive weight alpha / beta of one BCE."""
        (ratio, beta, beta_unknown, gate), doubled = balance, self.penalty(logits)
        self._beta_known, self._sigma = beta, (self.smoothing * ratio).clamp(max=MOST_SMOOTHING)
        share = (doubled + 1) / max(1, len(logits) if self.average == "image" else 1)
        known, unknown = (share * part for part in parts.shares(self.unknown_scale))
        unknown = unknown * (gate * (self.d * self.unknown_weight))

        target = parts.positive + parts.pseudo
        if self.smoothing:
            target = torch.addcmul(self._sigma, target, 1 - 2 * self._sigma)
        positive_weight = 1 / beta - 1
        if self.pseudo_weighting == "none":
            beta_unknown = torch.ones_like(beta)
            positive_weight = positive_weight.where(parts.known > 0, 1)
        elif beta_unknown is not beta:
            positive_weight = positive_weight.where(parts.known > 0, 1 / beta_unknown - 1)
        weight = parts.known * (known * beta)
        weight.addcmul_(parts.selected, unknown * beta_unknown)
        self.diagnostics = dict(alpha=1 - beta, beta=beta, gate=gate, d=self.d, doubled=doubled)
        return target, weight, positive_weight
