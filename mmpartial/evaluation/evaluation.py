"""Evaluation of a test set, batch by batch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..labels import check
from .binned_ranking import BinnedRanking
from .confusion_counts import ConfusionCounts
from .exact_ranking import ExactRanking
from .image_metrics import ImageMeans
from .named_metrics import EXACT, NamedMetrics
from .protocols import protocol_named


def check_scores(
    scores: Any, labels: Any, name: Callable[[int], str] = "sample {}".format
) -> tuple[np.ndarray, np.ndarray]:
    """Check scores and labels, and return them as ``(N, C)`` arrays; labels become int8.

    Args:
        scores: Array or tensor; float64 stays, all else becomes float32.
        labels: Array or tensor of 1, 0 and -1.
        name: Names a sample in an error.

    Raises:
        ValueError: The shapes differ, a score is NaN, or a label is not 1, 0 or -1.
    """
    scores, labels = np.asarray(scores), np.asarray(labels)
    if scores.ndim != 2 or scores.shape != labels.shape:
        raise ValueError(
            f"the scores have the shape {scores.shape} and the labels {labels.shape}: give both "
            "as (samples, classes)."
        )
    if scores.dtype != np.float64:
        scores = scores.astype(np.float32, copy=False)
    if np.isnan(scores).any():
        sample, cls = np.argwhere(np.isnan(scores))[0]
        raise ValueError(
            f"{name(int(sample))} has the score nan for class {cls}: the model is not finite."
        )
    return scores, check(labels, name)


def metrics_named(protocol: str, further: Sequence[str], bins: int | None) -> NamedMetrics:
    """Find the metrics of a protocol and those that a config names.

    Raises:
        ValueError: There is no such metric, or bins do not allow it.
    """
    own = NamedMetrics.of(further)
    exact = [name for name in EXACT if name in own.ranked]
    if exact and bins:
        raise ValueError(f"the metric {exact[0]!r} needs exact scores: take out bins, or the name.")
    return NamedMetrics.of([*protocol_named(protocol).metrics, *further])


class Evaluation:
    """Counts and rankings of the samples seen so far, which merge across processes.

    Args:
        num_classes: Number of classes C.
        protocol: Name of a :class:`~.protocols.Protocol`.
        thr: See :class:`~.confusion_counts.ConfusionCounts`.
        topk: See :class:`~.confusion_counts.ConfusionCounts`.
        bins: Rank by histograms with this many bins instead of exactly.
        further_metrics: Names of metrics beside those of the protocol, see
            :class:`~.named_metrics.NamedMetrics`.

    Raises:
        ValueError: ``further_metrics`` holds a name that bins do not allow.
    """

    def __init__(
        self,
        num_classes: int,
        *,
        protocol: str = "known",
        thr: float | Sequence[float] = 0.5,
        topk: int | None = None,
        bins: int | None = None,
        further_metrics: Sequence[str] = (),
    ):
        self.protocol = protocol_named(protocol)
        self.named = metrics_named(protocol, further_metrics, bins)
        self.samples = 0
        topk = self.protocol.topk if topk is None else topk
        self.counts = ConfusionCounts(num_classes, np.asarray(thr), topk)
        self.images = ImageMeans(self.named.images)
        self.ranking: ExactRanking | BinnedRanking
        self.ranking = BinnedRanking(num_classes, bins) if bins else ExactRanking(num_classes)

    def add(self, scores: np.ndarray, labels: np.ndarray, order: np.ndarray | None = None) -> None:
        """Add a batch that ``check_scores`` returned; it is ranked by float32 scores.

        Args:
            scores: ``(N, C)``.
            labels: ``(N, C)``.
            order: ``(N, C)``, the ranking's order of the scores, if it is known already.
        """
        labels = self.protocol.see(labels)
        self.samples += len(scores)
        self.counts.add(scores, labels)
        self.images.add(scores, self.counts.predict(scores), labels)
        if order is None:  # ranks of float64 scores are those of a batch alone
            order = self.ranking.order(scores.astype(np.float32, copy=False))
        self.ranking.add(order, labels)

    def add_all(self, scores: np.ndarray, labels: np.ndarray) -> "Evaluation":
        """Add a whole test set, in blocks that keep memory low; float64 scores stay exact.

        Raises:
            ValueError: There are samples already.
        """
        if self.samples:
            raise ValueError("add_all takes a whole test set: add parts of it with add.")
        order = self.ranking.order(scores)  # at once, for the ranks of float64 scores
        step = max(1, 2**20 // max(1, scores.shape[1]))
        for start in range(0, len(scores), step):
            rows = slice(start, start + step)
            self.add(scores[rows], labels[rows], order[rows])
        return self

    def merge(self, other: "Evaluation") -> None:
        """Add the evaluation of another process."""
        self.samples += other.samples
        self.counts.merge(other.counts)
        self.images.merge(other.images)
        self.ranking.merge(other.ranking)  # type: ignore[arg-type]
