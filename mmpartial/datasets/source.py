"""Reading the labels and the stable ids of any multi-label dataset."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..labels import NEGATIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.class_lists import from_lists
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.names import repeated
from ..utils.nested import leaf


@dataclass
class Source:
    """What a dataset says about its images, each image once.

    Attributes:
        annotations: The images, classes and labels.
        image: For each of the dataset's N samples its image (a repeated sample has one image).
        states_unknowns: Whether the dataset itself says which labels are unknown.
    """

    annotations: Annotations
    image: Sequence[int] | np.ndarray
    states_unknowns: bool


@dataclass
class _Part:
    """Those images that one innermost dataset holds."""

    dataset: Any
    ids: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)
    records: list[dict] = field(default_factory=list)

    def add(self, inner: int) -> None:
        """One more image, by its index in the dataset."""
        info = self.dataset.get_data_info(inner)
        prefix = getattr(self.dataset, "data_prefix", {}).get("img_path") or ""
        path = str(info.get("img_path", "")).removeprefix(prefix).replace("\\", "/").lstrip("/")
        self.images.append(path)
        self.ids.append(_image_id(info, path))
        self.inner.append(inner)
        if annotations_of(self.dataset) is None:
            keys = ("gt_score", "gt_label", "gt_label_neg")
            self.records.append({key: info[key] for key in keys if info.get(key) is not None})

    def name(self, number: int) -> str:
        """What messages call an image of the part."""
        return f"image '{self.ids[number]}'"


def annotations_of(dataset: Any) -> Annotations | None:
    """What a dataset read at once, if it did: its samples, in their order."""
    read = getattr(dataset, "annotations", None)
    return read if isinstance(read, Annotations) else None


def read_source(dataset: Any, classes: Sequence[str]) -> Source:
    """Collect ids and labels of a multi-label dataset.

    Labels are a dataset's ``annotations``, or are read sample by sample from ``gt_score``, or from
    the lists ``gt_label`` (positive) and ``gt_label_neg`` (known to be absent). A class that is in
    neither list is unknown if any image has the second list, and negative otherwise.

    Raises:
        ValueError: A label that is none of 1, 0 and -1, a class index out of range, a class both
            positive and negative, an image without labels, or two images with one id.
    """
    read = annotations_of(dataset)
    if read is not None:
        return Source(read, range(len(read)), bool(read.labels.count(UNKNOWN).any()))
    parts: dict[int, _Part] = {}
    place: dict[tuple[int, int], int] = {}  # of each image, its order of appearance
    image: np.ndarray = np.empty(len(dataset), dtype=np.int64)
    for idx in range(len(dataset)):
        inside, inner = leaf(dataset, idx)
        key = id(inside), inner
        if key not in place:
            place[key] = len(place)
            parts.setdefault(key[0], _Part(inside)).add(inner)
        image[idx] = place[key]
    return _together(list(parts.values()), classes, place, image)


def _together(parts: list[_Part], classes: Sequence[str], place: dict, image: np.ndarray) -> Source:
    """The images of all parts, in the order of their appearance."""
    ids = [i for part in parts for i in part.ids]
    _check_ids(ids)
    images = [i for part in parts for i in part.images]
    lists_negatives = any("gt_label_neg" in record for part in parts for record in part.records)
    labels = [_labels(part, len(classes), lists_negatives) for part in parts]
    states_unknowns = (
        lists_negatives
        or any("gt_score" in record for part in parts for record in part.records)
        or any(bool(found.count(UNKNOWN).any()) for found in labels)
    )
    order = np.argsort([place[id(part.dataset), inner] for part in parts for inner in part.inner])
    annotations = Annotations(
        [images[i] for i in order], classes, stack(labels).take(order), [ids[i] for i in order]
    )
    return Source(annotations, image, states_unknowns)


def _labels(part: _Part, num_classes: int, lists_negatives: bool) -> LabelMatrix:
    read = annotations_of(part.dataset)
    if read is not None:
        return read.labels.take(part.inner)
    if any("gt_score" in record for record in part.records):
        scores = [
            _score(record, num_classes, part.name(n)) for n, record in enumerate(part.records)
        ]
        return LabelMatrix.from_dense(np.stack(scores), part.name)
    return from_lists(
        [_positive(record, part.name(n)) for n, record in enumerate(part.records)],
        [record.get("gt_label_neg", ()) for record in part.records],
        num_classes,
        default_state=UNKNOWN if lists_negatives else NEGATIVE,
        name=part.name,
    )


def _image_id(info: dict, path: str) -> str:
    """``img_id`` if there is one, else the path below the image folder, else the pixels' hash."""
    if "img_id" in info:
        return str(info["img_id"])
    if path:
        return path
    return hashlib.blake2b(np.ascontiguousarray(info["img"]), digest_size=16).hexdigest()


def _positive(record: dict, image: str) -> Sequence[int]:
    classes = record.get("gt_label")
    if classes is None:
        raise ValueError(
            f"{image} has neither gt_label nor gt_score: list its positive classes in gt_label "
            "([] if there are none)."
        )
    return [classes] if isinstance(classes, int) else classes


def _score(record: dict, num_classes: int, image: str) -> np.ndarray:
    score = record.get("gt_score")
    if score is None or len(score) != num_classes:
        found = "no" if score is None else len(score)
        raise ValueError(
            f"{image} has {found} values in gt_score, but the dataset has {num_classes} classes: "
            "give one value for each class, and gt_score to all images if any has it."
        )
    return np.asarray(score)


def _check_ids(ids: list[str]) -> None:
    twice = repeated(ids)
    if twice is not None:
        raise ValueError(
            f"the image '{twice}' is listed twice. If these are different images, give each an "
            "'img_id' of its own in the annotation file, or move part of the folder into "
            "img_path; if it is one image, list it once with all its labels."
        )
