"""The result of an evaluation: numbers over all classes, and a table of each class."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .binned_ranking import BinnedRanking
from .class_means import (
    BANDS,
    class_precision_recall_f1,
    frequency_bands,
    mean,
    precision_recall_f1,
)
from .evaluation import Evaluation
from .named_metrics import scale_of


class Report(NamedTuple):
    """The result of an evaluation, in percent.

    Attributes:
        metrics: ``mAP``, ``weighted_mAP`` (by positives) and ``micro_AP``; with training counts
            ``mAP_head``, ``mAP_medium`` and ``mAP_tail`` of the bands that have a class; ``CP``,
            ``CR``, ``CF1``, ``mean_F1``, ``OP``, ``OR`` and ``OF1`` at the threshold, and with the
            ending ``_top3`` for topk=3; ``ECE``, the mean calibration error; ``excluded``, the
            number of classes that are not in mAP; with bins ``mAP_error``, the largest possible
            error of mAP. ``further_metrics`` have their own names: a mean over classes or images;
            ``micro_`` before a name counts all labels together; ``coverage`` and ``hinge`` are not
            in percent; ``auroc_findings`` is the mean over the findings of a protocol.
        per_class: A row for each class: known positives and negatives, AP, precision, recall, F1,
            ECE; with training counts also ``train`` and ``frequency``, its band. AP is NaN for a
            class that is not in mAP. ``further_metrics`` follow if they are of classes.
    """

    metrics: dict[str, float]
    per_class: pd.DataFrame


def check_numbers(num_classes: int, **given: Sequence | None) -> None:
    """Check that each option has one value for each class."""
    for name, values in given.items():
        if values is not None and len(values) != num_classes:
            raise ValueError(
                f"{name} has {len(values)} entries, but the scores have {num_classes} classes."
            )


def report(
    evaluation: Evaluation,
    classes: Sequence[str] | None = None,
    train_counts: Sequence[int] | None = None,
    bands: tuple[int, int] = (100, 20),
) -> Report:
    """Compute the numbers of an evaluation.

    Args:
        evaluation: An evaluation that has seen all samples.
        classes: ``(C,)`` names.
        train_counts: ``(C,)`` positives of each class in the training set.
        bands: A head class has at least the first number of training positives, a tail class
            fewer than the second.

    Raises:
        ValueError: ``train_counts`` or ``classes`` are for another number of classes, or there is
            no sample or no class.
    """
    if not (evaluation.samples and len(evaluation.counts.positive)):
        raise ValueError("there is no sample to evaluate, or no class: the dataset is empty.")
    counts, ranking = evaluation.counts, evaluation.ranking
    names = list(range(len(counts.positive))) if classes is None else list(classes)
    check_numbers(len(counts.positive), classes=classes, train_counts=train_counts)
    scored = evaluation.protocol.scored(counts.positive, counts.negative)
    named = evaluation.named
    average_precision, *ranked = ranking.per_class([*named.ranked.values()])
    ap = np.where(scored, np.nan_to_num(average_precision), np.nan)
    micro_ap, micro_auroc = ranking.micro()
    ece = counts.calibration_error()
    precision, recall, f1 = class_precision_recall_f1(counts.at_threshold, counts.positive)
    table = {"class": names, "positive": counts.positive, "negative": counts.negative}
    shares = dict(AP=ap, precision=precision, recall=recall, F1=f1, ECE=ece)
    metrics = {
        "mAP": mean(ap, scored),
        "weighted_mAP": mean(ap, scored, counts.positive),
        "micro_AP": micro_ap,
    }
    if train_counts is not None:
        band = frequency_bands(train_counts, *bands)
        table.update(train=np.asarray(train_counts), frequency=band)
        members = {name: scored & (band == name) for name in BANDS}
        metrics |= {f"mAP_{name}": mean(ap, m) for name, m in members.items() if m.any()}
    metrics |= precision_recall_f1(counts.at_threshold, counts.positive, counts.known)
    if counts.topk is not None:
        top = precision_recall_f1(counts.at_topk, counts.positive, counts.known)
        metrics |= {f"{name}_top{counts.topk}": value for name, value in top.items()}
    metrics["ECE"] = mean(ece, np.isfinite(ece))
    if isinstance(ranking, BinnedRanking):
        metrics["mAP_error"] = mean(np.nan_to_num(ranking.error()), scored)
    metrics = {name: 100 * value for name, value in metrics.items()}
    metrics["excluded"] = int((~scored).sum())
    more = named.per_class(counts, ranked)
    metrics |= named.over_all(counts, more, evaluation.images.means(), micro_auroc)
    if evaluation.protocol.findings:
        auroc = more["auroc"][evaluation.protocol.places(names)]
        metrics["auroc_findings"] = 100 * mean(auroc, np.isfinite(auroc))
    columns = {name: scale_of(name) * values for name, values in (shares | more).items()}
    return Report(metrics, pd.DataFrame({**table, **columns}))
