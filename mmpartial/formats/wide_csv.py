"""A table with a row for each image and a column for each class, in CSV or Parquet.

A cell is 1 if the class is there and 0 if it is not; blank, -1 or NaN if nobody knows. So a class
that an image does not have is a 0 and never a blank cell.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ..datasets.annotations import Annotations
from ..label_matrix import LabelMatrix, stack
from ..labels import UNKNOWN
from ..names import unknown_class
from .common import annotate, check_names, class_list, replacing
from .lost import lost_ids
from .tables import (
    batches,
    check_columns,
    column_names,
    states,
    table_writer,
    texts,
    without_index,
)


def read(
    path: str, *, image: str | None = None, classes: Sequence[str] | str | None = None
) -> Annotations:
    """Read a table of images and classes.

    Args:
        path: A file that ends in ``.parquet`` or ``.pq``, or else CSV with a header, in UTF-8.
        image: The column of image paths; ``image`` or else the first if None.
        classes: The columns that are classes, or a text file of them; all others if None, but
            for an index that pandas has put first.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A cell has another value, a column is not there, an image is there twice with
            different labels, or the file is damaged; the message says where.
    """
    names = column_names(path)
    if image is None:
        image = "image" if "image" in names else names[0]
    check_columns(path, [image], names)
    others = names[1:] if image == names[0] else without_index(names)
    others = [name for name in others if name != image]
    if not others:
        raise ValueError(
            f"{path} has only the column {image!r}: write one for each class, with commas between."
        )
    chosen = class_list(classes) or others
    check_names(path, "column", chosen)
    there = set(others)
    for name in chosen:
        if name not in there:
            raise ValueError(f"{path}: {unknown_class(name, others)}")
    images: list[str] = []
    parts = [LabelMatrix.from_dense(np.empty((0, len(chosen)), dtype=np.int8))]
    for paths, *cells in batches(path, [image, *chosen]):
        row = len(images)
        images += texts(paths, path, image, row)
        labels = [
            states(column, path, name, row, "image or classes")
            for column, name in zip(cells, chosen, strict=True)
        ]
        parts.append(LabelMatrix.from_dense(np.stack(labels, axis=1)))
    return annotate(path, images, chosen, stack(parts))


def write(annotations: Annotations, path: str) -> list[str]:
    """Write a table, unknown labels as blank cells.

    Returns:
        What the format cannot say of these annotations.

    Raises:
        ValueError: A class has the name of the column of images.
    """
    if "image" in annotations.classes:
        raise ValueError("a class is named 'image', as the column of images: rename it.")
    fields = [("image", pa.string()), *((name, pa.int8()) for name in annotations.classes)]
    schema = pa.schema(fields)
    with replacing(path) as temporary, table_writer(temporary, schema) as writer:
        for rows in annotations.labels.row_blocks():
            labels = annotations.labels[rows]
            cells = [pa.array(column, mask=column == UNKNOWN) for column in labels.T]
            paths = pa.array([annotations.images[i] for i in rows], pa.string())
            writer.write_table(pa.table([paths, *cells], schema))
    return lost_ids(annotations)
