"""Known labels that disagree with the predictions of a model that has not seen them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..labels import NEGATIVE, POSITIVE

_BELOW = 0.5  # a label is doubted if it is less likely than the opposite


def agreement(labels: np.ndarray, probability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How well each label agrees with its prediction.

    It is the probability of the label, divided by the square root of the mean of these
    probabilities over all known labels of that class and state. Without the division, all positives
    of a class that the model cannot recognize would come first. Division by the mean itself would
    hide the errors of a class in which most positives are errors.

    Args:
        labels: ``(N, C)`` labels, 1, 0 or -1.
        probability: ``(N, C)`` that an image shows a class.

    Returns:
        The agreement ``(N, C)``, which means nothing where the label is unknown; and for each label
        the mean probability of the known labels of its class and state.
    """
    usual = np.zeros(labels.shape, dtype=probability.dtype)
    for state in (NEGATIVE, POSITIVE):
        chosen = labels == state
        mean = (probability * chosen).sum(0) / chosen.sum(0).clip(min=1)
        usual = np.where(chosen, mean, usual)
    of_label, mean_of_label = (
        np.where(labels == POSITIVE, value, 1 - value) for value in (probability, usual)
    )
    return of_label / np.sqrt(mean_of_label.clip(min=1e-6)), usual


def doubted(
    labels: np.ndarray, probability: np.ndarray, images: Sequence[str], classes: Sequence[str]
) -> pd.DataFrame:
    """The known labels that are less likely than their opposite.

    Args:
        labels: ``(N, C)`` labels, 1, 0 or -1.
        probability: ``(N, C)`` that an image shows a class, by a model that has not seen its label.
        images: ``(N,)`` ids.
        classes: ``(C,)`` names.

    Returns:
        A row for each label, the one that agrees least first: ``rank``; ``rank_in_class``;
        ``image``; ``class``; ``label``, 1 or 0; ``probability`` that the image shows the class;
        and ``usual``, the mean of that over all known labels of the class and of the same state.
    """
    agrees, usual = agreement(labels, probability)
    unlikely = np.where(labels == POSITIVE, probability, 1 - probability) < _BELOW
    image, cls = np.nonzero((labels >= 0) & unlikely)
    order = np.argsort(agrees[image, cls], kind="stable")
    image, cls = image[order], cls[order]
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(image) + 1),
            "rank_in_class": pd.Series(cls).groupby(cls).cumcount() + 1,
            "image": np.asarray(images, dtype=object)[image],
            "class": np.asarray(classes, dtype=object)[cls],
            "label": labels[image, cls],
            "probability": probability[image, cls],
            "usual": usual[image, cls],
        }
    )
