"""The images and labels of a dataset that gives them record by record, in little memory."""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..labels import NEGATIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.class_lists import Flat, flatten, from_flat
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.nested import leaf
from ..utils.packed_texts import PackedTexts

LABELS = ("gt_score", "gt_label", "gt_label_neg")
_BLOCK = 2**12  # records whose labels are Python objects at a time


def record_without_labels(dataset: Any, idx: int) -> dict:
    """A sample's record without labels, for a wrapper that has them."""
    dataset, idx = leaf(dataset, idx)
    if _has_record(type(dataset)):  # type: ignore[arg-type]
        return dataset.record(idx)
    info = dict(dataset.get_data_info(idx))
    for key in LABELS:
        info.pop(key, None)
    return info


@lru_cache
def _has_record(kind: type) -> bool:
    """Whether ``record`` is as new as ``get_data_info``, which a subclass may have replaced."""
    for base in kind.__mro__:
        if "record" in vars(base) or "get_data_info" in vars(base):
            return "record" in vars(base)
    return False


def group_of(info: dict) -> str:
    """The name of the group in a record, ``''`` if the image is alone."""
    group = info.get("group")
    return "" if group is None else str(group).strip()


class RecordPart:
    """The images of one of the innermost datasets.

    Args:
        dataset: The dataset.
        annotations: Its annotations, if it reads all of them at once.
        num_classes: C.
    """

    def __init__(self, dataset: Any, annotations: Annotations | None, num_classes: int):
        self.dataset, self._annotations = dataset, annotations
        self.ids, self.images = PackedTexts(), PackedTexts()
        self.rows, self.inner = array("q"), array("q")
        self.groups: list[str] = []
        self.row_of: np.ndarray = np.full(len(dataset), -1, dtype=np.int64)
        self._records = RecordLabels(num_classes, lambda number: f"image '{self.ids[number]}'")

    def add(self, inner: int, row: int) -> None:
        """Add an image by its index in the dataset."""
        info = self.dataset.get_data_info(inner)
        prefix = getattr(self.dataset, "data_prefix", {}).get("img_path") or ""
        path = str(info.get("img_path", "")).removeprefix(prefix).replace("\\", "/").lstrip("/")
        self.images.append(path)
        self.ids.append(_image_id(info, path))
        self.rows.append(row)
        self.inner.append(inner)
        self.groups.append(group_of(info))
        self.row_of[inner] = row
        if self._annotations is None:
            self._records.add({k: info[k] for k in LABELS if info.get(k) is not None})

    @property
    def lists_negatives(self) -> bool:
        """Whether any record has ``gt_label_neg``."""
        return self._records.lists_negatives

    @property
    def has_scores(self) -> bool:
        """Whether any record has ``gt_score``."""
        return self._records.has_scores

    def labels(self, lists_negatives: bool) -> LabelMatrix:
        """The labels of the images."""
        if self._annotations is not None:
            return self._annotations.labels.take(np.array(self.inner))
        return self._records.labels(lists_negatives)


class RecordLabels:
    """The labels of records: ``gt_score``, or the lists ``gt_label`` and ``gt_label_neg``.

    Args:
        num_classes: C.
        name: Gives the name of an image for error messages.
    """

    def __init__(self, num_classes: int, name: Callable[[int], str]):
        self.num_classes, self._name = num_classes, name
        self.lists_negatives = self.has_scores = False
        self._count = 0
        self._block: list[dict] = []
        self._scores: list[LabelMatrix] = []
        self._lists: list[tuple[Flat, Flat]] = []  # the positives and negatives of a block
        self._listed: int | None = None  # the first image without gt_score

    def add(self, record: dict) -> None:
        """Add the labels of an image."""
        self.has_scores |= "gt_score" in record
        self.lists_negatives |= "gt_label_neg" in record
        self._block.append(record)
        self._count += 1
        if len(self._block) == _BLOCK:
            self._pack()

    def labels(self, lists_negatives: bool) -> LabelMatrix:
        """All labels; classes in no list are unknown if any dataset lists negatives."""
        if self._block:
            self._pack()
        if self.has_scores:
            if self._listed is not None:
                self._score({}, self._listed)
            return stack(self._scores)
        positive, negative = (
            tuple(map(np.concatenate, zip(*blocks, strict=True)))
            for blocks in zip(*self._lists, strict=True)
        )
        default = UNKNOWN if lists_negatives else NEGATIVE
        return from_flat(positive, negative, (self._count, self.num_classes), default, self._name)

    def _pack(self) -> None:
        """Turn the records of a block into arrays."""
        first = self._count - len(self._block)
        numbered = list(enumerate(self._block, first))
        if any("gt_score" in record for record in self._block):
            scores = np.stack([self._score(record, number) for number, record in numbered])
            matrix = LabelMatrix.from_dense(scores, lambda number: self._name(first + number))
            self._scores.append(matrix)
        else:
            positive = flatten([self._positive(record, number) for number, record in numbered])
            negative = flatten([record.get("gt_label_neg", ()) for record in self._block])
            for image, _ in (positive, negative):
                image += first
            self._lists.append((positive, negative))
            self._listed = first if self._listed is None else self._listed
        self._block = []

    def _positive(self, record: dict, number: int) -> Sequence[int]:
        classes = record.get("gt_label")
        if classes is None:
            raise ValueError(
                f"{self._name(number)} has neither gt_label nor gt_score: list its positive "
                "classes in gt_label ([] if there are none)."
            )
        return [classes] if isinstance(classes, int) else classes

    def _score(self, record: dict, number: int) -> np.ndarray:
        score = record.get("gt_score")
        if score is None or len(score) != self.num_classes:
            found = "no" if score is None else len(score)
            raise ValueError(
                f"{self._name(number)} has {found} values in gt_score, but the dataset has "
                f"{self.num_classes} classes: give one value for each class, and give gt_score to "
                "all images if any has it."
            )
        return np.asarray(score)


def _image_id(info: dict, path: str) -> str:
    """``img_id`` if there is one, else the path below the image folder, else the pixels' hash."""
    if "img_id" in info:
        return str(info["img_id"])
    if path:
        return path
    return hashlib.blake2b(np.ascontiguousarray(info["img"]), digest_size=16).hexdigest()
