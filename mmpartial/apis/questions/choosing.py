"""Choosing questions for a budget: the best ones, within limits, and no two about one scene."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .strategies import Strategy

COSTS = ("question", "image")


@dataclass(frozen=True)
class Limits:
    """The budget, and what no choice may exceed.

    Attributes:
        budget: The number of questions, or with ``cost='image'`` of images.
        cost: ``'question'`` if an answer costs the same wherever it is, ``'image'`` if opening an
            image is the cost.
        per_class: Questions about a class at most, or None.
        per_image: Questions about an image at most, or None.
        near: Two images whose features have at least this cosine are near-same, and are not both
            asked about one class; None compares no images.

    Raises:
        ValueError: A limit makes no sense.
    """

    budget: int
    cost: str = "question"
    per_class: int | None = None
    per_image: int | None = None
    near: float | None = None

    def __post_init__(self) -> None:
        if self.cost not in COSTS:
            raise ValueError(f"cost={self.cost!r}: choose one of {', '.join(COSTS)}.")
        for name in ("budget", "per_class", "per_image"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ValueError(f"{name}={number}: give a number of at least 1.")
        if self.near is not None and not 0 < self.near <= 1:
            raise ValueError(f"near={self.near} is outside (0, 1]: it is a cosine.")


def scored(
    questions: pd.DataFrame, strategy: Strategy, positive: np.ndarray, known: np.ndarray
) -> pd.DataFrame:
    """Questions with their ``score``, the best first.

    Args:
        questions: ``image``, ``cls``, ``probability``, ``value``, and ``tie``, which orders
            questions of one score.
        strategy: The strategy.
        positive: ``(C,)``, the known positives of each class.
        known: ``(C,)``, its known labels.
    """
    order = np.lexsort([questions.tie, -questions.value, questions.cls])
    table = questions.iloc[order]
    cls, p = table.cls.to_numpy(), table.probability.to_numpy(np.float64)
    first = np.searchsorted(cls, cls)  # the place of the first question about the same class
    before = np.concatenate([[0], np.cumsum(p)[:-1]])[: len(p)]
    earlier = np.arange(len(cls)) - first
    expected = np.maximum(before - before[first], 0) if len(p) else before
    weight = strategy.weight(positive[cls] + expected, known[cls] + earlier)
    table = table.assign(score=table.value.to_numpy() * weight)
    return table.iloc[np.lexsort([table.tie, -table.score])]


def choose(table: pd.DataFrame, limits: Limits, features: Mapping[int, np.ndarray]) -> pd.DataFrame:
    """The questions that fit the limits, in the order of their score.

    With ``cost='image'`` an image is worth the sum of the scores that it may be asked for, and the
    best images come first.

    Args:
        table: As :func:`scored` returns it.
        limits: The limits.
        features: The vector of each image, if ``limits.near`` compares them.
    """
    image, cls = table.image.to_numpy(), table.cls.to_numpy()
    order = np.arange(len(table))
    if limits.cost == "image":
        scores = table.groupby("image", sort=False).score
        score = table.score.where(scores.cumcount() < (limits.per_image or len(table)), 0)
        worth = score.groupby(table.image).transform("sum").to_numpy()
        order = np.lexsort([order, image, -worth])
    asked: dict[int, list[int]] = {}  # the questions of each image
    of_class: dict[int, list[np.ndarray]] = {}
    number: dict[int, int] = {}
    chosen: list[int] = []
    for place in order.tolist():
        row, c = int(image[place]), int(cls[place])
        if limits.cost == "image" and row not in asked and len(asked) == limits.budget:
            continue
        if limits.per_image is not None and len(asked.get(row, ())) >= limits.per_image:
            continue
        if limits.per_class is not None and number.get(c, 0) >= limits.per_class:
            continue
        if limits.near is not None:
            unit = features[row] / max(1e-12, float(np.linalg.norm(features[row])))
            others = of_class.setdefault(c, [])
            if others and max(np.stack(others) @ unit) >= limits.near:
                continue
            others.append(unit)
        asked.setdefault(row, []).append(place)
        number[c] = number.get(c, 0) + 1
        chosen.append(place)
        if limits.cost == "question" and len(chosen) == limits.budget:
            break
    return table.iloc[chosen]
