"""Chooses questions for a budget: the best ones, within limits, and no two about one scene."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .strategies import Strategy

COSTS = ("question", "image")


@dataclass(frozen=True)
class Limits:
    """The budget and the limits of a choice.

    Attributes:
        budget: The number of questions, or of images with ``cost='image'``.
        cost: ``'question'`` if each answer costs the same, ``'image'`` if each image does.
        per_class: The highest number of questions about a class, or None.
        per_image: The highest number of questions about an image, or None.
        near: Two images do not both get a question about a class if the cosine of their features is
            at least this; None compares no images.

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
        if self.cost == "image" and self.per_image is None:
            raise ValueError(
                "cost='image' needs per_image: give the number of questions about each image."
            )
        if self.near is not None and not 0 < self.near <= 1:
            raise ValueError(f"near={self.near}: give a cosine above 0, and at most 1.")


def scored(
    questions: pd.DataFrame, strategy: Strategy, positive: np.ndarray, known: np.ndarray
) -> pd.DataFrame:
    """Questions with their ``score``, the best first.

    Args:
        questions: ``image``, ``cls``, ``probability``, ``value``, and ``tie``, which orders
            questions with equal scores.
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


def choose(table: pd.DataFrame, limits: Limits, vectors: Mapping[int, np.ndarray]) -> pd.DataFrame:
    """Choose questions within the limits, in the order of their score.

    With ``cost='image'``, the score of an image is the sum over its ``per_image`` best questions,
    and the best images come first.

    Args:
        table: As :func:`scored` returns it.
        limits: The limits.
        vectors: The features of each image as a vector of length 1, if ``limits.near`` is set.
    """
    image, cls = table.image.to_numpy(), table.cls.to_numpy()
    asked: dict[int, int] = {}  # the number of questions about each image
    images: dict[int, list[int]] = {}  # the images asked about each class
    chosen: list[int] = []
    for place in _order(table, limits).tolist():
        row, others = int(image[place]), images.setdefault(int(cls[place]), [])
        spent = len(asked) if limits.cost == "image" else len(chosen)
        if spent == limits.budget and (limits.cost == "question" or row not in asked):
            break
        if limits.per_image is not None and asked.get(row, 0) >= limits.per_image:
            continue
        if limits.per_class is not None and len(others) >= limits.per_class:
            continue
        if limits.near is not None and others:
            cosines = np.stack([vectors[other] for other in others]) @ vectors[row]
            if cosines.max() >= limits.near:
                continue
        asked[row] = asked.get(row, 0) + 1
        others.append(row)
        chosen.append(place)
    return table.iloc[chosen]


def _order(table: pd.DataFrame, limits: Limits) -> np.ndarray:
    """The order in which questions are considered; image by image with ``cost='image'``."""
    order: np.ndarray = np.arange(len(table))
    if limits.cost == "question":
        return order
    number = table.groupby("image", sort=False).cumcount()
    worth = table.score.where(number < limits.per_image, 0).groupby(table.image).transform("sum")
    return np.lexsort([order, table.image, -worth])
