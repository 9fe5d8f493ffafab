"""The chance that an unknown label is positive, which sharpens as training goes on."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...labels import LabelBatch
from ...schedules import Progress
from ...utils.compiling import is_compiling

Pair = tuple[float, float]


def check_chance(chance: tuple[Pair, Pair] | None) -> tuple[Pair, Pair] | None:
    """Raise a ValueError unless the option is None or the start and end of w and of b."""
    try:
        fits = chance is None or np.asarray(chance, dtype=float).shape == (2, 2)
    except (TypeError, ValueError):  # no numbers, or pairs of unequal lengths
        fits = False
    if not fits:
        raise ValueError(
            f"chance={chance!r}: give the start and end of w and of b, such as "
            "((0.0, 10.0), (-2.0, -8.0)), or None."
        )
    return chance


def label_chance(score: Tensor, w: Pair, b: Pair, done: float) -> Tensor:
    r"""GR's k: :math:`\sigma(w s + b)` of a score s, with w and b between their start and end.

    The chance is the same for all scores at first, if w starts at 0. At the end, it is near 0 but
    for the highest scores.

    Args:
        score: Predictions or pseudo labels in [0, 1], of any shape.
        w: w at the start and at the end of the training.
        b: b, likewise.
        done: Share of the training that is done, in [0, 1].

    >>> import torch
    >>> label_chance(torch.tensor([0.0, 1.0]), (0.0, 10.0), (-2.0, -8.0), 0.0)
    tensor([0.1192, 0.1192])
    >>> label_chance(torch.tensor([0.0, 1.0]), (0.0, 10.0), (-2.0, -8.0), 1.0)
    tensor([3.3535e-04, 8.8080e-01])
    """
    slope, offset = _line(score, w, b, done)
    return torch.addcmul(offset, score, slope).sigmoid_()


def chance_line(like: Tensor, w: Pair, b: Pair) -> tuple[Tensor, Tensor]:
    """Slope w and offset b at this point of the training, as numbers of the kind of ``like``."""
    # A compiled graph calls an operator in each step, and other functions when it is compiled.
    line = torch.ops.mmpartial.chance_line if is_compiling() else _line_now
    return line(like, w, b)


def with_chances(labels: LabelBatch, slope: Tensor, offset: Tensor) -> Tensor:
    """Known labels, and the chances that pseudo labels give unknown ones."""
    if labels.pseudo is None:
        return labels.completed  # which raises an error if unknown labels count
    score = labels.pseudo.to(labels.target.dtype)
    chance = torch.addcmul(offset, score, slope).sigmoid_()
    return chance.lerp_(labels.target, labels.known_mask)


def _line_now(like: Tensor, w: Sequence[float], b: Sequence[float]) -> tuple[Tensor, Tensor]:
    progress = Progress.current()
    return _line(like, w, b, min(1.0, progress.passes / progress.max_passes))


def _line(
    like: Tensor, w: Sequence[float], b: Sequence[float], done: float
) -> tuple[Tensor, Tensor]:
    slope, offset = (like.new_full((), start + (end - start) * done) for start, end in (w, b))
    return slope, offset


_OPERATORS = torch.library.Library("mmpartial", "DEF")
_OPERATORS.define("chance_line(Tensor like, float[] w, float[] b) -> (Tensor, Tensor)")
_OPERATORS.impl("chance_line", _line_now, "CompositeExplicitAutograd")
