"""The share of positive labels in a batch, and beta, which follows from it."""

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from .float_labels import FloatLabels

MODES = (
    "gated", "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
)  # fmt: skip
SCOPES = ("batch", "class")
_TINY = 1e-6


class LabelProportions:
    """Equation (7): the ratio r = P / T, and beta.

    :class:`mmpartial.PartialImbalanceLoss` says more of the arguments.

    Args:
        gamma: Floor of beta.
        mode: What P and T count, the loss's ``ratio_mode``.
        power: Power of the ratio's odds.
        scope: One ratio for the ``'batch'`` or for each ``'class'``.
        sync: Sum counts over all processes.

    Raises:
        ValueError: A floor outside (0, 1), or a negative power.
    """

    def __init__(self, gamma: float, mode: str, power: float, scope: str, sync: bool):
        if not 0 < gamma < 1:
            raise ValueError(f"gamma={gamma} is outside (0, 1): it is the floor of beta.")
        if power < 0:
            raise ValueError(f"ratio_power={power} is negative: use 0 to switch it off.")
        self.gamma, self.mode, self.power = gamma, mode, power
        self.scope, self.sync = scope, sync

    def of(self, parts: FloatLabels, gate: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """r, and beta of the known and of the unknown part: scalars, or ``(L,)`` by class.

        Where the parts have different betas, r is that of the known part.

        Args:
            parts: The batch's labels.
            gate: How much of the unknown part counts, a scalar in [0, 1].
        """
        ratio = self._ratio(parts, gate)
        beta = self._beta(ratio)
        if self.mode != "per_part":
            return ratio, beta, beta
        return ratio, beta, self._beta(self._share(parts.all_pseudo(), 1 - parts.known))

    def _ratio(self, parts: FloatLabels, gate: Tensor) -> Tensor:
        if self.mode == "fixed":
            return parts.known.new_tensor(0.5)
        if self.mode == "gated":
            return self._gated(parts, gate)
        if self.mode == "soft":
            return self._share(parts.positive + parts.all_pseudo(), torch.ones_like(parts.known))
        if self.mode == "soft_used":
            return self._share(parts.positive + parts.pseudo, parts.known + parts.selected)
        if self.mode == "known_over_known":
            return self._share(parts.positive, parts.known)
        return self._share(parts.positive, torch.ones_like(parts.known))

    def _beta(self, ratio: Tensor) -> Tensor:
        """The ratio with its odds to a power, at least gamma."""
        if self.mode == "fixed":
            return ratio
        if self.power == 1:
            return ratio.clamp(min=self.gamma)
        beta = (self.power * torch.logit(ratio, _TINY)).sigmoid()
        return beta.clamp(self.gamma, 1 - self.gamma)

    def _gated(self, parts: FloatLabels, gate: Tensor) -> Tensor:
        unknown, pseudo = 1 - parts.known, parts.all_pseudo()
        if self.scope == "class":
            return self._share(parts.positive + gate * pseudo, parts.known + gate * unknown)
        counts = torch.stack([pseudo.sum(), unknown.sum()])  # the others are counted already
        if self.sync:
            all_reduce(counts)
        return (parts.positives + gate * counts[0]) / (parts.knowns + gate * counts[1])

    def _share(self, numerator: Tensor, denominator: Tensor) -> Tensor:
        """Sum of numerator / sum of denominator, for the batch or for each class."""
        counts = torch.stack([numerator, denominator])
        counts = counts.sum(1) if self.scope == "class" else counts.sum((1, 2))
        if self.sync:
            all_reduce(counts)
        return counts[0] / counts[1].clamp(min=_TINY)
