"""Does the evaluation score every image by its known labels, and by nothing else?"""

from typing import Any

import numpy as np
from mmpretrain.evaluation import AveragePrecision

from ...datasets import find_partial
from ...datasets.source import annotations_of
from ...evaluation.protocols import protocol_named
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.matrix import LabelMatrix
from ...utils.log import note
from ...utils.messages import few
from .metrics import fault_of
from .run import GuardError, Run, warn


def check_evaluation(run: Run) -> None:
    """Refuse metrics that count unknown labels, or cannot score the known ones."""
    if run.evaluation is None:
        return
    dataset, where = run.evaluation.dataset, run.evaluation.name
    labels = evaluation_labels(dataset, where)
    if labels is None or not labels.count(UNKNOWN).any():
        return
    empty = np.flatnonzero(labels.count(UNKNOWN) == len(labels))
    for metric in run.evaluation.metrics:
        name = type(metric).__name__
        fault = fault_of(metric, dataset, labels.shape[1])
        if fault is not None:
            raise GuardError(
                f"the labels of {where} hold unknowns (-1), and {name} {fault}: use "
                "mmpartial.PartialMultiLabelMetric, or evaluate on full labels."
            )
        if isinstance(metric, AveragePrecision) and empty.size:
            classes = dataset.metainfo["classes"]
            names = few((str(classes[c]) for c in empty), 10)
            raise GuardError(
                f"{name} cannot score classes without any known label in {where} ({names}): "
                "use mmpartial.PartialMultiLabelMetric, which leaves them out."
            )
        if isinstance(metric, AveragePrecision) and not labels.count(NEGATIVE).any():
            raise GuardError(
                f"{where} has no known negative, so {name} is 100 for any model: evaluate on "
                "labels that have negatives."
            )


def check_scorable(run: Run) -> None:
    """Warn of labels for which mAP is NaN, because no class has a positive and a negative."""
    if run.evaluation is None:
        return
    labels = evaluation_labels(run.evaluation.dataset, run.evaluation.name)
    if labels is None:
        return
    positive, negative = labels.count(POSITIVE), labels.count(NEGATIVE)
    if any(_unknown_is_negative(metric) for metric in run.evaluation.metrics):
        negative = negative + labels.count(UNKNOWN)
    if ((positive > 0) & (negative > 0)).any():
        return
    missing = [name for name, n in (("positive", positive), ("negative", negative)) if not n.any()]
    lacks = " and ".join(f"no known {name}" for name in missing)
    warn(
        f"{run.evaluation.name} has "
        f"{lacks or 'no class with a known positive and a known negative'}, so mAP will be nan and "
        "no best checkpoint will be chosen: evaluate on images with known positive and negative "
        "labels."
    )


def check_tested_labels(run: Run) -> None:
    """Log that a test has no known labels with which its predictions could be compared."""
    if run.evaluation is None:
        return
    labels = evaluation_labels(run.evaluation.dataset, run.evaluation.name)
    if labels is not None and (labels.count(UNKNOWN) == len(labels)).all():
        note(
            f"{run.evaluation.name} has no known label, so the metrics below mean nothing; --out "
            "writes the predictions."
        )


def check_substitutes(run: Run) -> None:
    """Refuse an evaluation that may skip images."""
    if run.evaluation is None:
        return
    partial = find_partial(run.evaluation.dataset)
    if partial is not None and partial.unreadable == "skip":
        raise GuardError(
            f"{run.evaluation.name}.unreadable='skip' would score other images in place of those "
            f"that cannot be read: set {run.evaluation.name}.unreadable='error', and take these "
            "images out of the annotations."
        )


def evaluation_labels(dataset: Any, where: str) -> LabelMatrix | None:
    """The labels of a dataset for evaluation, or None if they are lists of positives."""
    partial = find_partial(dataset)
    if partial is not None:
        return partial.labels
    read = annotations_of(dataset)
    if read is not None:
        return read.labels
    scores = []
    for idx in range(len(dataset)):
        info = dataset.get_data_info(idx)
        if info.get("gt_label_neg") is not None:
            raise GuardError(
                f"{where} lists gt_label_neg, which {type(dataset).__name__} does not read, so "
                "unknown labels would be scored as negative: wrap it in "
                "mmpartial.PartialLabelDataset, or list gt_label alone if all labels are known."
            )
        if info.get("gt_score") is None:
            return None
        scores.append(np.asarray(info["gt_score"]))
    return LabelMatrix.from_dense(np.stack(scores)) if scores else None


def _unknown_is_negative(metric: object) -> bool:
    name = getattr(metric, "options", {}).get("protocol")
    return name is not None and protocol_named(name).unknown_is_negative
