"""Linear classifiers on fixed features, for predictions of images that they have not seen."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..utils.counter_rng import uniform

L2 = 1.0  # weight of the penalty
_CLASSES = 128  # classes that are fitted together
_STEPS = 60


def folds(hashes: np.ndarray, number: int, seed: int = 0) -> np.ndarray:
    """The fold of each image, ``(N,)`` in [0, number), by a hash of its id or of its group.

    Args:
        hashes: ``(N,)`` int64 hashes; images with the same one are in one fold.
        number: How many folds there are.
        seed: Another one gives other folds.

    Raises:
        ValueError: All images are in one fold.
    """
    u = uniform(seed, torch.from_numpy(hashes))
    fold = (u * number).long().clamp(max=number - 1).numpy()
    if len(np.unique(fold)) == 1:
        raise ValueError(
            f"all {len(fold)} images are in one of {number} folds, because they are in "
            f"{len(np.unique(hashes))} groups only: take more folds, or another seed."
        )
    return fold


def out_of_fold(features: Tensor, labels: np.ndarray, fold: np.ndarray, l2: float = L2) -> Tensor:
    """Log odds of each image by linear classifiers that were fitted to the other folds.

    Each class is a logistic regression on its known labels. In a class with fewer known negatives
    than positives, the unknown labels stand in: they count as negatives, with a weight that makes
    up the difference.

    Args:
        features: ``(N, D)`` float32.
        labels: ``(N, C)`` labels, 1, 0 or -1.
        fold: ``(N,)`` the fold of each image.
        l2: Weight of the penalty on the squared weights of a standardized feature.

    Returns:
        ``(N, C)`` float32.
    """
    features = (features - features.mean(0)) / features.std(0).clamp(min=1e-6)
    found = torch.empty(labels.shape)
    for number in np.unique(fold):
        there, other = torch.from_numpy(fold == number), torch.from_numpy(fold != number)
        for start in range(0, labels.shape[1], _CLASSES):
            part = slice(start, start + _CLASSES)
            weight, bias = fit(features[other], torch.from_numpy(labels[other, part]), l2)
            found[there, part] = torch.addmm(bias, features[there], weight)
    return found


def fit(features: Tensor, labels: Tensor, l2: float) -> tuple[Tensor, Tensor]:
    """Weights ``(D, C)`` and biases ``(C,)`` of logistic regressions; see :func:`out_of_fold`."""
    share = _weights(labels)
    target = (labels == POSITIVE).float()
    prior = ((share * target).sum(0) / share.sum(0).clamp(min=1)).clamp(0.001, 0.999)
    weight = torch.zeros(features.shape[1], labels.shape[1], requires_grad=True)
    bias = prior.logit().requires_grad_()
    share /= share.sum(0).clamp(min=1)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = torch.addmm(bias, features, weight)
        entropy = F.binary_cross_entropy_with_logits(logits, target, share, reduction="sum")
        total = entropy + l2 / 2 * weight.square().sum()
        total.backward()
        return total

    optimizer.step(loss)
    return weight.detach(), bias.detach()


def _weights(labels: Tensor) -> Tensor:
    """The weight of each label ``(N, C)``."""
    unknown = labels == UNKNOWN
    positive, negative = (labels == POSITIVE).sum(0), (labels == NEGATIVE).sum(0)
    lacking = (positive - negative).clamp(min=0) / unknown.sum(0).clamp(min=1)
    return torch.where(unknown, lacking.clamp(max=1), torch.ones(()))
