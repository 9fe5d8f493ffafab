"""Known labels that disagree with the predictions of a model that has not seen them."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ..labels import POSITIVE, UNKNOWN

_BELOW = 0.5  # a label is doubted if it is less likely than the opposite
Block = tuple[np.ndarray, np.ndarray, np.ndarray]


def agreement(probability: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """How well labels agree with their predictions.

    It is the probability of the label, divided by the square root of the usual one. Without the
    division, all positives of a class that the model cannot recognize would come first. Division by
    the usual probability itself would hide the errors of a class in which most positives are
    errors.

    Args:
        probability: The probability of each label, positive or negative.
        usual: The mean of these over all known labels of the same class and state.
    """
    return probability / np.sqrt(np.clip(usual, 1e-6, None))


def doubted(blocks: Iterable[Block], images: Sequence[str], classes: Sequence[str]) -> pd.DataFrame:
    """The known labels that are less likely than their opposite.

    Memory is needed for one block and for the doubted labels, 21 bytes each before they are named.

    Args:
        blocks: Some images at a time: their numbers ``(n,)``, their labels ``(n, C)``, 1, 0 or -1,
            and the probabilities ``(n, C)`` that they show a class, by a model that has not seen
            the label.
        images: ``(N,)`` ids.
        classes: ``(C,)`` names.

    Returns:
        A row for each label, and the label that agrees least in the first row. The columns are
        ``rank``; ``rank_in_class``; ``image``; ``class``; ``label``, 1 or 0; ``probability`` that
        the image shows the class; and ``usual``, the mean of that over all known labels of the
        class and of the same state.
    """
    sums: np.ndarray = np.zeros((2, len(classes)))
    counts: np.ndarray = np.zeros((2, len(classes)), dtype=np.int64)
    found: list[tuple[np.ndarray, ...]] = [
        tuple(np.empty(0, kind) for kind in (np.int64, np.int64, np.int8, np.float32))
    ]
    for rows, labels, probability in blocks:
        number, cls = np.nonzero(labels != UNKNOWN)
        label, p = labels[number, cls], probability[number, cls]
        place = label.astype(np.int64) * len(classes) + cls
        sums += np.bincount(place, p, sums.size).reshape(sums.shape)
        counts += np.bincount(place, minlength=counts.size).reshape(counts.shape)
        unlikely = _of_label(p, label) < _BELOW
        found.append((rows[number[unlikely]], cls[unlikely], label[unlikely], p[unlikely]))
    image, cls, label, p = (np.concatenate(parts) for parts in zip(*found, strict=True))
    usual = (sums / counts.clip(min=1))[label, cls].astype(np.float32)
    order = np.argsort(agreement(_of_label(p, label), _of_label(usual, label)), kind="stable")
    cls = cls[order]
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(order) + 1),
            "rank_in_class": pd.Series(cls).groupby(cls).cumcount() + 1,
            "image": _named(images, image[order]),
            "class": _named(classes, cls),
            "label": label[order],
            "probability": p[order],
            "usual": usual[order],
        }
    )


def _of_label(probability: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The probability of each label, from that of the class."""
    return np.where(label == POSITIVE, probability, 1 - probability)


def _named(names: Sequence[str], numbers: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.asarray(names, dtype=object)[numbers]
    return found
