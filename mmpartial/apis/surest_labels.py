"""Keeps the surest labels of each class, among many that come in blocks."""

import numpy as np
import pandas as pd

_WAITING = 2**20  # labels that are collected before they are sorted
_COLUMNS = ("image", "cls", "probability")


class Surest:
    """Counts labels, and keeps those with the highest probabilities of each class.

    Its memory does not depend on the number of images: it holds the kept labels, and at most a
    million others.

    Args:
        classes: C, the number of classes.
        number: The number of labels that it keeps of each class.

    Attributes:
        counts: ``(C,)`` int64, the number of labels of each class so far.
        highest: ``(C,)``, their highest probability.
    """

    def __init__(self, classes: int, number: int):
        self.counts: np.ndarray = np.zeros(classes, dtype=np.int64)
        self.highest: np.ndarray = np.zeros(classes)
        self._number = number
        kinds = np.int64, np.int64, np.float32
        self._parts = [tuple[np.ndarray, ...](np.empty(0, kind) for kind in kinds)]

    def add(self, image: np.ndarray, cls: np.ndarray, probability: np.ndarray) -> None:
        """Add labels: their images, classes and probabilities."""
        self.counts += np.bincount(cls, minlength=len(self.counts))
        np.maximum.at(self.highest, cls, probability)
        self._parts.append((image, cls, probability))
        if sum(len(part[0]) for part in self._parts) > _WAITING:
            kept = self.labels()
            self._parts = [tuple(kept[name].to_numpy() for name in _COLUMNS)]

    def labels(self) -> pd.DataFrame:
        """``image``, ``cls`` and ``probability`` of the kept labels, the surest first."""
        columns = map(np.concatenate, zip(*self._parts, strict=True))
        found = pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))
        found = found.sort_values("probability", ascending=False, kind="stable")
        return found[found.groupby("cls").cumcount() < self._number]
