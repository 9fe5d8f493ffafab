"""Figures from images that did not choose: fit on one half of the images, measure on the other."""

from typing import NamedTuple

import numpy as np
import torch

from ..evaluation.confusion_counts import ConfusionCounts
from ..labels.groups import choose_groups
from ..models.decision import Decision
from ..models.losses import PartialLoss
from ..utils.counter_rng import uniform
from .criteria import Criterion
from .fitting import fit
from .held_out import HeldOut
from .thresholds import Thresholds, choose_thresholds


class CrossFit(NamedTuple):
    """Each image as the calibration and the thresholds of the other half see it.

    Attributes:
        probabilities: ``(N, C)``.
        counts: Labels and decisions of all images.
    """

    probabilities: np.ndarray
    counts: ConfusionCounts


def decide(
    loss: PartialLoss, held_out: HeldOut, method: str, criterion: Criterion, least: int
) -> tuple[Decision, Thresholds]:
    """Fit the calibration, and choose thresholds of its probabilities."""
    z = loss.untilted(held_out.logits).detach().numpy()
    decision = Decision(loss, fit(z, held_out.labels, method))
    probabilities = decision.probabilities(held_out.logits).numpy()
    chosen = choose_thresholds(probabilities, held_out.labels, criterion, least)
    decision.thresholds = torch.from_numpy(chosen.values)
    return decision, chosen


def cross_fit(
    loss: PartialLoss,
    held_out: HeldOut,
    method: str,
    criterion: Criterion,
    least: int,
    seed: int = 0,
) -> CrossFit:
    """Calibrate and choose on each half, and measure on the other.

    A half has half of the labels, and so a class needs half of ``least`` for its own threshold. The
    images of a group are in one half.

    Raises:
        ValueError: A half cannot be calibrated.
    """
    images, classes = held_out.labels.shape
    first = _first_half(held_out, seed)
    probabilities = np.empty((images, classes), dtype=np.float32)
    counts = ConfusionCounts(classes)
    for half in (first, ~first):
        decision, _ = decide(loss, held_out.part(half), method, criterion, -(-least // 2))
        probabilities[~half] = decision.probabilities(held_out.logits[~half]).numpy()
        other = ConfusionCounts(classes, decision.thresholds.numpy())
        other.add(probabilities[~half], held_out.labels[~half])
        counts.merge(other)
    return CrossFit(probabilities, counts)


def _first_half(held_out: HeldOut, seed: int) -> np.ndarray:
    """``(N,)`` bool, the images of the first half; a group is in one half.

    Raises:
        ValueError: A half has no image, because the groups are large.
    """
    images = len(held_out.labels)
    if held_out.groups is None:
        return uniform(seed, torch.arange(images)).argsort().argsort().numpy() < images // 2
    units = np.unique(held_out.groups.units(), return_inverse=True)[1]
    keys = uniform(seed, torch.arange(units.max() + 1)).numpy()
    first = choose_groups(units, 0.5, keys)
    if first.all() or not first.any():
        raise ValueError("groups stay in one half, and one of them has nearly all images.")
    return first
