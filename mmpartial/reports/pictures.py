"""Makes pictures of a page from the images of a dataset, with their labels by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..utils.nested import leaf
from .page import SIGNS, Picture

MOST = {POSITIVE: 12, NEGATIVE: 4, UNKNOWN: 4}  # labels of a picture


def picture_of(
    dataset: Any, row: int, labels: Sequence[tuple[str, int]], note: str = ""
) -> Picture:
    """The picture of an image of a dataset; if it cannot be read, its place says so.

    Args:
        dataset: The dataset.
        row: The number of the sample.
        labels: Texts with their states.
        note: A line below the labels.
    """
    inside, inner = leaf(dataset, row)
    info = inside.get_data_info(inner)
    path = info.get("img_path")
    image = info.get("img")
    title = Path(path).name if path else str(info.get("img_id", f"image {row}"))
    return Picture(path if image is None else pixels(image), title, labels, note)


def pixels(image: np.ndarray) -> np.ndarray:
    """An ``(H, W)``, ``(H, W, 1)`` or ``(H, W, 3)`` image as ``(H, W, 3)``."""
    image = np.asarray(image)
    image = image[..., None] if image.ndim == 2 else image
    return np.broadcast_to(image, (*image.shape[:2], 3)) if image.shape[2] == 1 else image


def label_texts(
    classes: Sequence[str], labels: np.ndarray, scores: np.ndarray | None = None
) -> tuple[list[tuple[str, int]], str]:
    """The labels of an image by name, and the number of labels that are left out.

    Positives are first, then negatives and unknown ones, each with the highest scores first. A
    picture has room for few labels, so most negatives are only counted.

    Args:
        classes: ``(C,)`` names.
        labels: ``(C,)``, 1, 0 or -1; between 0 and 1 in a mixture of images.
        scores: ``(C,)``, which are written after the names.

    >>> label_texts(["cat", "dog", "owl"], np.array([1, -1, 0]), np.array([0.9, 0.2, 0.1]))
    ([('cat 0.90', 1), ('owl 0.10', 0), ('dog 0.20', -1)], '')
    """
    labels = np.asarray(labels)
    texts, more = [], []
    for state, most in MOST.items():
        of_state = labels > 0 if state == POSITIVE else labels == state
        found = np.flatnonzero(of_state)
        found = found[np.argsort(-(labels if scores is None else scores)[found], kind="stable")]
        for place in found[:most].tolist():
            weight = f" ({labels[place]:.2f} of it)" if 0 < labels[place] < 1 else ""
            score = "" if scores is None else f" {scores[place]:.2f}"
            texts.append((f"{classes[place]}{score}{weight}", state))
        more += [f"{len(found) - most:,} more {SIGNS[state]}"] * (len(found) > most)
    return texts, ", ".join(more)
