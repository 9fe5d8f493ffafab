"""A table with a row for each image and a column for each class, in CSV or Parquet.

A cell is 1 if the class is present and 0 if it is absent. A blank cell, -1 or NaN is unknown. So an
absent class must have a 0.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from ..labels import NEGATIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.log import note, warn
from ..utils.names import unknown_class
from .common.checks import check_names
from .common.named_labels import class_list
from .common.omissions import lost_ids
from .common.output_paths import replacing
from .common.unique_images import annotate
from .tables.columns import (
    canonical_column,
    check_columns,
    note_repeated,
    note_unread,
    some,
    without_index,
)
from .tables.label_cells import LabelCells
from .tables.list_signs import list_sign
from .tables.reader import batches, column_names, line, table_writer, texts

_DECIMAL = re.compile(r"-?[01],0+")  # a number, and no list of two


def read(
    path: str,
    *,
    image: str | None = None,
    classes: Sequence[str] | str | None = None,
    values: Mapping | None = None,
) -> Annotations:
    """Read a table of images and classes.

    Args:
        path: A file that ends in ``.parquet`` or ``.pq``, or else CSV with a header, in UTF-8.
            Semicolons, tabs or bars may take the place of the commas.
        image: The column of image paths; ``image`` or else the first if None.
        classes: The columns of classes, or a text file of them. If None, all other columns except
            pandas' index. The log says which columns are not read.
        values: The meaning of other spellings than 1, 0, TRUE, FALSE, and words for unknown (blank,
            -1, NaN, NA, N/A, null, None, ?), such as ``{'yes': 1, 'no': 0, '-': -1}``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A cell has another value, a column does not exist, an image is listed twice with
            different labels, or the file is damaged; the message says where.
    """
    image, chosen, only = _choose(path, image, class_list(classes))
    cells = LabelCells(path, values, lambda name, there: _advice(image, name, there, only))
    images: list[str] = []
    parts = [LabelMatrix.from_dense(np.empty((0, len(chosen)), dtype=np.int8))]
    for paths, *columns in batches(path, [image, *chosen]):
        row = len(images)
        images += texts(paths, path, image, row)
        labels = [
            cells.states(column, name, row) for column, name in zip(columns, chosen, strict=True)
        ]
        parts.append(LabelMatrix.from_dense(np.stack(labels, axis=1)))
    cells.log()
    matrix = stack(parts)
    if cells.minus_ones and not matrix.count(NEGATIVE).any():
        warn(
            f"{path} has cells of -1, which are read as unknown, but none of 0: if -1 says that a "
            "class is not there, set values={-1: 0}"
        )
    if classes is None:
        _note_empty(path, chosen, matrix)
        note_repeated(path, chosen)
    return annotate(path, images, chosen, matrix, place=lambda row: line(path, row))


def write(annotations: Annotations, path: str) -> list[str]:
    """Write a table with blank cells for unknown labels.

    Returns:
        A sentence for each thing that the file cannot hold.

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


def _choose(
    path: str, image: str | None, classes: Sequence[str] | None
) -> tuple[str, list[str], bool]:
    """The column of images, the columns of classes, and whether the table has only two columns."""
    names = column_names(path)
    if image is None:
        image = "image" if "image" in names else names[0]
    image = canonical_column(image)
    check_columns(path, [image], names)
    others = names[1:] if image == names[0] else without_index(names)
    others = [name for name in others if name != image]
    if not others:
        raise ValueError(
            f"{path} has only the column {image!r}: write one for each class, with commas between."
        )
    chosen = [canonical_column(name) for name in classes or others]
    if classes is None and "" in chosen:
        raise ValueError(
            f"{path} has a column without a name, such as after the last separator of a line: "
            "remove it, name it if it is a class, or set classes to those that are."
        )
    check_names(path, "column", chosen)
    there = set(others)
    for name in chosen:
        if name not in there:
            raise ValueError(f"{path}: {unknown_class(name, others)}")
    note_unread(path, names, [image, *chosen])
    return image, chosen, len(others) == 1


def _advice(image: str, name: str, cells: Sequence[str], only: bool) -> str:
    """Advice for a column that holds something other than labels."""
    advice = "if it is the wrong column, set image or classes"
    sign = list_sign([cell for cell in cells if not _DECIMAL.fullmatch(cell)])
    if sign or only:
        between = f" and separator={sign[1]!r}" if sign else ""
        advice += f"; if it names classes, use long_csv with image={image!r}, cls={name!r}{between}"
    return advice


def _note_empty(path: str, classes: Sequence[str], labels: LabelMatrix) -> None:
    """Log the columns without a known label; they may be no classes."""
    empty = np.flatnonzero(labels.count(UNKNOWN) == len(labels)).tolist()
    if empty:
        note(
            f"{path}: no label is known in the columns {some([classes[i] for i in empty])}; if "
            "they are not classes, set classes to those that are"
        )
