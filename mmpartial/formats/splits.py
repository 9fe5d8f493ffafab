"""JSON with the class names and, for each split, images with lists of class indices.

``{"classes": ["cat", "dog"], "splits": {"train": [{"img": "1.jpg", "labels": [0]}]}}``
"""

from ..datasets.annotations import Annotations
from ..label_matrix import LabelMatrix
from .common import annotate, read_json, unlisted_state


def read(path: str, *, split: str, unlisted: str) -> Annotations:
    """Read one split.

    Args:
        path: The JSON file.
        split: Its name.
        unlisted: What a class is that an image does not list: ``'unknown'`` or ``'negative'``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no such JSON, is cut off, has no such split, has a class index out of
            range, or an image twice with different labels; the message says where.
    """
    state = unlisted_state(unlisted)
    content = read_json(path)
    missing = [
        key for key in ("classes", "splits") if not isinstance(content, dict) or key not in content
    ]
    if missing:
        raise ValueError(f"{path} has no {' and no '.join(missing)}.")
    if split not in content["splits"]:
        raise ValueError(
            f"{path} has no split {split!r}: choose one of {', '.join(content['splits'])}."
        )
    items, classes = content["splits"][split], content["classes"]
    for number, item in enumerate(items):
        if "img" not in item or not isinstance(item.get("labels"), list):
            raise ValueError(f"{path}: {split}[{number}] has no img or no list of labels.")
    images = [item["img"] for item in items]
    positive = [item["labels"] for item in items]
    labels = LabelMatrix.from_lists(
        positive,
        [()] * len(items),
        len(classes),
        state,
        lambda number: f"{path}, {split}: image {images[number]!r}",
    )
    return annotate(f"{path}, {split}", images, classes, labels)
