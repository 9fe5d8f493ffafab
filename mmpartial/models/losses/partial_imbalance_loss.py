"""The loss of the project's own method: soft pseudo labels weighed by label proportions."""

import math

import torch
import torch.nn.functional as F
from mmengine.dist import get_world_size
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .float_labels import FloatLabels
from .label_proportions import MODES, SCOPES, LabelProportions
from .partial_loss import PartialLoss

OPTIONS = {
    "ratio_mode": MODES,
    "ratio_scope": SCOPES,
    "pseudo_weighting": ("none", "ratio"),
    "unknown_scale": ("labels", "parts"),
    "p_mode": ("text", "printed", "off"),
    "p_scope": ("image", "batch"),
    "average": ("image", "sum"),
}
MOST_SMOOTHING = 0.1
_TINY = 1e-6


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

    where U are the image's unknown entries, the odds of :math:`\beta` are those of the ratio r to
    the power k, with a floor :math:`\gamma` (and, but for k = 1, a ceiling of 1 - gamma, so that
    neither kind is left out), :math:`\alpha = 1 - \beta`, and p doubles images
    whose predictions are all negative. No gradient flows through r, p, g or pseudo labels. It is
    one BCE-with-logits with a soft target and a weight for each element.

    **Readings that differ from the print.** The paper leaves P and T of the ratio P / T open;
    read literally, every refresh of the pseudo labels multiplies their odds by alpha/beta and they
    drift to 1. By default

    - the gate g is what the known part of the batch lacks in negatives: with as many of them as
      positives (PAL) unknown labels stay out of the way, with none (PPL, SPL) they stand in for
      them. It looks at numbers alone: where classes are positive in more than half of the images
      it is open in PAL too, and a smaller ``gate`` is better;
    - r counts what the gate lets in: P are the known positives and g times the pseudo labels, T
      the known labels and g times the unknown ones;
    - k = 1/2, between no balance (0) and the paper's (1);
    - targets are smoothed by half the ratio, :math:`\sigma = \min(r / 2, 0.1)`, so that easy
      negatives do not pull the scores apart for ever;
    - each label weighs alike: the parts as printed, each a mean of its own, would let one known
      positive weigh as much as 79 unknowns;
    - :meth:`posterior` tells the hook the probability without what weights and smoothing add, so
      that pseudo labels do not drift.

    ``configs/_base_/methods/partial_imbalance_paper.py`` switches all that off. Printed (10)
    doubles images with *some* prediction above the threshold, its text those with none:
    ``p_mode='text'`` follows the text. The second negative term of (8) is printed outside the
    bracket; (11) is followed. With smoothing and balance hardly any image has all of its
    predictions below the threshold of p, so that p acts where they are off.

    Scores of a model that was trained with alpha, beta and smoothing are tilted: ranks and AP do
    not change, but 0.5 is not where a label is as likely as not. Choose thresholds on held-out
    images, or ask :meth:`posterior`.

    Args:
        gamma: Floor of beta, equation (7).
        ratio_mode: ``'gated'`` as above. In the others P are the known positives:
            ``'per_part'``: P / (B L) for the known part and the mean pseudo label for the
            unknown part; ``'soft'``: (P + sum of all
            pseudo labels) / (B L); ``'soft_used'``: the same over known and selected entries only;
            ``'known_over_all'``: P / (B L); ``'known_over_known'``: P / known; ``'fixed'``: 1/2.
            The two ``'known_over_...'`` collapse when labels are unknown and weighed alike (they
            are kept to show it).
        ratio_power: k.
        ratio_scope: One ratio for the ``'batch'``, or one for each ``'class'``.
        ratio_sync: Sum the ratio's counts over all processes, so that two processes with half a
            batch each weigh as one with the whole.
        smoothing: :math:`\sigma` over r; 0 for targets as they are.
        pseudo_weighting: ``'ratio'`` weighs unknowns by alpha and beta, ``'none'`` by 1 and 1.
        unknown_weight: u.
        unknown_scale: ``'labels'`` as above; ``'parts'``: each sum is divided by its own number of
            entries, |E| and |S|, as printed; an empty part is 0.
        gate: Known negatives per known positive of the batch at which the unknown part is off:
            g = clip(1 - negatives / (gate * positives), 0, 1); None for g = 1.
        p_mode: ``'text'``, ``'printed'`` or ``'off'`` (p = 1).
        p_thr: Probability above which a prediction counts as positive for p.
        p_scope: Whether predictions of the ``'image'`` or of the whole ``'batch'`` decide on p.
        average: ``'image'`` (mean of L_i, as authors of this family do) or ``'sum'``: what L_i
            divides by is said above, so the other averages do not apply.

    Attributes:
        d: Weight of the unknown part, set by :class:`mmpartial.DSchedulerHook`; 1 without it.

    Raises:
        ValueError: An option that is none of these, or unknown labels without pseudo labels.
    """

    def __init__(
        self,
        *,
        gamma: float = 0.05,
        ratio_mode: str = "gated",
        ratio_power: float = 0.5,
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
        if not 0 < p_thr < 1:
            raise ValueError(f"p_thr={p_thr} is outside (0, 1): it is a probability.")
        if gate is not None and gate <= 0:
            raise ValueError(f"gate={gate} is not positive: use None to switch it off.")
        if smoothing < 0:
            raise ValueError(f"smoothing={smoothing} is negative: use 0 to switch it off.")
        self.proportions = LabelProportions(gamma, ratio_mode, ratio_power, ratio_scope, ratio_sync)
        self.smoothing, self.gate, self.ratio_sync = smoothing, gate, ratio_sync
        self.pseudo_weighting, self.unknown_weight = pseudo_weighting, unknown_weight
        self.unknown_scale = unknown_scale
        self.p_mode, self.p_scope, self.p_logit = p_mode, p_scope, math.log(p_thr / (1 - p_thr))
        self.exact_gradient, self.per_batch = True, not ratio_sync or p_scope == "batch"
        self.d = 1.0

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialImbalanceLoss`."""
        with torch.no_grad():
            parts = FloatLabels(logits, labels)
            if self.ratio_sync:
                parts.sync()
            target, weight, positive_weight = self._bce_arguments(logits, parts)
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
        the odds alpha s / (beta (1 - s)); this is t again, within [0, 1]. Alpha and beta are those
        of the known part.
        """
        beta, sigma = self._beta_known.to(logits), self._sigma.to(logits)
        smoothed = (logits - torch.logit(1 - beta)).sigmoid()
        return ((smoothed - sigma) / (1 - 2 * sigma)).clamp(0, 1)

    def _bce_arguments(self, logits: Tensor, parts: FloatLabels) -> tuple[Tensor, Tensor, Tensor]:
        """Equation (12) as target s, weight m beta and positive weight alpha / beta of one BCE."""
        gate, doubled = self._gate(parts), self._doubled(logits)
        ratio, beta, beta_unknown = self.proportions.of(parts, gate)
        self._beta_known, self._sigma = beta, (self.smoothing * ratio).clamp(max=MOST_SMOOTHING)
        known, unknown = self._shares(parts, doubled + 1)
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

    def _shares(self, parts: FloatLabels, p: Tensor) -> tuple[Tensor, Tensor]:
        """What a known and a selected entry of each image weigh before alpha, beta, d, u and g."""
        share = p / max(1, len(p) if self.average == "image" else 1)
        if self.unknown_scale == "labels":
            share = share / max(1, parts.known.shape[1])
            if parts.all_selected:
                return share, share
        selected = parts.selected.sum(1, keepdim=True).clamp_(min=1)
        knowns = parts.known.sum(1, keepdim=True)
        if self.unknown_scale == "parts":
            return share / knowns.clamp(min=1), share / selected
        return share, share * (parts.known.shape[1] - knowns) / selected

    def _gate(self, parts: FloatLabels) -> Tensor:
        """g, how much the known part of the batch lacks negatives: 1 if it has none."""
        if self.gate is None:
            return parts.known.new_ones(())
        negatives = parts.knowns - parts.positives
        return (1 - negatives / (self.gate * parts.positives).clamp(min=_TINY)).clamp(0, 1)

    def _doubled(self, logits: Tensor) -> Tensor:
        """P - 1 of equation (10), ``(B, 1)``: 1 for an image that counts twice, else 0."""
        if self.p_mode == "off" or not logits.numel():
            return logits.new_zeros(len(logits), 1)
        top = logits.amax(1, keepdim=True)
        if self.p_scope == "batch":
            top = top.amax().expand_as(top)
        doubled = top <= self.p_logit if self.p_mode == "text" else top > self.p_logit
        return doubled.to(logits.dtype)
