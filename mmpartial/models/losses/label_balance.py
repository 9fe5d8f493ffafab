"""The weights of positive, negative and unknown labels that follow from a ratio of positives."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from ...labels import ClassDraw, LabelBatch
from ...utils.kept_property import kept_property
from .label_gate import gate_of
from .option_checks import check_not_negative

MOST_SMOOTHING = 0.1
_TINY = 1e-6


@dataclass(frozen=True)
class Balance:
    """The weights of a batch: scalars, or ``(C,)`` by class.

    Attributes:
        ratio: r; that of the known part if the known and the unknown part differ.
        beta: Beta of the known part.
        beta_unknown: Beta of the unknown part.
        sigma: The smoothing of positive targets.
        low: The smoothing of negative targets.
        gate: g, how much of the unknown part counts, in [0, 1].
    """

    ratio: Tensor
    beta: Tensor
    beta_unknown: Tensor
    sigma: Tensor
    low: Tensor
    gate: Tensor

    @kept_property
    def alpha(self) -> Tensor:
        """Alpha of the known part."""
        return 1 - self.beta

    @kept_property
    def odds(self) -> Tensor:
        """How much more a positive weighs than a negative, in the known part."""
        return self.alpha / self.beta

    @kept_property
    def odds_unknown(self) -> Tensor:
        """The same in the unknown part."""
        return (1 - self.beta_unknown) / self.beta_unknown

    @kept_property
    def negative_unknown(self) -> Tensor:
        """How much a negative of the unknown part weighs."""
        return self.gate * self.beta_unknown

    @kept_property
    def unsmoothed(self) -> Tensor:
        """The distance between the smoothed targets of a negative and a positive."""
        return 1 - (self.low + self.sigma)

    def odds_of(self, labels: LabelBatch) -> Tensor:
        """How much more a positive weighs than a negative, for each label."""
        if self.beta is self.beta_unknown:
            return self.odds
        return self.odds.where(labels.known, self.odds_unknown)

    def _map(self, change: Callable[[Tensor], Tensor]) -> "Balance":
        old = [getattr(self, field.name) for field in fields(self)]
        new = {id(value): change(value) for value in old}  # two fields may share a tensor
        return Balance(*(new[id(value)] for value in old))

    def of_draw(self, draw: ClassDraw) -> "Balance":
        """The weights of drawn classes, whose gate makes them stand for the others as well."""
        part = self._map(lambda value: value[draw.classes] if value.dim() else value)
        return replace(part, gate=part.gate * draw.weight)

    def to(self, other: Tensor) -> "Balance":
        """The same, with dtype and device of another tensor."""
        return self._map(lambda value: value.to(other))


class BalanceRule:
    """Turns a ratio of positives into weights; see :class:`mmpartial.PartialImbalanceLoss`.

    Args:
        gamma: Floor of beta.
        power: Power of the ratio's odds.
        power_fades: Whether the power of a class is at most the share of its unknown labels.
        gate: ``'auto'``, the largest accepted number of classes in an image, or None for g = 1.
        smoothing: Smoothing divided by the ratio.
        negative_smoothing: The most that negative targets are smoothed by.
    """

    def __init__(
        self,
        gamma: float,
        power: float,
        power_fades: bool,
        gate: float | str | None,
        smoothing: float,
        negative_smoothing: float,
    ):
        if not 0 < gamma < 1:
            raise ValueError(f"gamma={gamma} is outside (0, 1): it is the floor of beta.")
        check_not_negative(
            ratio_power=power, smoothing=smoothing, negative_smoothing=negative_smoothing
        )
        if isinstance(gate, str) and gate != "auto":
            raise ValueError(f"gate={gate!r}: choose 'auto', a number or None.")
        if not isinstance(gate, str) and gate is not None and not gate > 0:
            raise ValueError(f"gate={gate} is not positive: use None to switch it off.")
        self.gamma, self.power, self.gate = gamma, power, gate
        self.power_fades = power_fades
        self.smoothing, self.negative_smoothing = smoothing, negative_smoothing

    def balance(
        self,
        ratio: Tensor,
        gate: Tensor,
        ratio_unknown: Tensor | None = None,
        power: Tensor | float | None = None,
    ) -> Balance:
        """The weights that follow from one ratio, or from one for each part.

        Args:
            ratio: r.
            gate: g.
            ratio_unknown: r of the unknown part; None for the same.
            power: The power of each class, see :meth:`power_of`; None for the whole power.
        """
        power = self.power if power is None else power
        beta = self.beta_of(ratio, power)
        other = beta if ratio_unknown is None else self.beta_of(ratio_unknown, power)
        sigma = self.sigma_of(ratio)
        return Balance(ratio, beta, other, sigma, self.low_of(sigma), gate)

    def even(self, like: Tensor, gate: Tensor) -> Balance:
        """Equal weights of positives and negatives."""
        half = like.new_tensor(0.5)
        sigma = self.sigma_of(half)
        return Balance(half, half, half, sigma, self.low_of(sigma), gate)

    def sigma_of(self, ratio: Tensor) -> Tensor:
        """The smoothing of positive targets."""
        return (self.smoothing * ratio).clamp(max=MOST_SMOOTHING)

    def low_of(self, sigma: Tensor) -> Tensor:
        """The smoothing of negative targets that goes with that of positive ones."""
        return sigma.clamp(max=self.negative_smoothing)

    def unsmooth(self, score: Tensor, sigma: Tensor) -> Tensor:
        """The probability, in [0, 1], that a smoothed target stands for."""
        sigma = sigma.to(score)
        low = self.low_of(sigma)
        return (score - low).div_(1 - (low + sigma)).clamp_(0, 1)

    def power_of(self, unknown: Tensor) -> Tensor | float:
        """The power of each class, given the share of its labels that are unknown."""
        return unknown.clamp(max=self.power) if self.power_fades else self.power

    def beta_of(self, ratio: Tensor, power: Tensor | float) -> Tensor:
        """Equation (7): the ratio, with its odds to a power, but at least gamma.

        For any power but 1, it is also at most 1 - gamma.
        """
        if not isinstance(power, Tensor) and power == 1:
            return ratio.clamp(min=self.gamma)
        beta = (power * torch.logit(ratio, _TINY)).sigmoid()
        return beta.clamp(self.gamma, 1 - self.gamma)

    def gate_of(self, positive: Tensor, negative: Tensor, classes: int) -> Tensor:
        """How much unknown labels count; see :mod:`~mmpartial.models.losses.label_gate`."""
        if self.gate is None:
            return torch.ones_like(positive)
        most = None if isinstance(self.gate, str) else self.gate
        return gate_of(positive, negative, classes, most)
