"""MMPretrain's annotation file of a multi-label dataset, with one more list.

``gt_label`` lists the classes in an image; ``gt_label_neg``, which MMPretrain does not know, lists
the absent ones. A class in neither list is unknown if any image has the second list. Otherwise it
is negative, as in MMPretrain. ``gt_score``, a list of 1, 0 and -1, may replace both. ``group``, a
text or number, names the group of an image, such as its patient. The format is described at
https://mmpretrain.readthedocs.io/en/latest/api/datasets.html (MultiLabelDataset).
"""

import json
from collections.abc import Callable

import numpy as np

from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.class_lists import from_lists, to_lists
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.json_objects import is_unicode, load_json
from .common.checks import check_names
from .common.image_groups import group_name, with_groups
from .common.json_content import check_indices, check_lists, check_records
from .common.output_paths import replacing
from .common.unique_images import annotate

_ROWS = 2**12  # of gt_score that become an array together


def read(path: str) -> Annotations:
    """Read MMPretrain's annotation file.

    Args:
        path: The JSON file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off or of another format, has a class index out of range, a
            class that is positive and negative, or an image twice; the message says where.
    """
    content = load_json(path)
    if not isinstance(content, dict) or "data_list" not in content:
        raise ValueError(f"{path} has no data_list: it is not an annotation file of MMPretrain.")
    metainfo, items = content.get("metainfo"), content["data_list"]
    classes = metainfo.get("classes") if isinstance(metainfo, dict) else None
    if not classes:
        raise ValueError(f"{path} has no class names: write them into metainfo.classes.")
    check_names(path, "class", classes)
    check_records(f"{path}: data_list", items, "img_path")
    images = [item["img_path"] for item in items]

    def name(number: int) -> str:
        """The image of a number, for messages."""
        return f"{path}: image {images[number]!r}"

    if any("gt_score" in item for item in items):
        labels = _from_scores([item.get("gt_score") for item in items], len(classes), name)
    else:
        partial = any("gt_label_neg" in item for item in items)
        positive = [item.get("gt_label") for item in items]
        negative = [item.get("gt_label_neg", []) for item in items]
        check_indices(positive, "gt_label", name)
        check_indices(negative, "gt_label_neg", name)
        _check_not_states(path, positive, len(classes))
        unlisted = UNKNOWN if partial else NEGATIVE
        labels = from_lists(positive, negative, len(classes), unlisted, name)
    found = annotate(path, images, classes, labels, _ids(items, images, name))
    groups = _groups(items, name)
    if not any(groups):
        return found
    return with_groups(found, path, "group", groups, images)


def _ids(items: list[dict], images: list[str], name: Callable[[int], str]) -> list[str] | None:
    """The ids of the images, or None if these are the paths."""
    ids = [item.get("img_id", image) for item, image in zip(items, images, strict=True)]
    for number, value in enumerate(ids):
        if type(value) not in (int, str) or not is_unicode(str(value)) or value == "":
            raise ValueError(f"{name(number)} has img_id={value!r}: write a text or whole number.")
    ids = list(map(str, ids))
    return None if ids == images else ids


def _groups(items: list[dict], name: Callable[[int], str]) -> list[str]:
    """The group of each image, ``''`` if it has none."""
    groups = []
    for number, item in enumerate(items):
        group = group_name(item.get("group"))
        if group is None:
            raise ValueError(f"{name(number)} has group={item['group']!r}: write a text or number.")
        groups.append(group)
    return groups


def _check_not_states(path: str, lists: list[list[int]], num_classes: int) -> None:
    """Check that lists of class indices do not hold a 1 or 0 for each class."""
    if (
        all(len(row) == num_classes and {*row} <= {0, 1} for row in lists)
        and any(len({*row}) < len(row) for row in lists)  # no class is listed twice
    ):
        raise ValueError(
            f"{path} has as many 1 and 0 in each gt_label as there are classes: list the indices "
            "of the classes that are there, or rename gt_label to gt_score."
        )


def _from_scores(scores: list, num_classes: int, name: Callable[[int], str]) -> LabelMatrix:
    """The labels in dense lists, which become arrays in blocks."""
    wanted = f"a list of {num_classes} numbers"
    check_lists(scores, "gt_score", {int, float}, wanted, name)
    for number, row in enumerate(scores):
        if len(row) != num_classes:
            raise ValueError(f"{name(number)} has gt_score={row!r}: write {wanted}.")
    parts = [
        LabelMatrix.from_dense(
            np.array(scores[start : start + _ROWS], dtype=float),
            lambda row, start=start: name(start + row),  # type: ignore[misc]
        )
        for start in range(0, len(scores), _ROWS)
    ]
    return stack(parts)


def write(annotations: Annotations, path: str) -> list[str]:
    """Write MMPretrain's annotation file: without ``gt_label_neg`` if all labels are known.

    Returns:
        No sentence, because the file holds everything.
    """
    labels = annotations.labels
    columns = dict(img_path=annotations.images, gt_label=to_lists(labels, POSITIVE))
    if labels.count(UNKNOWN).any():
        columns["gt_label_neg"] = to_lists(labels, NEGATIVE)
    if annotations.ids is not None:
        columns["img_id"] = annotations.ids
    if annotations.groups is not None:
        columns["group"] = annotations.groups.texts().tolist()
    head = json.dumps(dict(classes=list(annotations.classes)), ensure_ascii=False)
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as file:
        file.write(f'{{"metainfo": {head},\n "data_list": [')
        for number, values in enumerate(zip(*columns.values(), strict=True)):
            item = json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False)
            file.write(f"{',' if number else ''}\n  {item}")
        file.write("\n]}\n")
    return []
