"""The part of an image by its folder, as in YOLO's ``images/train/1.jpg``."""

from collections.abc import Sequence

import numpy as np

from ...utils.log import note
from .image_columns import PARTS

FORMATS = ("yolo",)  # with folders that divide the images


def parts_in_folders(format: str, images: Sequence[str]) -> np.ndarray | None:
    """The part of each image, if the folder of every image says it; else None. The log says so.

    Args:
        format: The format of the labels.
        images: The paths of the images.

    >>> parts_in_folders('yolo', ['train/images/1.jpg', 'valid/images/2.jpg']).tolist()
    ['train', 'val']
    """
    if format not in FORMATS:
        return None
    found = [
        {PARTS[folder] for folder in image.lower().split("/")[:-1] if folder in PARTS}
        for image in images
    ]
    if any(len(parts) != 1 for parts in found):
        return None
    parts = np.array([part for (part,) in found], dtype=object)
    if not {"train"} < {*parts.tolist()}:
        return None
    note("folders such as train and val already divide the images, and decide their parts")
    return parts
