"""Do the metrics leave unknown labels out, and can they score the known ones?"""

from typing import Any

import numpy as np
from mmpretrain.evaluation import AveragePrecision

from ...datasets import find_partial
from ...datasets.source import annotations_of
from ...labels import NEGATIVE, UNKNOWN
from ...labels.matrix import LabelMatrix
from .guard_error import GuardError
from .metrics import fault_of
from .run import Run


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
            names = ", ".join(str(classes[c]) for c in empty[:10])
            raise GuardError(
                f"{name} cannot score classes without any known label in {where} ({names}): "
                "use mmpartial.PartialMultiLabelMetric, which leaves them out."
            )
        if isinstance(metric, AveragePrecision) and not labels.count(NEGATIVE).any():
            raise GuardError(
                f"{where} has no known negative, so {name} is 100 for any model: evaluate on "
                "labels that have negatives."
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
