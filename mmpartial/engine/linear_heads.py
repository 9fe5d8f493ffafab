"""Linear classifiers on fixed features, which predict images that they were not fitted to."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..labels.matrix import LabelMatrix
from ..utils.counter_rng import uniform

L2 = 1.0  # weight of the penalty
_CLASSES = 128  # classes that are fitted together
_STEPS = 60
_FOLDS = -3  # an extra key of the draw, because tools/split.py divides images by seed and hash


def folds(hashes: np.ndarray, number: int, seed: int = 0) -> np.ndarray:
    """The fold of each image, ``(N,)`` in [0, number), by a hash of its id or of its group.

    Args:
        hashes: ``(N,)`` int64 hashes; images with the same one are in one fold.
        number: How many folds there are.
        seed: Another one gives other folds.

    Raises:
        ValueError: All images are in one fold.
    """
    u = uniform(seed, torch.from_numpy(hashes), _FOLDS)
    fold = (u * number).long().clamp(max=number - 1).numpy()
    if len(np.unique(fold)) == 1:
        raise ValueError(
            f"all {len(fold)} images are in one of {number} folds, because they are in "
            f"{len(np.unique(hashes))} groups only: take more folds, or another seed."
        )
    return fold


class OutOfFold:
    """Linear classifiers that predict images to which they were not fitted.

    Each class has a logistic regression on its known labels. If a class has fewer known negatives
    than positives, its unknown labels count as negatives as well, with a total weight that makes up
    the difference. An image is predicted by the classifiers that were fitted to the other folds. If
    these have no positive or no negative of a class, nothing is known of it, and it gets 1/2.

    This keeps the weights of each fold. Besides the features and the labels, fitting needs a copy
    of four fifths of the features (with five folds), and 20 bytes for each image and each of 128
    classes at a time. No array of all images and all classes is made.

    Args:
        features: ``(N, D)`` float32.
        labels: The labels of the images.
        fold: ``(N,)`` the fold of each image.
    """

    def __init__(self, features: Tensor, labels: LabelMatrix, fold: np.ndarray):
        self.features, self.fold = features, fold
        std, self._mean = torch.std_mean(features, 0)
        self._std = std.clamp(min=1e-6)
        number, classes = int(fold.max()) + 1, labels.shape[1]
        self._weight = torch.empty(number, features.shape[1], classes)
        self._bias = torch.empty(number, classes)
        for start in range(0, classes, _CLASSES):
            part = range(start, min(start + _CLASSES, classes))
            dense = torch.from_numpy(labels.select(part).dense())
            for one in np.unique(fold).tolist():
                other = torch.from_numpy(np.flatnonzero(fold != one))
                weight, bias = self._fitted(other, dense[other])
                self._weight[one, :, part.start : part.stop] = weight
                self._bias[one, part.start : part.stop] = bias

    def _fitted(self, rows: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Weights and biases for features that are not standardized."""
        counts = (_weights(labels) > 0).any(1)  # few images, if few labels are known
        features = self.features[rows[counts]].sub_(self._mean).div_(self._std)
        weight, bias = fit(features, labels[counts], L2)
        weight /= self._std[:, None]
        return weight, bias - self._mean @ weight

    def logits(self, rows: np.ndarray) -> Tensor:
        """Log odds ``(n, C)`` of some images."""
        found = torch.empty(len(rows), self._bias.shape[1])
        for one in np.unique(self.fold[rows]).tolist():
            there = torch.from_numpy(np.flatnonzero(self.fold[rows] == one))
            features = self.features[torch.from_numpy(rows)[there]]
            found[there] = torch.addmm(self._bias[one], features, self._weight[one])
        return found


def fit(features: Tensor, labels: Tensor, l2: float) -> tuple[Tensor, Tensor]:
    """Weights ``(D, C)`` and biases ``(C,)`` of logistic regressions; see :class:`OutOfFold`.

    They are 0 for a class without a positive, or without a negative.
    """
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
    both = ((share * target).sum(0) > 0) & ((share * (1 - target)).sum(0) > 0)
    return weight.detach() * both, bias.detach() * both


def _weights(labels: Tensor) -> Tensor:
    """The weight of each label ``(N, C)``."""
    unknown = labels == UNKNOWN
    positive, negative = (labels == POSITIVE).sum(0), (labels == NEGATIVE).sum(0)
    lacking = (positive - negative).clamp(min=0) / unknown.sum(0).clamp(min=1)
    return torch.where(unknown, lacking.clamp(max=1), torch.ones(()))
