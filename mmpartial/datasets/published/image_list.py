"""A text file with the images to take from a dataset."""

from typing import Any

import numpy as np

from ...labels.annotations import Annotations
from ...utils.names import canonical, visible
from ...utils.text_files import read_lines


def take_listed(dataset: Any, everything: Annotations, where: str) -> Annotations:
    """The images in the ``image_list`` of a dataset; all images if it is None.

    Args:
        dataset: The dataset.
        everything: All images.
        where: The name in messages of the file that has the images.
    """
    if dataset.image_list is None:
        return everything
    path = dataset.below_root(dataset.image_list)
    return everything.take(listed_rows(everything, path, where))


def listed_rows(everything: Annotations, path: str, where: str) -> np.ndarray:
    """The rows of the images that a file lists by id or path, one on each line.

    Empty lines, the Unicode form of names, and whether paths have slashes or backslashes make no
    difference.

    Args:
        everything: All images.
        path: The file.
        where: The name in messages of the file that has the images.

    Returns:
        The rows, ascending, so that a subset keeps the order of the whole.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is not UTF-8 text, or lists an image twice or one that ``where`` lacks.
    """
    rows = {image: row for row, image in enumerate(everything.images)}
    rows |= {name: row for row, name in enumerate(everything.names)}
    forms = {canonical(name): row for name, row in rows.items()}
    chosen: set[int] = set()
    for name in read_lines(
        path, "put the list of images there, or set image_list to where it is, below data_root."
    ):
        name = name.replace("\\", "/")
        row = rows.get(name, forms.get(canonical(name)))
        if row is None:
            raise ValueError(
                f"{path} lists {visible(name)}, which is not the file name or id of an image of "
                f"{where}: take the list for this file."
            )
        if row in chosen:
            raise ValueError(f"{path} lists the image {visible(name)} twice: remove one of them.")
        chosen.add(row)
    return np.array(sorted(chosen), dtype=np.int64)
