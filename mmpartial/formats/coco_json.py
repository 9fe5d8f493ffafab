"""JSON with the objects in each image, in COCO's format (https://cocodataset.org/#format-data)."""

import numpy as np

from ..datasets.annotations import Annotations
from ..datasets.coco_json import read_coco_json
from ..label_matrix import LabelMatrix
from .common import annotate, unlisted_state


def read(path: str, *, unlisted: str) -> Annotations:
    """Read objects: a class is positive in an image if any of its objects is annotated there.

    The classes are the file's categories, by their ids. Images without an object stay; their ids
    name the images.

    Args:
        path: The JSON file.
        unlisted: What a class is that has no object in an image: ``'unknown'`` or ``'negative'``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is no such JSON, is cut off, or contradicts itself.
    """
    state = unlisted_state(unlisted)
    found = read_coco_json(path)
    images = found.images["file_name"]
    shape = (len(images), len(found.classes))
    labels = LabelMatrix.from_entries(found.image, found.category, np.asarray(True), shape, state)
    ids = [str(number) for number in found.image_ids]
    return annotate(path, images, found.classes, labels, ids)
