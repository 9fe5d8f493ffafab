"""What writers say that their format cannot say."""

import numpy as np

from ...labels import NEGATIVE, POSITIVE
from ...labels.annotations import Annotations


def lost_ids(annotations: Annotations) -> list[str]:
    """The images' names, if they are others than their paths."""
    if annotations.ids is None or list(annotations.ids) == list(annotations.images):
        return []
    return ["the ids of the images: a mask_file or label hash made with them fits no more."]


def lost_images(annotations: Annotations) -> list[str]:
    """Images without a known label, in a format that lists known labels alone."""
    known: np.ndarray = np.zeros(len(annotations), dtype=bool)
    for state in (POSITIVE, NEGATIVE):
        known[annotations.labels.entries(state)[0]] = True
    number = int((~known).sum())
    return [f"{number} images without a known label."] if number else []


def lost_classes(annotations: Annotations, classes: str = "[...]") -> list[str]:
    """Classes without a known label and the order of classes, where there is no class list.

    Args:
        annotations: What is written.
        classes: What to give as ``classes`` to the reader, so that they come back.
    """
    hint = f"give classes={classes} where you read the file."
    known = annotations.labels.count(POSITIVE) + annotations.labels.count(NEGATIVE)
    names = [name for name, n in zip(annotations.classes, known, strict=True) if not n]
    lost = [f"classes without a known label, {', '.join(names)}: {hint}"] if names else []
    if list(annotations.classes) != sorted(annotations.classes):
        lost.append(f"the order of the classes: {hint}")
    return lost
