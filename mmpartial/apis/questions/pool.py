"""Keeps the best questions about many images, in bounded memory."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.counter_rng import hash_ints
from .choosing import Limits, choose, scored
from .strategies import Strategy

SPARE = 20  # candidates for each question of the budget
_WAITING = 2**20  # questions that are collected before they are sorted
_TIES = -1  # in the keys of the hash, because settings hide labels by seed, image and class
_COLUMNS = ("image", "cls", "probability", "value", "tie")


class Pool:
    """Candidates for questions, from predictions that come in batches.

    It keeps 20 candidates for each question of the budget (50 bytes each) and the features of their
    images in float16, and sorts a million new questions at a time. So its memory does not depend on
    the number of images.

    Args:
        annotations: The training images and their known labels.
        strategy: The strategy.
        limits: The limits.
        seed: Orders questions with equal scores, by hash.
    """

    def __init__(self, annotations: Annotations, strategy: Strategy, limits: Limits, seed: int):
        self.annotations, self.strategy, self.limits, self.seed = (
            annotations, strategy, limits, seed,
        )  # fmt: skip
        labels = annotations.labels
        self.positive = labels.count(POSITIVE)
        self.known = self.positive + labels.count(NEGATIVE)
        empty: np.ndarray = np.empty(0, dtype=np.int64)
        self._parts = [pd.DataFrame(dict.fromkeys(_COLUMNS, empty))]
        self._features: dict[int, np.ndarray] = {}
        self._least: np.ndarray = np.zeros(len(annotations.classes))  # lowest value of a candidate

    def add(self, rows: np.ndarray, probabilities: np.ndarray, features: np.ndarray) -> None:
        """Add the unknown labels of some images.

        Args:
            rows: ``(N,)``, the numbers of the images.
            probabilities: ``(N, C)``.
            features: ``(N, D)``.
        """
        values = self.strategy.value(probabilities)
        unknown = self.annotations.labels[rows] == UNKNOWN
        number, cls = np.nonzero(unknown & (values >= self._least))
        image = rows[number]
        name = torch.from_numpy(self.annotations.name_hashes[image])
        tie = hash_ints(self.seed, _TIES, name, torch.from_numpy(cls)).numpy()
        cells = (image, cls, probabilities[number, cls], values[number, cls], tie)
        self._parts.append(pd.DataFrame(dict(zip(_COLUMNS, cells, strict=True))))
        if self.limits.near is not None:
            for row in np.unique(number):
                self._features[int(rows[row])] = features[row].astype(np.float16)
        if sum(map(len, self._parts)) > _WAITING:
            self._reduce()

    def chosen(self) -> pd.DataFrame:
        """The questions of the budget, with ``score``; the best first."""
        table = self._reduce()
        return choose(table, self.limits, unit_vectors(self._features))

    def _reduce(self) -> pd.DataFrame:
        """Keep only the candidates."""
        limits = self.limits
        parts = [part for part in self._parts if len(part)] or self._parts
        table = scored(pd.concat(parts), self.strategy, self.positive, self.known)
        if limits.per_class is not None:
            table = table[table.groupby("cls").cumcount() < SPARE * limits.per_class]
        if limits.per_image is not None:
            table = table[table.groupby("image").cumcount() < limits.per_image]
        if limits.cost == "image":
            worth = table.groupby("image").score.sum()
            best = worth.sort_values(ascending=False, kind="stable").head(SPARE * limits.budget)
            table = table[table.image.isin(best.index)]
        elif len(table) > SPARE * limits.budget:
            table = table.head(SPARE * limits.budget)
            weight = self.strategy.weight(self.positive, self.known)
            self._least = (1 - 1e-9) * table.score.iloc[-1] / weight
        self._parts = [table[[*_COLUMNS]]]
        kept = set(table.image.tolist())
        self._features = {row: x for row, x in self._features.items() if row in kept}
        return table


def unit_vectors(features: Mapping[int, np.ndarray]) -> dict[int, np.ndarray]:
    """The features of images minus their mean, as vectors of length 1."""
    if not features:
        return {}
    vectors = np.stack([*features.values()]).astype(np.float32)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
    return dict(zip(features, vectors, strict=True))
