"""The step from the logits of a trained model to probabilities, and to yes or no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .losses import PartialLoss


@dataclass
class AffineCalibration:
    """The probability sigmoid(slope z + intercept) of log odds z (temperature and Platt scaling).

    Attributes:
        slope: ``(C,)``, at least 0.
        intercept: ``(C,)``.
    """

    slope: Tensor
    intercept: Tensor

    def __call__(self, z: Tensor) -> Tensor:
        """Probabilities ``(N, C)``."""
        return torch.addcmul(self.intercept.to(z), self.slope.to(z), z).sigmoid()


@dataclass
class IsotonicCalibration:
    """Probabilities by linear interpolation between points, constant beyond the ends.

    Attributes:
        points: ``(C, K)`` log odds, ascending in each row.
        values: ``(C, K)`` probabilities, ascending in each row.
    """

    points: Tensor
    values: Tensor

    def __call__(self, z: Tensor) -> Tensor:
        """Probabilities ``(N, C)``."""
        points, values = self.points.to(z), self.values.to(z)
        columns = z.T.contiguous()
        right = torch.searchsorted(points, columns).clamp(1, points.shape[1] - 1)
        x0, x1 = points.gather(1, right - 1), points.gather(1, right)
        y0, y1 = values.gather(1, right - 1), values.gather(1, right)
        share = ((columns - x0) / (x1 - x0).clamp(min=torch.finfo(z.dtype).tiny)).clamp(0, 1)
        return (y0 + share * (y1 - y0)).T


Calibration = AffineCalibration | IsotonicCalibration
_CALIBRATIONS: dict[str, type] = dict(affine=AffineCalibration, isotonic=IsotonicCalibration)


class Decision:
    """Turns logits into probabilities, and into yes or no, for predictions, tests and export.

    Without a calibration, the probabilities are ``loss.posterior(logits)``, which takes out the
    effect of the loss's own weights. With a calibration, they are a function of the log odds
    ``loss.untilted(logits)``.

    Args:
        loss: The loss that the model was trained with.
        calibration: A calibration on held-out labels, or None.
        thresholds: ``(C,)``, or one number: a probability of at least this much is a yes.
    """

    def __init__(
        self,
        loss: PartialLoss,
        calibration: Calibration | None = None,
        thresholds: Tensor | np.ndarray | Sequence[float] | float = 0.5,
    ):
        self.loss, self.calibration = loss, calibration
        self.thresholds = torch.as_tensor(thresholds, dtype=torch.float32)

    @torch.no_grad()
    def probabilities(self, logits: Tensor) -> Tensor:
        """Probabilities ``(N, C)`` of logits ``(N, C)``, at least in float32."""
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        if self.calibration is None:
            return self.loss.posterior(logits)
        return self.calibration(self.loss.untilted(logits))

    def __call__(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities and yes (True) or no, ``(N, C)`` each."""
        probabilities = self.probabilities(logits)
        return probabilities, probabilities >= self.thresholds.to(probabilities)

    def state_dict(self) -> dict[str, Any]:
        """The calibration and the thresholds, for the key ``decision`` of a checkpoint."""
        state: dict[str, Any] = dict(thresholds=self.thresholds)
        for name, kind in _CALIBRATIONS.items():
            if isinstance(self.calibration, kind):
                state["calibration"] = dict(kind=name, **vars(self.calibration))
        return state

    @classmethod
    def from_state(cls, loss: PartialLoss, state: Mapping[str, Any] | None) -> "Decision":
        """The decision of a checkpoint; without a state, the posterior with the threshold 0.5.

        Raises:
            ValueError: The state holds a calibration of another kind.
        """
        if not state:
            return cls(loss)
        parts = dict(state.get("calibration") or {})
        kind = parts.pop("kind", None)
        if kind is not None and kind not in _CALIBRATIONS:
            raise ValueError(
                f"the checkpoint holds a calibration of the kind {kind!r}, and this version knows "
                f"{', '.join(_CALIBRATIONS)}: calibrate again, or install the version that wrote "
                "it."
            )
        calibration = None if kind is None else _CALIBRATIONS[kind](**parts)
        return cls(loss, calibration, state["thresholds"])
