"""A table with a row for each known label: image, class, confidence; in CSV or Parquet.

Open Images publishes its image-level labels so, with the columns ImageID, LabelName and
Confidence (https://storage.googleapis.com/openimages/web/download_v7.html). Confidence 1 says that
the class is there, 0 that it is not.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from ..datasets.annotations import Annotations
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from .common import from_names, replacing
from .lost import lost_classes, lost_ids, lost_images
from .tables import (
    batches,
    check_columns,
    column_names,
    no_header,
    place,
    states,
    table_writer,
    without_index,
)

_NAMES = dict(
    image=("ImageID", "image"),
    cls=("LabelName", "class", "label"),
    confidence=("Confidence", "confidence", "value"),
)
_VALUES = ("0", "1", "0.0", "1.0")


def read(
    path: str,
    *,
    unlisted: str,
    image: str | None = None,
    cls: str | None = None,
    confidence: str | None = None,
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read a table of known labels; equal rows count once.

    A column that is not given is the one with Open Images' name or the name ``image``, ``class``
    or ``label``, ``confidence`` or ``value``. In a table of no more than three columns, those of
    other names are taken in this order.

    Args:
        path: A file that ends in ``.parquet`` or ``.pq``, or else CSV with a header, in UTF-8.
        unlisted: What a class is that has no row for an image: ``'unknown'`` or ``'negative'``.
        image: The column of image paths.
        cls: The column of class names.
        confidence: The column of 1 and 0. In a table of two columns every row is positive.
        classes: All class names, or a text file of them; those that occur, sorted, if None. Give
            them where several files belong together, such as of training and validation, because
            each may lack classes.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A confidence is neither 1 nor 0, a column or class is not there, a class is
            both positive and negative in an image, or the file is damaged; the message says where.
    """
    columns = _columns(path, dict(image=image, cls=cls, confidence=confidence))
    blocks = list(batches(path, columns))
    if not blocks:
        raise ValueError(f"there is no row in {path}.")
    whole = [pa.chunked_array(chunks).unify_dictionaries() for chunks in zip(*blocks, strict=True)]
    images, image_of = _texts(whole[0], path, columns[0])
    names, class_of = _texts(whole[1], path, columns[1])
    positive = np.asarray(True)
    if len(columns) == 3:
        label = states(whole[2].combine_chunks(), path, columns[2], 0, "confidence")
        _check_known(label, path, columns[2])
        positive = label == POSITIVE
    names_of = np.array(names, dtype=object)[class_of]
    return from_names(
        path, images, image_of, names_of, positive, unlisted=unlisted, classes=classes
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write a row for each known label; read it with ``unlisted='unknown'``.

    Returns:
        What the format cannot say of these annotations.
    """
    schema = pa.schema([("image", pa.string()), ("class", pa.string()), ("confidence", pa.int8())])
    names = pa.array(annotations.classes, pa.string())
    with replacing(path) as temporary, table_writer(temporary, schema) as writer:
        for rows in annotations.labels.row_blocks():
            labels = annotations.labels[rows]
            row, cls = np.nonzero(labels != UNKNOWN)
            paths = pa.array([annotations.images[i] for i in rows], pa.string())
            cells = [paths.take(pa.array(row)), names.take(pa.array(cls)), labels[row, cls]]
            writer.write_table(pa.table(cells, schema=schema))
    return [*lost_images(annotations), *lost_classes(annotations), *lost_ids(annotations)]


def _columns(path: str, given: dict[str, str | None]) -> list[str]:
    """The columns of images, classes and, if there is one, confidences."""
    names = column_names(path)
    check_columns(path, [name for name in given.values() if name is not None], names)
    names = without_index(names)
    chosen = {
        option: next((known for known in _NAMES[option] if known in names), None)
        if name is None
        else name
        for option, name in given.items()
    }
    there = ", ".join(map(repr, names[:10]))
    if None in chosen.values() and len(names) > 3:
        raise ValueError(
            f"{path} has {len(names)} columns, {there}: say which is which with "
            f"{', '.join(f'{option}=...' for option in given)}."
        )
    others = iter([name for name in names if name not in chosen.values()])
    for option, name in chosen.items():
        chosen[option] = next(others, None) if name is None else name
    if chosen["confidence"] in _VALUES and given["confidence"] is None:
        raise no_header(path, str(chosen["confidence"]))
    columns = [name for name in chosen.values() if name is not None]
    if None in (chosen["image"], chosen["cls"]) or len(set(columns)) < len(columns):
        raise ValueError(
            f"{path} has the columns {there}: it takes one for images and another for classes, "
            "with commas between."
        )
    return columns


def _texts(column: pa.ChunkedArray, path: str, name: str) -> tuple[list[str], np.ndarray]:
    """The different texts of a column and the number of each cell's."""
    cells = column.combine_chunks()
    texts = cells.dictionary.cast(pa.string()).to_pylist()
    number = cells.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    blank = np.array([not text for text in texts] + [True])[number]
    if blank.any():
        raise ValueError(f"{place(path, int(np.argmax(blank)))}, column {name!r} is blank.")
    return texts, number


def _check_known(label: np.ndarray, path: str, name: str) -> None:
    unknown = np.flatnonzero(label == UNKNOWN)
    if len(unknown):
        raise ValueError(
            f"{place(path, int(unknown[0]))}, column {name!r} is blank, -1 or NaN: write "
            f"{POSITIVE} or {NEGATIVE}, or leave the row out."
        )
