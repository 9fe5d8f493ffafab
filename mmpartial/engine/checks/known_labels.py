"""Are enough training labels known, and does each image have its own row of them?"""

from typing import Any

import numpy as np
from mmengine.dataset import ConcatDataset

from ...datasets import find_partial
from ...labels import POSITIVE, UNKNOWN
from ...utils.messages import few
from ...utils.nested import branches, walk
from .run import TRAIN, GuardError, Run, warn


def check_known_labels(run: Run) -> None:
    """Refuse labels without a positive, and warn of classes without a known label."""
    labels = run.train_labels
    if labels is None:
        return
    unknown, positive = labels.count(UNKNOWN), labels.count(POSITIVE)
    lacking = "label" if (unknown == len(labels)).all() else "positive"
    if not positive.any():
        raise GuardError(
            f"{TRAIN} ({_called(run.train)}: {len(labels)} images x {labels.shape[1]} classes) has "
            f"no known {lacking}, so nothing can be learned: {_remedy(run)}."
        )
    if run.partial is None:
        return
    classes = run.partial.metainfo["classes"]
    empty = np.flatnonzero(unknown == len(labels))
    if empty.size:
        warn(
            f"{empty.size} of {len(classes)} classes have no known label and cannot be learned: "
            f"{few((str(classes[c]) for c in empty), 10)}"
        )


def check_distinct_rows(run: Run) -> None:
    """Refuse a wrapper in which two images would have the same row."""
    for dataset in walk(run.train):
        if isinstance(dataset, ConcatDataset) and find_partial(dataset) is not None:
            raise GuardError(
                "ConcatDataset around PartialLabelDataset gives two images one row: put the "
                "ConcatDataset inside one PartialLabelDataset."
            )


def _called(dataset: Any) -> str:
    """The types and files of the innermost datasets."""
    return " and ".join(_with_file(way[-1]) for way in branches(dataset))


def _with_file(dataset: Any) -> str:
    file = getattr(dataset, "ann_file", "")
    return f"{type(dataset).__name__} of {file}" if file else type(dataset).__name__


def _remedy(run: Run) -> str:
    partial = run.partial
    if partial is not None and partial.full_counts.any():
        rule = f"setting={partial.setting!r}" if partial.setting else "mask_file"
        return f"{rule} hides all positives, so choose other options"
    return (
        "the annotations may be empty, or have their labels in another field, control or column, "
        "so name it among the options of the format"
    )
