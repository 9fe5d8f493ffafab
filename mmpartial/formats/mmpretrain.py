"""MMPretrain's annotation file of a multi-label dataset, with one more list.

``gt_label`` lists the classes of an image and ``gt_label_neg``, which MMPretrain does not know,
those that are not there. A class in neither list is unknown if any image has the second list, and
negative otherwise, as stock datasets read it. ``gt_score`` of 1, 0 and -1 may stand instead of
both. The format is that of https://mmpretrain.readthedocs.io/en/latest/api/datasets.html
(MultiLabelDataset).
"""

import json
from typing import Any

import numpy as np

from ..datasets.annotations import Annotations
from ..label_matrix import LabelMatrix
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from .common import annotate, read_json, replacing
from .lost import class_lists


def read(path: str) -> Annotations:
    """Read MMPretrain's annotation file.

    Args:
        path: The JSON file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no such JSON, is cut off, has a class index out of range, a class both
            positive and negative, or an image twice; the message says where.
    """
    content = read_json(path)
    if not isinstance(content, dict) or "data_list" not in content:
        raise ValueError(f"{path} has no data_list: it is no annotation file of MMPretrain.")
    classes, items = content.get("metainfo", {}).get("classes"), content["data_list"]
    if not classes:
        raise ValueError(f"{path} has no class names: write them into metainfo.classes.")
    images = [item.get("img_path") for item in items]
    if None in images:
        raise ValueError(f"{path}: data_list[{images.index(None)}] has no img_path.")

    def name(number: int) -> str:
        return f"{path}: image {images[number]!r}"

    if any("gt_score" in item for item in items):
        scores = [item.get("gt_score") for item in items]
        _check_lists(scores, name, "gt_score", len(classes))
        labels = LabelMatrix.from_dense(np.array(scores, dtype=float), name)
    else:
        partial = any("gt_label_neg" in item for item in items)
        positive = [item.get("gt_label") for item in items]
        negative = [item.get("gt_label_neg", []) for item in items]
        _check_lists(positive, name, "gt_label")
        _check_lists(negative, name, "gt_label_neg")
        unlisted = UNKNOWN if partial else NEGATIVE
        labels = LabelMatrix.from_lists(positive, negative, len(classes), unlisted, name)
    ids = [str(item.get("img_id", item["img_path"])) for item in items]
    return annotate(path, images, classes, labels, None if ids == images else ids)


def write(annotations: Annotations, path: str) -> list[str]:
    """Write MMPretrain's annotation file: without ``gt_label_neg`` if all labels are known.

    Returns:
        What the format cannot say of these annotations: nothing.
    """
    labels = annotations.labels
    columns = dict(img_path=annotations.images, gt_label=class_lists(labels, POSITIVE))
    if labels.count(UNKNOWN).any():
        columns["gt_label_neg"] = class_lists(labels, NEGATIVE)
    if annotations.ids is not None:
        columns["img_id"] = annotations.ids
    head = json.dumps(dict(classes=list(annotations.classes)), ensure_ascii=False)
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(f'{{"metainfo": {head},\n "data_list": [')
        for number, values in enumerate(zip(*columns.values(), strict=True)):
            item = json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)
            file.write(f"{',' if number else ''}\n  {item}")
        file.write("\n]}\n")
    return []


def _check_lists(lists: list, name: Any, key: str, length: int | None = None) -> None:
    for number, values in enumerate(lists):
        if not isinstance(values, list) or length not in (None, len(values)):
            wanted = "a list of classes" if length is None else f"a list of {length} numbers"
            raise ValueError(f"{name(number)} has {key}={values!r}: write {wanted}.")
