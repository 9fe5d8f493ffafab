"""The part of an image by its folder, as in YOLO's ``images/train/1.jpg``."""

from collections.abc import Sequence

import numpy as np

from ...utils.log import note
from .image_columns import PARTS


def parts_in_folders(images: Sequence[str]) -> np.ndarray | None:
    """The part of each image, if the folder of every image says it; else None. The log says so.

    Args:
        images: The paths of the images.

    >>> parts_in_folders(['train/images/1.jpg', 'valid/images/2.jpg']).tolist()
    ['train', 'val']
    """
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
