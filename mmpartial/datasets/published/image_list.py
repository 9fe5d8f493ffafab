"""A text file with the images to take from a dataset."""

from collections.abc import Mapping

import numpy as np

from ...labels.annotations import Annotations
from ...utils.names import canonical, visible
from ...utils.text_files import read_lines


def take_listed(everything: Annotations, path: str, where: str) -> Annotations:
    """Take the images that a file lists by id or path, in the order of ``everything``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The list is wrong, see :func:`read_image_list`.
    """
    rows = {image: row for row, image in enumerate(everything.images)}
    rows |= {name: row for row, name in enumerate(everything.names)}
    return everything.take(read_image_list(path, rows, where))


def read_image_list(path: str, rows: Mapping[str, int], where: str) -> np.ndarray:
    """The rows of the images that a file lists, one on each line.

    Empty lines, the Unicode form of names, and whether paths have slashes or backslashes make no
    difference.

    Args:
        path: The file.
        rows: The row of each image by its name; an image may have several names.
        where: The name in messages of the file that has the images.

    Returns:
        The rows, ascending, so that a subset keeps the order of the whole.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The list is no UTF-8 text, has an image twice, or has an image that ``where``
            lacks.
    """
    chosen: set[int] = set()
    forms = {canonical(name): row for name, row in rows.items()}
    for name in read_lines(
        path, "put the list of images there, or set image_list to where it is, below data_root."
    ):
        name = name.replace("\\", "/")
        row = rows.get(name, forms.get(canonical(name)))
        if row is None:
            raise ValueError(
                f"{path} lists {visible(name)}, which is no file name or id of an image of "
                f"{where}: take the list for this file."
            )
        if row in chosen:
            raise ValueError(f"{path} lists the image {visible(name)} twice: remove one of them.")
        chosen.add(row)
    return np.array(sorted(chosen), dtype=np.int64)
