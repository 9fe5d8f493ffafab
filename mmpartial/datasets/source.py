"""Reading the labels and ids of any multi-label dataset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..labels import UNKNOWN
from ..labels.annotations import Annotations
from ..labels.groups import Groups
from ..labels.parts import stack
from ..utils.names import repeated
from ..utils.nested import leaf, walk
from ..utils.packed_texts import PackedTexts
from .records import RecordPart
from .shared_file import read_twice, shared_file


@dataclass
class Source:
    """The annotations of a dataset, each image once.

    Attributes:
        name: The dataset's name in messages.
        annotations: The images, classes and labels.
        image: The row of each sample's image in ``annotations``; repeated samples share one.
        states_unknowns: Whether the dataset says which labels are unknown, perhaps none.
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
        ValueError: There are no class names or images, the labels of an image are wrong, or two
            images have one id.
    """
    name = name or type(dataset).__name__
    classes = dataset.metainfo.get("classes")
    if not classes:
        raise ValueError(f"{name} has no class names: give it metainfo=dict(classes=[...]).")
    read = annotations_of(dataset)
    innermost = [inner for inner in walk(dataset) if len(walk(inner)) == 1]
    stated = all(getattr(inner, "states_unknowns", False) for inner in innermost)
    if read is not None:
        stated = stated or bool(read.labels.count(UNKNOWN).any())
        return Source(name, read, range(len(read)), stated)
    if not len(dataset):
        raise ValueError(f"{name} has no image: set its ann_file or data_root to another place.")
    parts: dict[int, RecordPart] = {}
    count = 0
    image: np.ndarray = np.empty(len(dataset), dtype=np.int64)
    for idx in range(len(dataset)):
        inside, inner = leaf(dataset, idx)
        part = parts.get(id(inside))
        if part is None:
            part = parts[id(inside)] = RecordPart(inside, annotations_of(inside), len(classes))
        if part.row_of[inner] < 0:
            part.add(inner, count)
            count += 1
        image[idx] = part.row_of[inner]
    annotations, states_unknowns = _joined(list(parts.values()), classes)
    _check_distinct(annotations, shared_file(innermost))
    return Source(name, annotations, image, stated or states_unknowns)


def _joined(parts: list[RecordPart], classes: Sequence[str]) -> tuple[Annotations, bool]:
    """The annotations of all parts, and whether they say which labels are unknown."""
    order = np.argsort(np.concatenate([part.rows for part in parts]))
    ids, images = (_in_order([getattr(p, k) for p in parts], order) for k in ("ids", "images"))
    lists_negatives = any(part.lists_negatives for part in parts)
    labels = [part.labels(lists_negatives) for part in parts]
    states_unknowns = (
        lists_negatives
        or any(part.has_scores for part in parts)
        or any(bool(matrix.count(UNKNOWN).any()) for matrix in labels)
    )
    matrix = labels[0] if len(parts) == 1 else stack(labels).take(order)
    groups = _groups([name for part in parts for name in part.groups], order)
    annotations = Annotations(images, classes, matrix, None if ids == images else ids, groups)
    return annotations, states_unknowns


def _groups(names: list[str], order: np.ndarray) -> Groups | None:
    """The groups of images by their names, or None if no image is in one."""
    return Groups.from_names(np.array(names, dtype=object)[order]) if any(names) else None


def _in_order(texts: Sequence[PackedTexts], order: np.ndarray) -> PackedTexts:
    """The texts of all parts in the order of the rows."""
    if len(texts) == 1:
        return texts[0]
    ends: np.ndarray = np.cumsum([len(part) for part in texts])
    part: np.ndarray = np.asarray(ends.searchsorted(order, side="right"))
    inner = order - ends[part]  # counted from the end
    return PackedTexts(texts[p][i] for p, i in zip(part.tolist(), inner.tolist(), strict=True))


def _check_distinct(annotations: Annotations, file: str | None) -> None:
    """Refuse two images with one name; ``file`` is an annotation file that two datasets read."""
    hashes = annotations.name_hashes
    _, first, counts = np.unique(hashes, return_index=True, return_counts=True)
    for image in np.sort(first[counts > 1]):
        alike = np.flatnonzero(hashes == hashes[image])
        twice = repeated([annotations.names[i] for i in alike.tolist()])
        if twice is not None and file is not None:
            raise read_twice(file, twice)
        if twice is not None:
            raise ValueError(
                f"the image '{twice}' is listed twice: if these are different images, give each "
                "an 'img_id' of its own in the annotation file, or move part of the folder into "
                "img_path; if they are one image, list it once with all its labels."
            )
