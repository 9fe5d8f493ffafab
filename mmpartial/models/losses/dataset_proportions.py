"""The share of positive labels of each class in the whole training set."""

import torch

from ...labels import NEGATIVE, POSITIVE, LabelBatch, TrainingLabels
from .label_proportions import Balance, beta_of, check_balance, gate_of


class DatasetProportions:
    """r = P / T and the gate of each class, counted once over all training images.

    They are known before the first step and stay. So they do not depend on the images that share
    a batch, on its size, or on the number of processes. With P positive, N negative and U unknown
    labels of a class,

        g = clip(1 - N / (gate P), 0, 1),    r = P / (P + N + g U).

    See :class:`mmpartial.PartialImbalanceLoss` for the arguments.

    Args:
        gamma: Floor of beta.
        power: Power of the ratio's odds.
        gate: Known negatives per known positive at which unknown labels are off, or None.
    """

    def __init__(self, gamma: float, power: float, gate: float | None):
        check_balance(gamma, power, gate)
        self.gamma, self.power, self.gate = gamma, power, gate
        self.counted: Balance | None = None
        self._used: Balance | None = None

    def setup(self, dataset: TrainingLabels) -> None:
        """Count the labels of a dataset."""
        positive, negative = (
            torch.from_numpy(dataset.labels.count(state)).double() for state in (POSITIVE, NEGATIVE)
        )
        gate = gate_of(positive, negative, self.gate)
        known = positive + negative
        ratio = positive / (known + gate * (len(dataset.labels) - known)).clamp(min=1)
        beta = beta_of(ratio, self.gamma, self.power)
        self.counted, self._used = Balance(ratio, beta, beta, gate), None

    def of(self, labels: LabelBatch) -> Balance | None:
        """The balance, with dtype and device of a batch's target; None before the setup."""
        if self.counted is None or (self._used and _fits(self._used.ratio, labels.target)):
            return self._used
        ratio, beta, _, gate = (value.to(labels.target) for value in self.counted)
        self._used = Balance(ratio, beta, beta, gate)
        return self._used


def _fits(value: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors have the same dtype and device."""
    return value.dtype == other.dtype and value.device == other.device
