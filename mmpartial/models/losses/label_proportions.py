"""The share of positive labels, and beta and the gate, which follow from it."""

from typing import Any, NamedTuple

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from .float_labels import FloatLabels

MODES = (
    "gated", "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
)  # fmt: skip
SCOPES = ("batch", "class")
_TINY = 1e-6


class Balance(NamedTuple):
    """How positives, negatives and unknown labels weigh: scalars, or ``(L,)`` by class.

    Attributes:
        ratio: r, of the known part where the parts differ.
        beta: Beta of the known part.
        beta_unknown: Beta of the unknown part.
        gate: g, how much of the unknown part counts, in [0, 1].
    """

    ratio: Tensor
    beta: Tensor
    beta_unknown: Tensor
    gate: Tensor


def check_balance(gamma: float, power: float, gate: float | None) -> None:
    """Check what both ways to count have in common.

    Raises:
        ValueError: A floor outside (0, 1), a negative power, or a gate that is not positive.
    """
    if not 0 < gamma < 1:
        raise ValueError(f"gamma={gamma} is outside (0, 1): it is the floor of beta.")
    if power < 0:
        raise ValueError(f"ratio_power={power} is negative: use 0 to switch it off.")
    if gate is not None and gate <= 0:
        raise ValueError(f"gate={gate} is not positive: use None to switch it off.")


def beta_of(ratio: Tensor, gamma: float, power: float) -> Tensor:
    """Equation (7): the ratio with its odds to a power, at least gamma.

    But for power 1 it is also at most 1 - gamma.
    """
    if power == 1:
        return ratio.clamp(min=gamma)
    beta = (power * torch.logit(ratio, _TINY)).sigmoid()
    return beta.clamp(gamma, 1 - gamma)


def gate_of(positives: Tensor, negatives: Tensor, limit: float | None) -> Tensor:
    """How much known labels lack negatives: 1 if there are none, 0 from ``limit`` a positive."""
    if limit is None:
        return torch.ones_like(positives)
    return (1 - negatives / (limit * positives).clamp(min=_TINY)).clamp(0, 1)


class LabelProportions:
    """r = P / T and the gate, both of one batch.

    :class:`mmpartial.PartialImbalanceLoss` says more of the arguments.

    Args:
        gamma: Floor of beta.
        power: Power of the ratio's odds.
        gate: Known negatives per known positive at which unknown labels are off, or None.
        mode: What P and T count, the loss's ``ratio_mode``.
        scope: One ratio for the ``'batch'`` or for each ``'class'``.
        sync: Sum counts over all processes.
    """

    def __init__(
        self, gamma: float, power: float, gate: float | None, mode: str, scope: str, sync: bool
    ):
        check_balance(gamma, power, gate)
        self.gamma, self.power, self.gate = gamma, power, gate
        self.mode, self.scope, self.sync = mode, scope, sync

    def start(self, dataset: Any) -> None:
        """Nothing is counted before the first step."""

    def of(self, parts: FloatLabels) -> Balance:
        """What a batch's labels give."""
        if self.sync:
            parts.sync()
        gate = gate_of(parts.positives, parts.knowns - parts.positives, self.gate)
        if self.mode == "fixed":
            half = parts.known.new_tensor(0.5)
            return Balance(half, half, half, gate)
        ratio = self._ratio(parts, gate)
        beta = beta_unknown = beta_of(ratio, self.gamma, self.power)
        if self.mode == "per_part":
            unknown = self._share(parts.all_pseudo(), 1 - parts.known)
            beta_unknown = beta_of(unknown, self.gamma, self.power)
        return Balance(ratio, beta, beta_unknown, gate)

    def _ratio(self, parts: FloatLabels, gate: Tensor) -> Tensor:
        if self.mode == "gated":
            return self._gated(parts, gate)
        if self.mode == "soft":
            return self._share(parts.positive + parts.all_pseudo(), torch.ones_like(parts.known))
        if self.mode == "soft_used":
            return self._share(parts.positive + parts.pseudo, parts.known + parts.selected)
        if self.mode == "known_over_known":
            return self._share(parts.positive, parts.known)
        return self._share(parts.positive, torch.ones_like(parts.known))

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
