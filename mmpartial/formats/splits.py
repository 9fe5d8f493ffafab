"""JSON with the class names and, for each split, the images with lists of class indices.

``{"classes": ["cat", "dog"], "splits": {"train": [{"img": "1.jpg", "labels": [0]}]}}``
"""

from ..labels.annotations import Annotations
from ..labels.class_lists import from_lists
from ..utils.json_objects import load_json
from .common.checks import check_names
from .common.json_content import check_indices, check_records
from .common.named_labels import unlisted_state
from .common.unique_images import annotate


def read(path: str, *, split: str, unlisted: str) -> Annotations:
    """Read one split.

    Args:
        path: The JSON file.
        split: The name of the split.
        unlisted: The state of a class that an image does not list: ``'unknown'`` or
            ``'negative'``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off or of another format, has no such split, a class index out
            of range, or an image twice with different labels; the message says where.
    """
    state = unlisted_state(unlisted)
    content = load_json(path)
    missing = [
        key for key in ("classes", "splits") if not isinstance(content, dict) or key not in content
    ]
    if missing:
        raise ValueError(f"{path} has no {' and no '.join(missing)}.")
    if not isinstance(content["splits"], dict):
        raise ValueError(f"{path} has splits that are not an object of names and lists of images.")
    if split not in content["splits"]:
        raise ValueError(
            f"{path} has no split {split!r}: choose one of {', '.join(content['splits'])}."
        )
    items, classes = content["splits"][split], content["classes"]
    check_names(path, "class", classes)
    check_records(f"{path}: {split}", items, "img")
    images = [item["img"] for item in items]

    def name(number: int) -> str:
        """The image of a number, for messages."""
        return f"{path}, {split}: image {images[number]!r}"

    positive = [item.get("labels") for item in items]
    check_indices(positive, "labels", name)
    labels = from_lists(positive, [()] * len(items), len(classes), state, name)
    return annotate(f"{path}, {split}", images, classes, labels)
