"""Reading the labels and the stable ids of any multi-label dataset."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..labels import NEGATIVE, UNKNOWN, check, encode
from .nested import leaf


@dataclass
class Source:
    """What a dataset says about its images, each image once.

    Attributes:
        ids: R texts that name the images, the same on every machine.
        labels: ``(R, L)`` int8.
        image: ``(N,)`` int64, for each sample of the dataset its image (a repeated sample has
            one image).
        states_unknowns: Whether the dataset itself says which labels are unknown.
    """

    ids: list[str]
    labels: np.ndarray
    image: np.ndarray
    states_unknowns: bool


def _image_id(info: dict, prefix: str) -> str:
    """``img_id`` if there is one, else the path below the image folder, else the pixels' hash."""
    if "img_id" in info:
        return str(info["img_id"])
    if "img_path" in info:
        path = str(info["img_path"])
        return path.removeprefix(prefix).replace("\\", "/").lstrip("/")
    return hashlib.blake2b(np.ascontiguousarray(info["img"]), digest_size=16).hexdigest()


def read_source(dataset: Any, num_classes: int) -> Source:
    """Collect ids and labels of a multi-label dataset of N samples.

    Labels are read from ``gt_score``, or from the lists ``gt_label`` (positive) and
    ``gt_label_neg`` (known to be absent). A class that is in neither list is unknown if any
    image of the dataset has the second list, and negative otherwise.

    Raises:
        ValueError: A label that is none of 1, 0 and -1, a class index out of range, a class both
            positive and negative, an image without labels, or two images with one id.
    """
    seen: dict[tuple[int, int], int] = {}
    image: np.ndarray = np.empty(len(dataset), dtype=np.int64)
    ids: list[str] = []
    scores, positive, negative = [], [], []
    for idx in range(len(dataset)):
        part, inner = leaf(dataset, idx)
        number = image[idx] = seen.setdefault((id(part), inner), len(ids))
        if number == len(ids):
            info = part.get_data_info(inner)
            ids.append(_image_id(info, getattr(part, "data_prefix", {}).get("img_path") or ""))
            scores.append(info.get("gt_score"))
            positive.append(info.get("gt_label"))
            negative.append(info.get("gt_label_neg"))
    _check_ids(ids)

    def name(number: int) -> str:
        return f"image '{ids[number]}'"

    if any(score is not None for score in scores):
        labels = check(_stack(scores, num_classes, name), name)
        return Source(ids, labels, image, states_unknowns=True)
    states_unknowns = any(classes is not None for classes in negative)
    labels = encode(
        [_as_list(classes, name(number)) for number, classes in enumerate(positive)],
        [() if classes is None else classes for classes in negative],
        num_classes,
        unlisted=UNKNOWN if states_unknowns else NEGATIVE,
        name=name,
    )
    return Source(ids, labels, image, states_unknowns)


def _as_list(classes: Any, image: str) -> Sequence[int]:
    if classes is None:
        raise ValueError(
            f"{image} has neither gt_label nor gt_score: list its positive classes in gt_label "
            "([] if there are none)."
        )
    return [classes] if isinstance(classes, int) else classes


def _stack(scores: list, num_classes: int, name: Callable[[int], str]) -> np.ndarray:
    for number, score in enumerate(scores):
        if score is None or len(score) != num_classes:
            found = "no" if score is None else len(score)
            raise ValueError(
                f"{name(number)} has {found} values in gt_score, but the dataset has "
                f"{num_classes} classes: give one value for each class, and gt_score to all "
                "images if any has it."
            )
    return np.stack([np.asarray(score) for score in scores])


def _check_ids(ids: list[str]) -> None:
    if len(set(ids)) < len(ids):
        seen: set[str] = set()
        twice = next(i for i in ids if i in seen or seen.add(i))  # type: ignore[func-returns-value]
        raise ValueError(
            f"the image '{twice}' is listed twice. If these are different images, give each an "
            "'img_id' of its own in the annotation file, or move part of the folder into "
            "img_path; if it is one image, list it once with all its labels."
        )
