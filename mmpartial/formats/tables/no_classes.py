"""Names in a column of classes that may be no classes: words for none of them, and for unknown."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations
from ...labels.parts import replace
from ...utils.log import warn
from ...utils.names import canonical, visible
from .label_cells import NOT_AVAILABLE

# In lower case. They are read as classes, with a warning, because people give classes these names.
_NOTHING = {
    *("none", "nothing", "empty", "blank", "background", "normal", "no finding", "no findings"),
    *("keine", "nichts", "leer", "kein befund", "aucun", "aucune", "rien", "vide"),
    *("ninguno", "ninguna", "nada", "vacío", "nessuno", "vuoto", "无"),
}
_UNKNOWN = {
    *(NOT_AVAILABLE - _NOTHING),
    *("unknown", "unlabeled", "unlabelled", "not labeled", "not labelled", "unclassified"),
    *("unidentified", "unidentifiable"),
}


class Entries(NamedTuple):
    """M labels of images.

    Attributes:
        image: ``(M,)``, the number of the image of each.
        names: The class of each.
        states: ``(M,)``, 1, 0 or -1.
    """

    image: np.ndarray
    names: pd.Categorical
    states: np.ndarray


def take_nothing(
    path: str, images: Sequence[str], entries: Entries, nothing: Sequence[str]
) -> tuple[Entries, np.ndarray]:
    """Take out the names that say that no class is there.

    Args:
        path: The file, for messages.
        images: The paths of the images.
        entries: Labels.
        nothing: These names, in any letter case.

    Returns:
        The other labels, and the numbers of the images that have no class.

    Raises:
        ValueError: An image has such a name and a class. Or all rows with such a name say that it
            is absent, as a count of 0 does.
    """
    if not nothing:
        return entries, np.empty(0, dtype=np.int64)
    image, names, states = entries
    for word in nothing:
        if not any(is_nothing(name, [word]) for name in names.categories):
            warn(f"{path} has no class {visible(word)}, so nothing={visible(word)} has no effect")
    is_taken = [is_nothing(name, nothing) for name in names.categories]
    taken = np.array(is_taken, dtype=bool)[names.codes]
    without = np.unique(image[taken & (states == POSITIVE)])
    denied = np.flatnonzero(taken & (states == NEGATIVE))
    if len(denied) and not len(without):
        name = visible(names[int(denied[0])])
        raise ValueError(
            f"{path} says in all rows of {name} that it is absent, as in image "
            f"{visible(images[int(image[denied[0]])])}: write 1 in these rows if {name} is true, "
            "and no class is there."
        )
    beside = np.flatnonzero(~taken & (states == POSITIVE) & np.isin(image, without))
    if len(beside):
        entry = int(beside[0])
        raise ValueError(
            f"{path}, image {visible(images[int(image[entry])])} has the class "
            f"{visible(names[entry])}, and also a name that says that no class is there "
            f"(nothing={list(nothing)!r}): keep one of them."
        )
    rest = names[~taken].remove_unused_categories()
    return Entries(image[~taken], rest, states[~taken]), without


def with_negatives(found: Annotations, images: np.ndarray) -> Annotations:
    """The same annotations with all classes negative in some images, by their numbers."""
    labels = replace(found.labels, images, None, np.full(len(images), NEGATIVE, dtype=np.int8))
    return Annotations(found.images, found.classes, labels, found.ids, found.groups)


def is_nothing(name: str, nothing: Collection[str]) -> bool:
    """Whether a name is among those that say that no class is there, in any letter case."""
    return canonical(name).lower() in {canonical(word).lower() for word in nothing}


def says_nothing(name: str) -> bool:
    """Whether the name of a class may say that no class is there, such as ``empty``."""
    return name.lower() in _NOTHING


def says_unknown(name: str) -> bool:
    """Whether the name of a class may say that nobody knows the class, such as ``unknown``."""
    return name.lower() in _UNKNOWN


def warning_of(name: str, lists: bool) -> str | None:
    """The end of a warning of a name that may be no class; None if it looks like one.

    Args:
        name: The name.
        lists: Whether a cell may list several classes.

    >>> warning_of('None', lists=False)
    "set nothing='none' if it says that no class is there"
    """
    if says_nothing(name):
        return f"set nothing={name.lower()!r} if it says that no class is there"
    if says_unknown(name):
        return f"{'empty the cell' if lists else 'leave the row out'} if it stands for a blank cell"
    return None
