"""The surest labels of each class, among many that come in blocks."""

import numpy as np
import pandas as pd

_WAITING = 2**20  # labels that are looked at together
_COLUMNS = ("image", "cls", "probability")


class Surest:
    """Counts labels, and keeps those with the highest probabilities of each class.

    Its memory does not depend on the number of images: it holds a million labels at most, and
    those that are kept.

    Args:
        classes: C, the number of classes.
        number: How many labels of a class are kept.

    Attributes:
        counts: ``(C,)`` int64, the labels of each class that have come.
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
        """``image``, ``cls`` and ``probability`` of the labels that are kept, the surest first."""
        columns = map(np.concatenate, zip(*self._parts, strict=True))
        found = pd.DataFrame(dict(zip(_COLUMNS, columns, strict=True)))
        found = found.sort_values("probability", ascending=False, kind="stable")
        return found[found.groupby("cls").cumcount() < self._number]
