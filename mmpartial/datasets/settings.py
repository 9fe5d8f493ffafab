"""The settings of the field: which of the known labels a simulation keeps.

A setting is a pure function of the known labels and of one uniform number for each, which the
wrapper draws from (seed, image, class). A new setting is one more function in ``SETTINGS``.
FAL, PAL and PPL are those of https://arxiv.org/abs/2308.00166, which leaves open what a
proportion is taken of: ``granularity`` says it. RPS and FPC are those of CSL,
https://arxiv.org/abs/2110.10955.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass
class KnownLabels:
    """The known labels of a dataset, one entry each.

    Attributes:
        image: ``(M,)`` int64, the image's number.
        cls: ``(M,)`` int64, the class.
        positive: ``(M,)`` bool, positive or negative.
        u: ``(M,)`` float64 in [0, 1), the entry's own random number.
    """

    image: np.ndarray
    cls: np.ndarray
    positive: np.ndarray
    u: np.ndarray


def _rank(group: np.ndarray, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each entry its rank by u within its group, and the size of the group."""
    order = np.lexsort((u, group))
    _, start, count = np.unique(group[order], return_index=True, return_counts=True)
    rank: np.ndarray = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(start, count)
    size: np.ndarray = np.empty(len(group), dtype=np.int64)
    size[order] = np.repeat(count, count)
    return rank, size


def _check_ratio(ratio: float) -> None:
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio={ratio} is outside (0, 1]: it is the proportion that is kept.")


def _keep_share(group: np.ndarray, u: np.ndarray, ratio: float, at_least: int) -> np.ndarray:
    """Keep round(ratio * n) random entries of each group of n, half rounded up."""
    rank, size = _rank(group, u)
    return rank < np.maximum(at_least, np.floor(ratio * size + 0.5))


def fal(known: KnownLabels) -> np.ndarray:
    """Fully annotated labels: keep all."""
    return np.ones(len(known.u), dtype=bool)


def pal(known: KnownLabels, ratio: float, granularity: str = "label") -> np.ndarray:
    """Partially annotated labels: keep a proportion of all labels, positive or negative alike.

    Args:
        known: The labels.
        ratio: Proportion kept, in (0, 1].
        granularity: ``'label'`` keeps each label with probability ratio, independently;
            ``'image'`` keeps exactly that share of each image's labels, ``'dataset'`` of all.
    """
    _check_ratio(ratio)
    if granularity == "label":
        return known.u < ratio
    if granularity == "image":
        return _keep_share(known.image, known.u, ratio, at_least=0)
    if granularity == "dataset":
        return _keep_share(np.zeros_like(known.image), known.u, ratio, at_least=0)
    raise ValueError(f"granularity={granularity!r}: PAL knows 'label', 'image' and 'dataset'.")


def ppl(
    known: KnownLabels, ratio: float, granularity: str = "image", min_pos: int = 1
) -> np.ndarray:
    """Partially positive labels: keep a proportion of the positives, drop all negatives.

    Args:
        known: The labels.
        ratio: Proportion of positives kept, in (0, 1].
        granularity: ``'image'`` keeps max(min_pos, round(ratio * n)) of an image's n positives;
            ``'label'`` keeps each with probability ratio, independently.
        min_pos: Positives that an image keeps at least (of those it has), for ``'image'``.
    """
    _check_ratio(ratio)
    if granularity == "label":
        return known.positive & (known.u < ratio)
    if granularity == "image":
        keep = known.positive.copy()
        pos = np.flatnonzero(keep)
        keep[pos] = _keep_share(known.image[pos], known.u[pos], ratio, at_least=min_pos)
        return keep
    raise ValueError(f"granularity={granularity!r}: PPL knows 'image' and 'label'.")


def spl(known: KnownLabels) -> np.ndarray:
    """Single positive label: one random positive an image, all else unknown.

    An image without positives keeps nothing (Cole et al., 2021, https://arxiv.org/abs/2106.09708).
    """
    keep = known.positive.copy()
    pos = np.flatnonzero(keep)
    keep[pos] = _rank(known.image[pos], known.u[pos])[0] == 0
    return keep


def rps(known: KnownLabels, drop: float) -> np.ndarray:
    """Random per sample: drop each known label, positive or negative alike, independently.

    Args:
        known: The labels.
        drop: Probability of being dropped, in [0, 1); the authors' ``simulate_partial_param``.
    """
    if not 0 <= drop < 1:
        raise ValueError(f"drop={drop} is outside [0, 1): it is the probability of being dropped.")
    return known.u >= drop


def fpc(known: KnownLabels, n: int) -> np.ndarray:
    """Fixed per class: keep n random positives and n random negatives of each class.

    A class that has fewer of one kind keeps them all.

    Args:
        known: The labels.
        n: Labels of each kind and class; the authors' is 1000.
    """
    if isinstance(n, bool) or n < 1 or n != int(n):
        raise ValueError(f"n={n} is no whole number above 0: it is how many labels a class keeps.")
    return _rank(2 * known.cls + known.positive, known.u)[0] < n


SETTINGS: dict[str, Callable[..., np.ndarray]] = {
    "FAL": fal, "PAL": pal, "PPL": ppl, "SPL": spl, "RPS": rps, "FPC": fpc,
}  # fmt: skip
