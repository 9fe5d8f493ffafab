"""Are the classes of the data those of the head, of the validation set and of the checkpoint?"""

from itertools import zip_longest
from typing import Any

from .guard_error import GuardError
from .run import TRAIN, Run


def check_num_classes(run: Run) -> None:
    """A head of another size than the dataset."""
    classes = getattr(run.train, "metainfo", {}).get("classes")
    head_classes = getattr(getattr(run.model, "head", None), "num_classes", None)
    if classes is not None and head_classes is not None and len(classes) != head_classes:
        raise GuardError(
            f"{TRAIN} has {len(classes)} classes but model.head.num_classes={head_classes}: "
            "set it to the dataset's number."
        )


def check_same_classes(run: Run) -> None:
    """Other classes in validation than in training."""
    if run.evaluation is None:
        return
    datasets = (run.train, run.evaluation.dataset)
    ours, theirs = (list(d.metainfo.get("classes") or []) for d in datasets)
    if ours and theirs and ours != theirs:
        a, b = next(pair for pair in zip_longest(ours, theirs) if pair[0] != pair[1])
        raise GuardError(
            f"{TRAIN} and {run.evaluation.name} have other classes or another order: {a!r} in the "
            f"one is {b!r} in the other."
        )


def check_class_order(run: Run) -> None:
    """A class at another place than in the checkpoint would get another class's weights."""
    if run.saved is None:
        return
    if run.train is not None:
        _check_order(run.train, TRAIN, run.saved.classes)
    elif run.evaluation is not None:
        _check_order(run.evaluation.dataset, run.evaluation.name, run.saved.classes)


def _check_order(dataset: Any, where: str, saved_classes: Any) -> None:
    classes = [str(c) for c in getattr(dataset, "metainfo", {}).get("classes") or []]
    if len(classes) != len(saved_classes):  # then the shapes of the head differ as well
        return
    saved = {name: number for number, name in enumerate(saved_classes)}
    for number, name in enumerate(classes):
        if saved.get(name, number) != number:
            raise GuardError(
                f"{where} has its classes in another order than the checkpoint: {name!r} is "
                f"number {number}, there {saved[name]}. Give the dataset "
                "metainfo=dict(classes=[...]) in the checkpoint's order."
            )
