"""Do the data, the head, the validation set and the checkpoint have the same classes?"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from ...labels import POSITIVE
from ...utils.messages import counted
from ...utils.names import canonical, visible
from .run import TRAIN, GuardError, Run

_SHOWN = 12  # classes in a message


def check_num_classes(run: Run) -> None:
    """Refuse a head whose number of classes is not the dataset's."""
    classes = _names(run.train)
    head_classes = getattr(getattr(run.model, "head", None), "num_classes", None)
    if not classes or head_classes is None or len(classes) == head_classes:
        return
    odd = ""
    if run.train_labels is not None:
        never = [classes[c] for c in np.flatnonzero(run.train_labels.count(POSITIVE) == 0)]
        odd = f"; never positive: {counted(never, _SHOWN)}" if never else ""
    raise GuardError(
        f"{TRAIN} has {len(classes)} classes but model.head.num_classes={head_classes} (the "
        f"classes are {counted(classes, _SHOWN)}{odd}): set "
        f"model.head.num_classes={len(classes)}, or, if one is not a class, such as a column of "
        "notes, name the others with classes=[...]."
    )


def check_same_classes(run: Run) -> None:
    """Refuse validation on classes that differ from those of training."""
    if run.evaluation is None:
        return
    datasets = (run.train, run.evaluation.dataset)
    ours, theirs = map(_names, datasets)
    if ours and theirs and ours != theirs:
        raise GuardError(
            f"{TRAIN} and {run.evaluation.name} have different classes "
            f"({_unlike(ours, theirs, 'the second')}): correct a name that is misspelt, or give "
            "both datasets the same classes=[...]."
        )


def check_class_order(run: Run) -> None:
    """Refuse an order of classes that is not the checkpoint's: classes would get wrong weights."""
    if run.saved is None or run.train is None:
        return
    classes = _names(run.train)
    if len(classes) != len(run.saved.classes):  # then the shapes of the head differ as well
        return
    place = {name: number for number, name in enumerate(run.saved.classes)}
    for number, name in enumerate(classes):
        if place.get(name, number) != number:
            raise GuardError(
                f"{TRAIN} has its classes in another order than {run.saved.name} ({name!r} is "
                f"number {number} here and {place[name]} there): give the dataset "
                "metainfo=dict(classes=[...]) in the checkpoint's order."
            )


def check_tested_classes(run: Run) -> None:
    """Refuse a test or a resumed run whose classes are not the checkpoint's."""
    if run.saved is None or not run.saved.classes:
        return
    dataset, where = run.train, TRAIN
    if dataset is None and run.evaluation is not None:
        dataset, where = run.evaluation.dataset, run.evaluation.name
    classes = _names(dataset)
    if not classes or classes == list(run.saved.classes):
        return
    remedy = "give the dataset metainfo=dict(classes=[...]) in the checkpoint's order"
    if set(classes) != set(run.saved.classes):
        remedy = "take the checkpoint of this config, or the config of that checkpoint"
    raise GuardError(
        f"{where} has other classes than {run.saved.name} "
        f"({_unlike(classes, run.saved.classes, 'the checkpoint')}): {remedy}."
    )


def _names(dataset: Any) -> list[str]:
    return [canonical(str(c)) for c in getattr(dataset, "metainfo", {}).get("classes") or []]


def _unlike(ours: Sequence[str], theirs: Sequence[str], them: str) -> str:
    """Say how two lists of classes differ."""
    missing = [visible(name) for name in ours if name not in set(theirs)]
    more = [visible(name) for name in theirs if name not in set(ours)]
    parts = [f"{them} lacks {counted(missing, _SHOWN)}"] if missing else []
    parts += [f"{them} alone has {counted(more, _SHOWN)}"] if more else []
    if parts:
        return ", and ".join(parts)
    differing = next(pair for pair in zip_longest(ours, theirs) if pair[0] != pair[1])
    a, b = ("none" if name is None else visible(name) for name in differing)
    return f"their order differs, {a} is where {them} has {b}"
