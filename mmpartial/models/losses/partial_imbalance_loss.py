"""The loss of the project's own method: soft pseudo labels weighed by label proportions."""

import math

import torch
import torch.nn.functional as F
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .float_labels import FloatLabels
from .partial_loss import PartialLoss

OPTIONS = {
    "ratio_mode": (
        "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
    ),
    "ratio_scope": ("batch", "class"),
    "pseudo_weighting": ("none", "ratio"),
    "unknown_scale": ("labels", "parts"),
    "p_mode": ("text", "printed", "off"),
    "p_scope": ("image", "batch"),
    "average": ("image", "sum"),
}  # fmt: skip


@MODELS.register_module()
class PartialImbalanceLoss(PartialLoss):
    r"""Known and pseudo labels weighed by alpha, beta, d and p.

    The loss of "Towards Imbalanced Large Scale Multi-label Classification with Partially
    Annotated Labels" (https://arxiv.org/abs/2308.00166), equations (6) to (12).

    For an image with known entries E and the unknown entries S that count in this step, with
    the target :math:`\tau`, the label on E and the remembered pseudo label on S,

    .. math::
        e_c = \alpha \tau_c \log(1 + e^{-x_c}) + \beta (1 - \tau_c) \log(1 + e^{x_c})

        L_i = p_i \big[ \tfrac{1}{|E|} \sum_E e_c + \tfrac{d u g r}{|S|} \sum_S e_c \big]

    where :math:`\beta = \max(ratio, \gamma)`, :math:`\alpha = 1 - \beta`, and p doubles images
    whose predictions are all negative. An empty part is 0, so an image with nothing known and
    nothing selected has the loss 0. No gradient flows through ratio, p, g or pseudo labels. It
    is one BCE-with-logits with a soft target, a weight and a positive weight for each element.

    **Readings that differ from the print.** The paper's own symbols leave P and T of the ratio
    open; read literally, every refresh of the pseudo labels multiplies their odds by
    alpha/beta and they drift to 1. So, by default, alpha and beta weigh the known part alone, an
    unknown counts as plain soft-target BCE with the weight u of a known label (r is the number of
    unknown labels in the batch over that of known ones; the parts, as printed, would weigh alike
    whatever their size, and one known positive as much as 79 unknowns), and the gate g scales
    that by what the known part lacks in negatives: with many known negatives (PAL) unknowns stay
    out of the way, with none (PPL, SPL) they stand in for them. None of u, r and g is in the
    paper; ``unknown_weight=1, unknown_scale='parts', gate=None`` switches them off. Printed (10)
    doubles images with *some* prediction above the threshold, its text those with none:
    ``p_mode='text'`` follows the text. The second negative term of (8) is printed outside the
    bracket; (11) is followed.

    Args:
        gamma: Floor of beta, equation (7). The paper's is 0.05, which lets a positive weigh 19
            times a negative; 0.3 (7 to 3) trained better on the digits, the only data tried so far.
        ratio_mode: Known positives are P; ``'per_part'``: P / (B L) for the known part and the
            mean pseudo label for the unknown part; ``'soft'``: (P + sum of all pseudo labels) /
            (B L); ``'soft_used'``: the same over known and selected entries only;
            ``'known_over_all'``: P / (B L); ``'known_over_known'``: P / known; ``'fixed'``: 1/2.
            The two ``'known_over_...'`` collapse when labels are unknown and weighed alike (they
            are kept to show it).
        ratio_scope: One ratio for the ``'batch'``, or one for each ``'class'``.
        ratio_sync: Sum the ratio's counts over all processes, so that two processes with half a
            batch each weigh as one with the whole.
        pseudo_weighting: ``'ratio'`` weighs unknowns by alpha and beta, ``'none'`` by 1 and 1.
        unknown_weight: u.
        unknown_scale: ``'labels'`` for r as above, so that each unknown label weighs u times a
            known one; ``'parts'`` for r = 1, so that the unknown part weighs u times the known one.
        gate: Known negatives per known positive of the batch at which the unknown part is off:
            g = clip(1 - negatives / (gate * positives), 0, 1); None for g = 1.
        p_mode: ``'text'``, ``'printed'`` or ``'off'`` (p = 1).
        p_thr: Probability above which a prediction counts as positive for p.
        p_scope: Whether predictions of the ``'image'`` or of the whole ``'batch'`` decide on p.
        average: ``'image'`` (mean of L_i, as authors of this family do) or ``'sum'``: a part is
            averaged over its own entries, so the other averages do not apply.

    Attributes:
        d: Weight of the unknown part, set by :class:`mmpartial.DSchedulerHook`; 1 without it.

    Raises:
        ValueError: An option that is none of these, or unknown labels without pseudo labels.
    """

    def __init__(
        self,
        *,
        gamma: float = 0.3,
        ratio_mode: str = "per_part",
        ratio_scope: str = "batch",
        ratio_sync: bool = False,
        pseudo_weighting: str = "none",
        unknown_weight: float = 0.5,
        unknown_scale: str = "labels",
        gate: float | None = 4.0,
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
        if not 0 < gamma < 1:
            raise ValueError(f"gamma={gamma} is outside (0, 1): it is the floor of beta.")
        if not 0 < p_thr < 1:
            raise ValueError(f"p_thr={p_thr} is outside (0, 1): it is a probability.")
        if gate is not None and gate <= 0:
            raise ValueError(f"gate={gate} is not positive: use None to switch it off.")
        self.gamma, self.ratio_sync, self.unknown_weight, self.gate = (
            gamma, ratio_sync, unknown_weight, gate
        )  # fmt: skip
        self.ratio_mode, self.ratio_scope, self.pseudo_weighting = (
            ratio_mode, ratio_scope, pseudo_weighting
        )  # fmt: skip
        self.unknown_scale = unknown_scale
        self.p_mode, self.p_scope, self.p_logit = p_mode, p_scope, math.log(p_thr / (1 - p_thr))
        self.exact_gradient, self.per_batch = True, not ratio_sync
        self.d = 1.0

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`PartialImbalanceLoss`."""
        with torch.no_grad():
            parts = FloatLabels(logits, labels)
            if self.ratio_sync:
                parts.sync()
            target, weight = self._target_and_weight(logits, parts)
        element = F.binary_cross_entropy_with_logits(logits, target, weight, reduction="none")
        total = element.sum()
        with torch.no_grad():
            known_part = (element * parts.known).sum()
            self.diagnostics.update(known_part=known_part, unknown_part=total - known_part)
        return total * get_world_size() if self.average == "sum" else total

    def _target_and_weight(self, logits: Tensor, parts: FloatLabels) -> tuple[Tensor, Tensor]:
        """Equation (12) as the target and the weight of one BCE.

        alpha t log(1+e^-x) + beta (1-t) log(1+e^x) is w BCE(x, a / w), with a = alpha t and
        w = alpha t + beta (1 - t).
        """
        beta, beta_unknown = self._betas(parts)
        gate, doubled = self._gate(parts), self._doubled(logits)
        share = (doubled + 1).div_(max(1, len(logits)) if self.average == "image" else 1)
        known = share / parts.known.sum(1, keepdim=True).clamp_(min=1)
        unknown = share / parts.selected.sum(1, keepdim=True).clamp_(min=1)
        unknown *= gate * (self.d * self.unknown_weight)
        if self.unknown_scale == "labels":
            unknown *= (parts.entries - parts.knowns) / parts.knowns.clamp(min=1)

        if_negative = known * beta
        if_positive = known - if_negative  # alpha = 1 - beta
        weight = parts.known * if_negative
        weight.addcmul_(parts.positive, if_positive - if_negative)
        positive = parts.positive * if_positive
        if self.pseudo_weighting == "none":
            weight.addcmul_(parts.selected, unknown)
            positive.addcmul_(parts.pseudo, unknown)
        else:
            if_negative = unknown * beta_unknown
            if_positive = unknown - if_negative
            weight.addcmul_(parts.selected, if_negative)
            weight.addcmul_(parts.pseudo, if_positive - if_negative)
            positive.addcmul_(parts.pseudo, if_positive)
        self.diagnostics = dict(alpha=1 - beta, beta=beta, gate=gate, d=self.d, doubled=doubled)
        # Entries that do not count have weight 0: any target will do, but not 0 / 0.
        return positive.div_(weight + 1e-30), weight

    def _betas(self, parts: FloatLabels) -> tuple[Tensor, Tensor]:
        """Equation (7): beta of the known part and of the unknown part."""
        if self.ratio_mode == "fixed":
            half = parts.known.new_tensor(0.5)
            return half, half
        if self.ratio_mode == "soft":
            beta = self._beta(parts.positive + parts.all_pseudo(), torch.ones_like(parts.known))
        elif self.ratio_mode == "soft_used":
            beta = self._beta(parts.positive + parts.pseudo, parts.known + parts.selected)
        elif self.ratio_mode == "known_over_known":
            beta = self._beta(parts.positive, parts.known)
        elif self.ratio_scope == "batch":
            beta = (parts.positives / parts.entries).clamp_(min=self.gamma)
        else:
            beta = self._beta(parts.positive, torch.ones_like(parts.known))
        if self.ratio_mode == "per_part" and self.pseudo_weighting == "ratio":
            return beta, self._beta(parts.all_pseudo(), 1 - parts.known)
        return beta, beta

    def _beta(self, numerator: Tensor, denominator: Tensor) -> Tensor:
        """max(sum of numerator / sum of denominator, gamma), for the batch or for each class."""
        counts = torch.stack([numerator, denominator])
        counts = counts.sum(1) if self.ratio_scope == "class" else counts.sum((1, 2))
        if self.ratio_sync:
            all_reduce(counts)
        return (counts[0] / counts[1].clamp(min=1)).clamp_(min=self.gamma)

    def _gate(self, parts: FloatLabels) -> Tensor:
        """g, how much the known part of the batch lacks negatives: 1 if it has none."""
        if self.gate is None:
            return parts.known.new_ones(())
        # 1 - (knowns - positives) / (gate * positives), also when there are no positives
        lack = (1 + 1 / self.gate) - parts.knowns / (self.gate * parts.positives).clamp_(min=1e-6)
        return lack.clamp_(0, 1)

    def _doubled(self, logits: Tensor) -> Tensor:
        """P - 1 of equation (10), ``(B, 1)``: 1 for an image that counts twice, else 0."""
        if self.p_mode == "off" or not logits.numel():
            return logits.new_zeros(len(logits), 1)
        top = logits.amax(1, keepdim=True)
        if self.p_scope == "batch":
            top = top.amax().expand_as(top)
        doubled = top <= self.p_logit if self.p_mode == "text" else top > self.p_logit
        return doubled.to(logits.dtype)
