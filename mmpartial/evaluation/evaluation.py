"""An evaluation that sees a test set batch by batch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..labels import check
from .protocols import protocol_named
from .ranking import BinnedRanking, ExactRanking
from .tally import Tally


def check_scores(
    scores: Any, labels: Any, name: Callable[[int], str] = "sample {}".format
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and int8 labels, ``(N, L)`` both.

    Args:
        scores: Array or tensor; float64 stays, all else becomes float32.
        labels: Array or tensor of 1, 0 and -1.
        name: What to call a sample in an error.

    Raises:
        ValueError: Other shapes, a score that is NaN, or a label that is none of the three.
    """
    scores, labels = np.asarray(scores), np.asarray(labels)
    if scores.ndim != 2 or scores.shape != labels.shape:
        raise ValueError(
            f"the scores are {scores.shape} and the labels {labels.shape}: both have to be "
            "(samples, classes)."
        )
    if scores.dtype != np.float64:
        scores = scores.astype(np.float32, copy=False)
    if np.isnan(scores).any():
        sample, cls = np.argwhere(np.isnan(scores))[0]
        raise ValueError(
            f"{name(int(sample))} has the score nan for class {cls}: the model is not finite."
        )
    return scores, check(labels, name)


class Evaluation:
    """Sums and rankings over the samples seen so far; those of several processes merge.

    Args:
        num_classes: L.
        protocol: Name of a :class:`~.protocols.Protocol`.
        thr: See :class:`~.tally.Tally`.
        topk: See :class:`~.tally.Tally`.
        bins: Rank by histograms of so many bins instead of exactly.

    Raises:
        ValueError: An option that does not fit.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        protocol: str = "known",
        thr: float | Sequence[float] = 0.5,
        topk: int | None = None,
        bins: int | None = None,
    ):
        self.protocol = protocol_named(protocol)
        self.samples = 0
        self.tally = Tally(num_classes, np.asarray(thr), topk)
        self.ranking: ExactRanking | BinnedRanking
        self.ranking = BinnedRanking(num_classes, bins) if bins else ExactRanking(num_classes)

    def add(self, scores: np.ndarray, labels: np.ndarray, order: np.ndarray | None = None) -> None:
        """Add what :func:`check_scores` returned.

        Args:
            scores: ``(B, L)``.
            labels: ``(B, L)``.
            order: ``(B, L)``, the scores as the ranking orders them, if that is known already.
        """
        labels = self.protocol.see(labels)
        self.samples += len(scores)
        self.tally.add(scores, labels)
        self.ranking.add(self.ranking.order(scores) if order is None else order, labels)

    def add_all(self, scores: np.ndarray, labels: np.ndarray) -> "Evaluation":
        """Add a whole test set, in blocks that keep memory low."""
        order = self.ranking.order(scores)  # at once, for the ranks of float64 scores
        step = max(1, 2**20 // max(1, scores.shape[1]))
        for start in range(0, len(scores), step):
            rows = slice(start, start + step)
            self.add(scores[rows], labels[rows], order[rows])
        return self

    def merge(self, other: "Evaluation") -> None:
        """Add what another process has seen."""
        self.samples += other.samples
        self.tally.merge(other.tally)
        self.ranking.merge(other.ranking)  # type: ignore[arg-type]
