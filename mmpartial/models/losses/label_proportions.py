"""The share of positive labels, and the weights that follow from it."""

from typing import NamedTuple

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ...labels import LabelBatch, TrainingLabels

MODES = (
    "gated", "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
)  # fmt: skip
SCOPES = ("batch", "class")
_TINY = 1e-6


class Balance(NamedTuple):
    """How positives, negatives and unknown labels weigh: scalars, or ``(C,)`` by class.

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
    """Check the options that both ways to count have.

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
    """Equation (7): the ratio, with its odds to a power, but at least gamma.

    For any power but 1, it is also at most 1 - gamma.
    """
    if power == 1:
        return ratio.clamp(min=gamma)
    beta = (power * torch.logit(ratio, _TINY)).sigmoid()
    return beta.clamp(gamma, 1 - gamma)


def gate_of(positives: Tensor, negatives: Tensor, limit: float | None) -> Tensor:
    """How much negatives are missing: 1 without any, 0 with ``limit`` a positive or more."""
    if limit is None:
        return torch.ones_like(positives)
    return (1 - negatives / (limit * positives).clamp(min=_TINY)).clamp(0, 1)


class LabelProportions:
    """r = P / T and the gate, both of one batch.

    See :class:`mmpartial.PartialImbalanceLoss` for the arguments.

    Args:
        gamma: Floor of beta.
        power: Power of the ratio's odds.
        gate: Known negatives per known positive at which unknown labels are off, or None.
        mode: The labels that P and T count, the loss's ``ratio_mode``.
        scope: One ratio for the ``'batch'`` or for each ``'class'``.
        sync: Sum counts over all processes.
    """

    def __init__(
        self, gamma: float, power: float, gate: float | None, mode: str, scope: str, sync: bool
    ):
        check_balance(gamma, power, gate)
        self.gamma, self.power, self.gate = gamma, power, gate
        self.mode, self.scope, self.sync = mode, scope, sync

    def setup(self, dataset: TrainingLabels) -> None:
        """Nothing is counted before the first step."""

    def of(self, labels: LabelBatch) -> Balance:
        """The balance of a batch's labels."""
        counts = torch.stack([labels.positive.sum(), labels.known_mask.sum()])
        positives, knowns = self._sum_of_processes(counts)
        gate = gate_of(positives, knowns - positives, self.gate)
        if self.mode == "fixed":
            half = labels.target.new_tensor(0.5)
            return Balance(half, half, half, gate)
        ratio = self._ratio(labels, positives, knowns, gate)
        beta = beta_unknown = beta_of(ratio, self.gamma, self.power)
        if self.mode == "per_part":
            unknown = self._share(labels.unknown_pseudo, 1 - labels.known_mask)
            beta_unknown = beta_of(unknown, self.gamma, self.power)
        return Balance(ratio, beta, beta_unknown, gate)

    def _ratio(self, labels: LabelBatch, positives: Tensor, knowns: Tensor, gate: Tensor) -> Tensor:
        positive, known, pseudo = labels.positive, labels.known_mask, labels.unknown_pseudo
        if self.mode == "gated" and self.scope == "batch":
            total, number = self._sum_of_processes(torch.stack([pseudo.sum(), (1 - known).sum()]))
            return (positives + gate * total) / (knowns + gate * number)
        if self.mode == "gated":
            return self._share(positive + gate * pseudo, known + gate * (1 - known))
        if self.mode == "soft":
            return self._share(positive + pseudo, torch.ones_like(known))
        if self.mode == "soft_used":
            return self._share(positive + labels.selected_pseudo, known + labels.selected_mask)
        if self.mode == "known_over_known":
            return self._share(positive, known)
        return self._share(positive, torch.ones_like(known))

    def _share(self, numerator: Tensor, denominator: Tensor) -> Tensor:
        """Sum of numerator / sum of denominator, for the batch or for each class."""
        counts = torch.stack([numerator, denominator])
        counts = counts.sum(1) if self.scope == "class" else counts.sum((1, 2))
        counts = self._sum_of_processes(counts)
        return counts[0] / counts[1].clamp(min=_TINY)

    def _sum_of_processes(self, counts: Tensor) -> Tensor:
        if self.sync:
            all_reduce(counts)
        return counts
