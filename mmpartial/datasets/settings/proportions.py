"""Settings that keep a proportion of the labels.

FAL, PAL and PPL are settings of https://arxiv.org/abs/2308.00166. The paper does not say whether a
proportion is taken of each image's labels or of all labels; ``granularity`` chooses.
"""

import numpy as np

from .known_labels import KnownLabels, rank


def _check_ratio(ratio: float) -> None:
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio={ratio} is outside (0, 1]: give the proportion of labels to keep.")


def _keep_share(group: np.ndarray, u: np.ndarray, ratio: float, at_least: int) -> np.ndarray:
    """Keep round(ratio * n) random entries of each group of n, half rounded up."""
    place, size = rank(group, u)
    return place < np.maximum(at_least, np.floor(ratio * size + 0.5))


def fal(known: KnownLabels) -> np.ndarray:
    """Fully annotated labels: keep all."""
    return np.ones(len(known.u), dtype=bool)


def pal(known: KnownLabels, ratio: float, granularity: str = "label") -> np.ndarray:
    """Partially annotated labels: keep a proportion of all labels, positive or negative.

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
    raise ValueError(f"granularity={granularity!r}: PAL takes 'label', 'image' or 'dataset'.")


def ssl(known: KnownLabels, ratio: float) -> np.ndarray:
    """Semi-supervised: keep all labels of some images, and none of the others.

    It is the protocol of CAP, NeurIPS 2023.

    Args:
        known: The labels.
        ratio: Probability that the labels of an image are kept, in (0, 1].
    """
    _check_ratio(ratio)
    return known.image_u < ratio


def ppl(
    known: KnownLabels, ratio: float, granularity: str = "image", min_pos: int = 1
) -> np.ndarray:
    """Partially positive labels: keep a proportion of the positives, drop all negatives.

    Args:
        known: The labels.
        ratio: Proportion of positives kept, in (0, 1].
        granularity: ``'image'`` keeps max(min_pos, round(ratio * n)) of an image's n positives;
            ``'label'`` keeps each with probability ratio, independently.
        min_pos: The fewest positives that an image keeps, if it has them, for ``'image'``.
    """
    _check_ratio(ratio)
    if isinstance(min_pos, bool) or min_pos < 0 or min_pos != int(min_pos):
        raise ValueError(
            f"min_pos={min_pos} is not a whole number from 0 on: give the fewest positives that an "
            "image keeps."
        )
    if granularity == "label":
        return known.positive & (known.u < ratio)
    if granularity == "image":
        keep = known.positive.copy()
        pos = np.flatnonzero(keep)
        keep[pos] = _keep_share(known.image[pos], known.u[pos], ratio, at_least=min_pos)
        return keep
    raise ValueError(f"granularity={granularity!r}: PPL takes 'image' or 'label'.")
