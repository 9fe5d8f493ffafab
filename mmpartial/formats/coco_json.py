"""JSON with the objects in each image, in COCO's format (https://cocodataset.org/#format-data)."""

import numpy as np

from ..labels import NEGATIVE
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..labels.parts import forget
from ..utils.log import note
from .coco.reader import read_coco_json
from .common.named_labels import unlisted_state
from .common.unique_images import annotate


def read(
    path: str, *, unlisted: str, file_key: str = "file_name", min_score: float | None = None
) -> Annotations:
    """Read objects: a class is positive in an image with at least one of its objects.

    The classes are the categories of the file, in the order of their ids. Images without an object
    count as well. Their paths name them, because many tools number images anew in each export.
    Crowds, objects marked ignore and labels of whole images count as objects. If images have LVIS's
    ``neg_category_ids``, these classes are negative; those in ``not_exhaustive_category_ids`` and
    ``pos_category_ids`` are positive. If the first category is ``empty``, as in files of camera
    traps, nobody has looked at an image without any object. The path of an image of LVIS v1, which
    has no ``file_name``, is the end of its ``coco_url``, such as ``train2017/000000391895.jpg``.

    Args:
        path: The JSON file.
        unlisted: The state of a class without an object in an image: ``'unknown'`` or
            ``'negative'``.
        file_key: The key of an image's path, such as ``'coco_url'``.
        min_score: Read predictions with at least this ``score``. If None, predictions are refused,
            because they are not labels.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off, of another format, or contradicts itself.
    """
    state = unlisted_state(unlisted)
    found = read_coco_json(path, file_key=file_key, min_score=min_score)
    labels = found.labels(state)
    if state == NEGATIVE and found.classes and found.classes[0].lower() == "empty":
        labels = _of_camera_traps(path, labels, found.image)

    def place(row: int) -> str:
        return f"id {str(found.image_ids[row])!r}"

    return annotate(path, found.files, found.classes, labels, place=place)


def _of_camera_traps(path: str, labels: LabelMatrix, image: np.ndarray) -> LabelMatrix:
    """The labels, unknown in images without an object; empty ones have the class ``empty``."""
    without = np.setdiff1d(np.arange(len(labels)), image)
    if len(without):
        note(
            f"{path} has the class 'empty', but {len(without)} images have no class at all: all "
            "their labels are unknown"
        )
    return forget(labels, without)
