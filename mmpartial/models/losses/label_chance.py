"""The chance that an unknown label is positive, which sharpens as training goes on."""

import numpy as np
from torch import Tensor

from ...labels import LabelBatch
from ...schedules import Pair


def check_chance(chance: tuple[Pair, Pair] | None) -> tuple[Pair, Pair] | None:
    """Raise a ValueError unless the option is None or the start and end of w and of b."""
    try:
        numbers = np.zeros((2, 2)) if chance is None else np.asarray(chance, dtype=float)
        fits = numbers.shape == (2, 2) and bool(np.isfinite(numbers).all())
    except (TypeError, ValueError):  # no numbers, or pairs of unequal lengths
        fits = False
    if not fits:
        raise ValueError(
            f"chance={chance!r}: give the start and end of w and of b, such as "
            "((0.0, 10.0), (-2.0, -8.0)), or None."
        )
    return chance


def label_chance(score: Tensor, w: Pair, b: Pair, done: float | Tensor) -> Tensor:
    r"""GR's k: :math:`\sigma(w s + b)` of a score s, with w and b between their start and end.

    If w starts at 0, the chance is the same for all scores at first. With a large w and a negative
    b at the end, it is near 0 except for the highest scores.

    Args:
        score: Predictions or pseudo labels in [0, 1], of any shape.
        w: The values of w at the start and at the end of the training.
        b: The same for b.
        done: Share of the training that is done, in [0, 1].

    >>> import torch
    >>> label_chance(torch.tensor([0.0, 1.0]), (0.0, 10.0), (-2.0, -8.0), 0.0)
    tensor([0.1192, 0.1192])
    >>> label_chance(torch.tensor([0.0, 1.0]), (0.0, 10.0), (-2.0, -8.0), 1.0)
    tensor([3.3535e-04, 8.8080e-01])
    """
    slope, offset = (start + (end - start) * done for start, end in (w, b))
    return (score * slope).add_(offset).sigmoid_()  # addcmul is slower with two numbers


def with_chances(
    known: Tensor, labels: LabelBatch, chance: tuple[Pair, Pair], done: float | Tensor
) -> Tensor:
    """The targets of known labels, and chances from pseudo labels for unknown labels."""
    assert labels.pseudo is not None
    chances = label_chance(labels.pseudo.to(known.dtype), *chance, done)
    return chances.lerp_(known, labels.known_mask)
