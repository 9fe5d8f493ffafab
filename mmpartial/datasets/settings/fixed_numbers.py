"""Settings that keep a number of labels of each image or class."""

import numpy as np

from .known_labels import KnownLabels, rank


def fps(known: KnownLabels, num_pos: int = 1, num_neg: int = 0) -> np.ndarray:
    """Fixed per sample: keep a number of random positives and negatives of each image.

    An image that has fewer keeps them all (Cole et al., 2021, https://arxiv.org/abs/2106.09708,
    ``--num-pos`` and ``--num-neg``).

    Args:
        known: The labels.
        num_pos: Positives that an image keeps, -1 for all.
        num_neg: Negatives that an image keeps, -1 for all.
    """
    for name, n in (("num_pos", num_pos), ("num_neg", num_neg)):
        if isinstance(n, bool) or n < -1 or n != int(n):
            raise ValueError(
                f"{name}={n} is neither a whole number from 0 on nor -1 for all: give the number "
                "of labels that an image keeps."
            )
    if num_pos == num_neg == 0:
        raise ValueError("num_pos=0 and num_neg=0 keep no label at all: raise one of them.")
    keep: np.ndarray = np.zeros(len(known.u), dtype=bool)
    for sign, n in ((True, num_pos), (False, num_neg)):
        if n:
            one = np.flatnonzero(known.positive == sign)
            keep[one] = True if n == -1 else rank(known.image[one], known.u[one])[0] < n
    return keep


def spl(known: KnownLabels) -> np.ndarray:
    """Single positive label: keep one random positive of each image, and no negatives.

    An image without positives keeps nothing (Cole et al., 2021, https://arxiv.org/abs/2106.09708).
    """
    return fps(known, num_pos=1, num_neg=0)


def fpc(known: KnownLabels, n: int) -> np.ndarray:
    """Fixed per class: keep n random positives and n random negatives of each class.

    A class that has fewer of one kind keeps them all (CSL, https://arxiv.org/abs/2110.10955).

    Args:
        known: The labels.
        n: Labels of each kind and class; the authors' is 1000.
    """
    if isinstance(n, bool) or n < 1 or n != int(n):
        raise ValueError(
            f"n={n} is not a whole number above 0: give the number of labels of a class."
        )
    return rank(2 * known.cls + known.positive, known.u)[0] < n
