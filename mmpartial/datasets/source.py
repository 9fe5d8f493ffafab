"""Reading the labels and ids of any multi-label dataset."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..labels import NEGATIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.class_lists import from_lists
from ..labels.groups import Groups
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.names import repeated
from ..utils.nested import leaf

_LABELS = ("gt_score", "gt_label", "gt_label_neg")


def group_of(info: dict) -> str:
    """The name of the group in a record, ``''`` if the image is alone."""
    group = info.get("group")
    return "" if group is None else str(group).strip()


@dataclass
class Source:
    """The annotations of a dataset, each image once.

    Attributes:
        name: The dataset's name in messages.
        annotations: The images, classes and labels.
        image: The row of each sample's image in ``annotations``; repeated samples share one.
        states_unknowns: Whether the dataset says which labels are unknown.
    """

    name: str
    annotations: Annotations
    image: Sequence[int] | np.ndarray
    states_unknowns: bool


def annotations_of(dataset: Any) -> Annotations | None:
    """The annotations of a dataset that reads all of them at once, or None."""
    read = getattr(dataset, "annotations", None)
    return read if isinstance(read, Annotations) else None


def read_source(dataset: Any, name: str | None = None) -> Source:
    """Read the ids and labels of a multi-label dataset.

    Labels are the dataset's ``annotations``. If it has none, they are read sample by sample, from
    ``gt_score``, or from the lists ``gt_label`` (positive) and ``gt_label_neg`` (absent). A class
    in neither list is unknown if any image has ``gt_label_neg``, and negative otherwise. An image's
    group is the text or number ``group``.

    Args:
        dataset: The dataset.
        name: Its name in messages, its type by default.

    Raises:
        ValueError: There are no class names, the labels of an image are wrong, or two images have
            one id.
    """
    name = name or type(dataset).__name__
    classes = dataset.metainfo.get("classes")
    if not classes:
        raise ValueError(f"{name} has no class names: give it metainfo=dict(classes=[...]).")
    read = annotations_of(dataset)
    if read is not None:
        return Source(name, read, range(len(read)), bool(read.labels.count(UNKNOWN).any()))
    found: dict[int, _Part] = {}
    row: dict[tuple[int, int], int] = {}  # of each image, in the order of appearance
    image: np.ndarray = np.empty(len(dataset), dtype=np.int64)
    for idx in range(len(dataset)):
        inside, inner = leaf(dataset, idx)
        key = id(inside), inner
        if key not in row:
            row[key] = len(row)
            found.setdefault(key[0], _Part(inside)).add(inner)
        image[idx] = row[key]
    parts = list(found.values())
    order = np.argsort([row[id(part.dataset), inner] for part in parts for inner in part.inner])
    ids, images = ([x for part in parts for x in getattr(part, key)] for key in ("ids", "images"))
    _check_ids(ids)
    lists_negatives = any("gt_label_neg" in record for part in parts for record in part.records)
    labels = [part.labels(len(classes), lists_negatives) for part in parts]
    states_unknowns = (
        lists_negatives
        or any("gt_score" in record for part in parts for record in part.records)
        or any(bool(matrix.count(UNKNOWN).any()) for matrix in labels)
    )
    annotations = Annotations(
        [images[i] for i in order],
        classes,
        stack(labels).take(order),
        [ids[i] for i in order],
        _groups([name for part in parts for name in part.groups], order),
    )
    return Source(name, annotations, image, states_unknowns)


def _groups(names: list[str], order: np.ndarray) -> Groups | None:
    """The groups of images by their names, or None if no image is in one."""
    return Groups.from_names(np.array(names, dtype=object)[order]) if any(names) else None


@dataclass
class _Part:
    """The images of one of the innermost datasets."""

    dataset: Any
    ids: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    inner: list[int] = field(default_factory=list)
    records: list[dict] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, inner: int) -> None:
        """Add an image by its index in the dataset."""
        info = self.dataset.get_data_info(inner)
        prefix = getattr(self.dataset, "data_prefix", {}).get("img_path") or ""
        path = str(info.get("img_path", "")).removeprefix(prefix).replace("\\", "/").lstrip("/")
        self.images.append(path)
        self.ids.append(_image_id(info, path))
        self.inner.append(inner)
        self.groups.append(group_of(info))
        if annotations_of(self.dataset) is None:
            self.records.append({k: info[k] for k in _LABELS if info.get(k) is not None})

    def labels(self, num_classes: int, lists_negatives: bool) -> LabelMatrix:
        """The labels of the images."""
        read = annotations_of(self.dataset)
        if read is not None:
            return read.labels.take(self.inner)
        records = [(record, self._name(n)) for n, record in enumerate(self.records)]
        if any("gt_score" in record for record in self.records):
            scores = [_score(record, num_classes, name) for record, name in records]
            return LabelMatrix.from_dense(np.stack(scores), self._name)
        return from_lists(
            [_positive(record, name) for record, name in records],
            [record.get("gt_label_neg", ()) for record in self.records],
            num_classes,
            default_state=UNKNOWN if lists_negatives else NEGATIVE,
            name=self._name,
        )

    def _name(self, number: int) -> str:
        """The name of an image in messages."""
        return f"image '{self.ids[number]}'"


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
            "give one value for each class, and give gt_score to all images if any has it."
        )
    return np.asarray(score)


def _check_ids(ids: list[str]) -> None:
    twice = repeated(ids)
    if twice is not None:
        raise ValueError(
            f"the image '{twice}' is listed twice: if these are different images, give each an "
            "'img_id' of its own in the annotation file, or move part of the folder into "
            "img_path; if they are one image, list it once with all its labels."
        )
