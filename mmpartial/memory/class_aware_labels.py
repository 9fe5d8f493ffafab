"""The hard pseudo labels of CAP: each class gets as many as are expected of it."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..labels import NEGATIVE, POSITIVE, UNKNOWN, TrainingLabels
from ..labels.matrix import LabelMatrix
from .base import HeadOutput
from .hard_labels import HardLabels
from .whole_predictions import predict_all, unknown_by_classes


class ClassAwareLabels(HardLabels):
    """A table of 1 for the likeliest unknown labels of each class, 0 for the least likely, or NaN.

    All processes choose the same labels, so they exchange only predictions.

    Args:
        dataset: The training labels.
        shares: The result of :func:`unknown_shares`.
        start: First epoch after which labels are made, counted from 1.
        keep: ``keep_positive`` and ``keep_negative`` of :class:`mmpartial.ClassAwareLabelHook`.
    """

    def __init__(
        self,
        dataset: TrainingLabels,
        shares: Tensor,
        *,
        start: int,
        keep: tuple[float, float],
    ):
        super().__init__(*dataset.labels.shape, dataset.fingerprint, start=start)
        self.labels, self.shares = dataset.labels, shares
        self.keep = keep

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Predict all images, and decide all unknown labels anew."""
        if epoch + 1 < self.start:
            return
        score = predict_all(predict, *self.labels.shape)
        for part, unknown in unknown_by_classes(self.labels):
            made = class_aware(score[:, part], unknown, self.shares[:, part], *self.keep)
            self.values[:, part] = made.to(self.dtype)

    def state_dict(self, folder: str) -> dict[str, Any]:
        """The table with its shares, so that a resumed run does not need the file of priors."""
        return dict(super().state_dict(folder), shares=self.shares.clone())

    def load_state_dict(self, state: dict[str, Any], folder: str) -> None:
        """Restore the table and its shares."""
        super().load_state_dict(state, folder)
        self.shares = state["shares"]


def unknown_shares(labels: LabelMatrix, prior: Tensor | None = None) -> Tensor:
    """The expected shares of positives and of negatives among the unknown labels of each class.

    Args:
        labels: ``(N, C)``, the training labels.
        prior: ``(C,)``, the share of positives among all images, from which the known labels are
            subtracted. If None, the shares are those among known labels, as if labels were missing
            at random.

    Returns:
        ``(2, C)`` float64; NaN where no prior is given and all known labels are positive, or all
        negative.
    """
    known = torch.stack([torch.from_numpy(labels.count(s)) for s in (POSITIVE, NEGATIVE)]).double()
    if prior is None:
        return torch.where((known > 0).all(0), known / known.sum(0), torch.nan)
    unknown = torch.from_numpy(labels.count(UNKNOWN))
    expected = torch.stack([prior, 1 - prior]).double() * len(labels) - known
    return (expected / unknown.clamp(min=1)).clamp(0, 1)


def class_aware(
    score: Tensor,
    candidates: Tensor,
    shares: Tensor,
    keep_positive: float,
    keep_negative: float,
) -> Tensor:
    """Give hard labels to the highest and the lowest scores of each class.

    Of n candidates of a class with shares f and g, the int(f n) highest are positive and the others
    negative. The int(keep_positive f n) highest and the int(keep_negative g n) lowest are used.
    Equal scores get the same label, so there may be more labels than these numbers.

    Args:
        score: ``(N, C)``; images with NaN, which were not predicted, are no candidates.
        candidates: ``(N, C)`` bool.
        shares: ``(2, C)``, f and g; classes with NaN, an unknown share, get no labels.
        keep_positive: Share of the expected positives that is used.
        keep_negative: Share of the expected negatives that is used.

    Returns:
        ``(N, C)`` of 1, 0, or NaN where there is no label.
    """
    candidates = candidates & ~score.isnan()
    n = candidates.sum(0)
    columns = score.masked_fill(~candidates, -torch.inf).T.contiguous().numpy()
    rising = torch.from_numpy(np.sort(columns))  # torch.sort takes up to 35 times as long

    def at(place: Tensor) -> Tensor:
        """The score at a rank of each class, counted from the highest."""
        return rising.gather(1, (len(score) - 1 - place).clamp(0, len(score) - 1)[:, None]).T

    f, g = shares.nan_to_num(0.0)
    kept = keep_positive * f, keep_negative * g
    expected, high, low = ((share * n).long() for share in (f, *kept))
    positive = (expected > 0) & (score >= at(expected - 1))
    used = ((high > 0) & (score >= at(high - 1))) | ((low > 0) & (score <= at(n - low)))
    return positive.to(score).masked_fill(~(used & candidates), torch.nan)
