"""The share of positive labels, and the weights that follow from it."""

from typing import NamedTuple

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ...labels import NEGATIVE, POSITIVE, LabelBatch, TrainingLabels

MODES = (
    "gated", "per_part", "soft", "soft_used", "known_over_all", "known_over_known", "fixed"
)  # fmt: skip
SCOPES = ("batch", "class")
_TINY = 1e-6


class Balance(NamedTuple):
    """The weights of positives, negatives and unknown labels: scalars, or ``(C,)`` by class.

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


class LabelProportions:
    """Base of the two ways to count labels; see :class:`mmpartial.PartialImbalanceLoss`.

    Args:
        gamma: Floor of beta.
        power: Power of the ratio's odds.
        gate: Known negatives per known positive at which unknown labels are off, or None.
    """

    def __init__(self, gamma: float, power: float, gate: float | None):
        if not 0 < gamma < 1:
            raise ValueError(f"gamma={gamma} is outside (0, 1): it is the floor of beta.")
        if power < 0:
            raise ValueError(f"ratio_power={power} is negative: use 0 to switch it off.")
        if gate is not None and gate <= 0:
            raise ValueError(f"gate={gate} is not positive: use None to switch it off.")
        self.gamma, self.power, self.gate = gamma, power, gate

    def setup(self, dataset: TrainingLabels) -> None:
        """Take counts from the training labels, before the first step."""

    def of(self, labels: LabelBatch) -> Balance | None:
        """The balance of a batch; None if :meth:`setup` has to come first."""
        raise NotImplementedError

    def beta_of(self, ratio: Tensor) -> Tensor:
        """Equation (7): the ratio, with its odds to a power, but at least gamma.

        For any power but 1, it is also at most 1 - gamma.
        """
        if self.power == 1:
            return ratio.clamp(min=self.gamma)
        beta = (self.power * torch.logit(ratio, _TINY)).sigmoid()
        return beta.clamp(self.gamma, 1 - self.gamma)

    def gate_of(self, positives: Tensor, negatives: Tensor) -> Tensor:
        """1 for a class without negatives, falling to 0 at ``gate`` negatives per positive."""
        if self.gate is None:
            return torch.ones_like(positives)
        return (1 - negatives / (self.gate * positives).clamp(min=_TINY)).clamp(0, 1)


class DatasetProportions(LabelProportions):
    """r = P / T and the gate of each class, counted once over all training images.

    They do not depend on the images that share a batch, on its size, or on the number of
    processes. With P positive, N negative and U unknown labels of a class,

        g = clip(1 - N / (gate P), 0, 1),    r = P / (P + N + g U).
    """

    counted: Balance | None = None
    _used: Balance | None = None  # with dtype and device of the last batch

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the labels of a dataset."""
        positive, negative = (
            torch.from_numpy(dataset.labels.count(state)).double() for state in (POSITIVE, NEGATIVE)
        )
        gate = self.gate_of(positive, negative)
        known = positive + negative
        ratio = positive / (known + gate * (len(dataset.labels) - known)).clamp(min=1)
        beta = self.beta_of(ratio)
        self.counted, self._used = Balance(ratio, beta, beta, gate), None

    def of(self, labels: LabelBatch) -> Balance | None:
        """The balance, with dtype and device of a batch's target; None before the setup."""
        if self.counted is None:
            return None
        used, target = self._used, labels.target
        if used is None or (used.ratio.dtype, used.ratio.device) != (target.dtype, target.device):
            ratio, beta, _, gate = (value.to(target) for value in self.counted)
            self._used = Balance(ratio, beta, beta, gate)
        return self._used


class BatchProportions(LabelProportions):
    """r = P / T and the gate of each batch.

    Args:
        gamma, power, gate: See :class:`LabelProportions`.
        mode: The labels that P and T count, the loss's ``ratio_mode``.
        scope: One ratio for the ``'batch'`` or for each ``'class'``.
        sync: Sum counts over all processes.
    """

    def __init__(
        self, gamma: float, power: float, gate: float | None, mode: str, scope: str, sync: bool
    ):
        super().__init__(gamma, power, gate)
        self.mode, self.scope, self.sync = mode, scope, sync

    def of(self, labels: LabelBatch) -> Balance:
        """The balance of a batch's labels."""
        counts = torch.stack([labels.positive.sum(), labels.known_mask.sum()])
        positives, knowns = self._sum_of_processes(counts)
        gate = self.gate_of(positives, knowns - positives)
        if self.mode == "fixed":
            half = labels.target.new_tensor(0.5)
            return Balance(half, half, half, gate)
        ratio = self._ratio(labels, positives, knowns, gate)
        beta = beta_unknown = self.beta_of(ratio)
        if self.mode == "per_part":
            unknown = self._share(labels.unknown_pseudo, 1 - labels.known_mask)
            beta_unknown = self.beta_of(unknown)
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
