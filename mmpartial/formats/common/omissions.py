"""Sentences about the things that a written file cannot hold."""

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations


def lost_ids(annotations: Annotations) -> list[str]:
    """The ids of the images, if these are not the paths."""
    if annotations.ids is None or list(annotations.ids) == list(annotations.images):
        return []
    return ["the ids of the images: a mask_file or label hash made with them no longer fits."]


def lost_groups(annotations: Annotations) -> list[str]:
    """The groups of the images, if there are any."""
    return [] if annotations.groups is None else ["the groups of the images."]


def lost_images(annotations: Annotations) -> list[str]:
    """Images without a known label, in a format that lists only known labels."""
    known: np.ndarray = np.zeros(len(annotations), dtype=bool)
    for state in (POSITIVE, NEGATIVE):
        known[annotations.labels.entries(state)[0]] = True
    number = int((~known).sum())
    return [f"{number} images without a known label."] if number else []


def lost_classes(annotations: Annotations, classes: str = "[...]") -> list[str]:
    """Classes without a known label and the order of classes, in a format without a class list.

    Args:
        annotations: The annotations that are written.
        classes: The value of ``classes`` with which the reader gets all of them back.
    """
    hint = f"give classes={classes} where you read the file."
    known = annotations.labels.count(POSITIVE) + annotations.labels.count(NEGATIVE)
    names = [name for name, n in zip(annotations.classes, known, strict=True) if not n]
    lost = [f"classes without a known label, {', '.join(names)}: {hint}"] if names else []
    if list(annotations.classes) != sorted(annotations.classes):
        lost.append(f"the order of the classes: {hint}")
    return lost
