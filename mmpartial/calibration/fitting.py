"""Fitting probabilities to the known labels of held-out images."""

import numpy as np
import torch
from scipy.special import expit

from ..labels import NEGATIVE, POSITIVE
from ..models.decision import AffineCalibration, Calibration, IsotonicCalibration

METHODS = ("platt", "temperature", "isotonic", "none")
PRIOR = 3.0  # positives that the fit of all classes counts for in the fit of one

Curve = tuple[np.ndarray, np.ndarray]


def check_method(method: str) -> None:
    """Refuse a method that does not exist."""
    if method not in METHODS:
        raise ValueError(f"there is no calibration {method!r}: choose one of {', '.join(METHODS)}.")


def fit(
    z: np.ndarray, labels: np.ndarray, method: str = "platt", prior: float = PRIOR
) -> Calibration | None:
    """Fit the probability of a positive label to log odds, for each class.

    ``'temperature'`` is one slope for all classes, ``'platt'`` a slope and an intercept for each
    class, and ``'isotonic'`` any ascending curve for each class. One fit of all classes together
    comes first. A class then sees its own known labels, and the probabilities of that fit at the
    same log odds as labels of a small weight. If it has n known positives and at least as many
    negatives, the weight of such a label is prior / n. So a class with few labels stays close to
    all classes. Unknown labels do not count. Classes without a known negative are not calibrated.

    Args:
        z: ``(N, C)`` log odds, such as ``loss.untilted(logits)``.
        labels: ``(N, C)`` labels, 1, 0 or -1.
        method: One of these, or ``'none'``.
        prior: Number of positives that the fit of all classes counts for.

    Returns:
        The calibration; None for the method ``'none'``, or if no class has a known negative.

    Raises:
        ValueError: There is no such method, or no known positive, or the log odds do not rank
            positives above negatives.
    """
    check_method(method)
    fitted = (labels == NEGATIVE).any(0)
    if method == "none" or not fitted.any():
        return None
    z = np.asarray(z, dtype=np.float64)
    used = (labels >= 0) & fitted
    if not (labels[used] == POSITIVE).any():
        raise ValueError(
            "no class with a known negative has a known positive: probabilities need both."
        )
    pooled = z[used], labels[used].astype(np.float64)
    if method == "isotonic":
        return _isotonic(z, labels, fitted, pooled, prior)
    slope, intercept = _line(*pooled, intercept=method == "platt")
    if slope <= 0:
        raise ValueError(
            "the model does not rank the known positives of these images above the negatives: "
            "train it for longer, or take more images."
        )
    lines: np.ndarray = np.where(fitted[:, None], (slope, intercept), (1.0, 0.0))
    if method == "platt":
        for cls in np.flatnonzero(fitted & (labels == POSITIVE).any(0)):
            common = expit(slope * z[:, cls] + intercept)
            line = _line(*_with_prior(z[:, cls], labels[:, cls], common, prior))
            if line[0] > 0:  # else its labels say that higher scores are less likely
                lines[cls] = line
    return AffineCalibration(*torch.from_numpy(lines.T.copy()).float())


def _line(
    z: np.ndarray, labels: np.ndarray, weight: np.ndarray | None = None, intercept: bool = True
) -> tuple[float, float]:
    """Slope and intercept of a logistic regression without a penalty."""
    # Here, because scikit-learn takes half a second.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e10, fit_intercept=intercept, solver="newton-cg", tol=1e-8)
    model.fit(z[:, None], labels, weight)
    return float(model.coef_[0, 0]), float(np.ravel(model.intercept_)[0])


def _with_prior(
    z: np.ndarray, labels: np.ndarray, common: np.ndarray, prior: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log odds, labels and weights: the known labels, and the common fit as weak labels."""
    known = labels >= 0
    z, labels, p = z[known], labels[known].astype(np.float64), common[known]
    one = np.ones_like(z)
    least = min(labels.sum(), (1 - labels).sum())
    share = prior / max(least, 0.5)  # a class without a known positive or negative has the prior
    weight = np.concatenate([one, share * p, share * (1 - p)])
    return np.concatenate([z, z, z]), np.concatenate([labels, one, 0 * one]), weight


def _isotonic(
    z: np.ndarray, labels: np.ndarray, fitted: np.ndarray, pooled: Curve, prior: float
) -> IsotonicCalibration:
    common = _steps(*pooled)
    curves = []
    for cls in range(z.shape[1]):
        curve = common
        if not fitted[cls]:
            points = np.linspace(z.min(), z.max(), 200)
            curve = points, expit(points)
        elif (labels[:, cls] == POSITIVE).any():
            weak = np.interp(z[:, cls], *common)
            curve = _steps(*_with_prior(z[:, cls], labels[:, cls], weak, prior))
        curves.append(curve)
    return IsotonicCalibration(*(_table([curve[i] for curve in curves]) for i in (0, 1)))


def _steps(z: np.ndarray, labels: np.ndarray, weight: np.ndarray | None = None) -> Curve:
    """The ends of the steps of an isotonic regression, and their heights."""
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(z, labels, weight)
    return model.X_thresholds_, model.y_thresholds_


def _table(rows: list[np.ndarray]) -> torch.Tensor:
    """Rows of several lengths as one tensor; the last value of a row repeats."""
    width = max(2, *map(len, rows))
    return torch.from_numpy(
        np.stack([np.pad(row, (0, width - len(row)), "edge") for row in rows])
    ).float()
