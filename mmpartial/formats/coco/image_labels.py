"""Lists of categories that an image in COCO's format has: those in it, and those that are absent.

LVIS has ``not_exhaustive_category_ids`` (in the image, but not all objects are annotated) and
``neg_category_ids`` (https://arxiv.org/abs/1908.03195). Files for Detic have ``pos_category_ids``
(https://arxiv.org/abs/2201.02605).
"""

from array import array
from collections.abc import Sequence

import numpy as np

from .ids import Id, References, as_id

PRESENT = ("pos_category_ids", "not_exhaustive_category_ids")
ABSENT = "neg_category_ids"


class ListedCategories:
    """The categories in a list of each image.

    Args:
        key: The key of the list.
    """

    def __init__(self, key: str):
        self.key = key
        self.image = array("q")
        self.category = References(key)

    def add(self, image: dict, number: int) -> None:
        """Add the list of an image, if it has one, by the number of the image."""
        ids = image.get(self.key)
        if ids is None:
            return
        where = f"the {self.key} of image {image['id']}"
        if not isinstance(ids, list):
            raise ValueError(f"{where} are {ids!r}: give a list of category ids.")
        for value in ids:
            self.category.append(as_id(f"{where} have the id", value))
            self.image.append(number)

    def find(
        self, path: str, image_ids: Sequence[Id], category_ids: Sequence[Id]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The number of the image and of the category of each entry, both ``(M,)`` int64."""
        image = np.array(self.image, dtype=np.int64)
        category = self.category.find(path, category_ids)
        stray = np.flatnonzero(category < 0)
        if stray.size:
            first = int(stray[0])
            raise ValueError(
                f"the {self.key} of image {image_ids[image[first]]} have {self.category[first]}, "
                "which the file's categories do not list: add the category, or remove the id."
            )
        return image, category
