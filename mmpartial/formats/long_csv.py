"""A table with a row for each known label: image, class, confidence; in CSV, Parquet or Excel.

Open Images publishes its image-level labels in this form, with the columns ImageID, LabelName and
Confidence (https://storage.googleapis.com/openimages/web/download_v7.html). Confidence 1 means that
the class is present, 0 that it is absent.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa

from ..labels import POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..utils.names import all_canonical
from .common.named_labels import class_list, from_names
from .common.omissions import lost_classes, lost_groups, lost_ids, lost_images
from .common.unique_images import normal_paths
from .tables.cell_lists import ONE, check_separator
from .tables.class_cells import ClassCells
from .tables.confidences import confidences
from .tables.group_column import add_groups
from .tables.list_signs import list_sign
from .tables.long_columns import choose
from .tables.no_classes import Entries, take_nothing, with_negatives
from .tables.reader import open_table, table_writer, whole_columns
from .tables.table import Table


def read(
    path: str,
    *,
    unlisted: str,
    image: str | None = None,
    cls: Sequence[str] | str | None = None,
    confidence: str | None = None,
    separator: str | None = None,
    nothing: Sequence[str] | str | None = None,
    values: Mapping | None = None,
    classes: Sequence[str] | str | None = None,
    sheet: str | None = None,
    group: str | None = None,
) -> Annotations:
    """Read a table of known labels; equal rows count once.

    By default the columns have the names of Open Images, or the names ``image`` or ``filename``,
    ``class`` or ``label``, ``confidence`` or ``value``, in any letter case. In a table of at most
    three columns, the columns of images and classes may have other names, in this order. The log
    says which columns are not read.

    Args:
        path: A file that ends in ``.parquet`` or ``.pq`` (Parquet) or in ``.xlsx`` or ``.xlsm``
            (Excel), or else CSV with a header, in UTF-8. Semicolons, tabs or bars may take the
            place of the commas; numbers may then have a decimal comma.
        unlisted: The state of a class without a row for an image: ``'unknown'`` or ``'negative'``.
        image: The column of image paths; ``folder/file`` joins two columns with these names.
        cls: The column of class names; or several, such as ``['label1', 'label2']``, where a blank
            cell names none.
        confidence: The column of 1 and 0; ``''`` if there is none and every row is positive.
        separator: The text between the classes of a cell that lists several: ``'|'``, ``';'`` or
            another text, ``'comma'``, ``'space'``, or ``'json'`` for lists in brackets. An empty
            cell is an empty list. ``'none'`` if each cell is one class, whatever it looks like. If
            None, each cell is one class, and cells that look like lists are refused.
        nothing: Names in the column of classes that are no classes, but say that none is there,
            such as ``'none'`` or ``['No Finding', 'normal']``, in any letter case. All classes are
            negative in their images. If None, such names are classes, and a warning says so.
        values: The meaning of other spellings of a confidence, such as ``{'x': 1, '-': 0}``. With
            ``{'unsure': -1}`` such rows are unknown, also if ``unlisted`` is ``'negative'``.
            ``{'counts': 1}`` says that numbers above 1 count objects.
        classes: All class names, or a text file of them. If None, the names in the file, sorted.
            Give them if several files belong together, such as training and validation, because a
            file may lack some classes.
        sheet: The sheet of an Excel workbook; the first visible one if None.
        group: The column that names the group of each image, such as its site, camera, patient or
            recording. An image with a blank cell is alone.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A confidence is neither 1 nor 0, a column or class does not exist, a class is
            both positive and negative in an image, an image has both a class and a name of
            ``nothing``, a cell looks like a list of classes, or the file is damaged; the message
            says where.
    """
    check_separator(separator)
    table = open_table(path, sheet)
    columns = choose(table, image, cls, confidence, group)
    _check_values(path, columns.confidence, values)
    given = class_list(classes)
    names = [columns.image, *columns.classes, columns.confidence]
    cells = whole_columns(table, [name for name in names if name is not None])
    number = len(columns.classes)
    images, image_of = _once(*table.distinct_texts(cells.pop(0), columns.image))
    image_of = np.tile(image_of, number)
    state = np.tile(_states(table, columns.confidence, cells, values), number)
    column = ClassCells(table, columns.classes, *_below_each_other(table, columns.classes, cells))
    words = [nothing] if isinstance(nothing, str) else [*(nothing or [])]
    rows, labels = column.labels(image_of, separator, {*(given or [])}, words)
    entries = Entries(image_of[rows], labels, state[rows])
    entries, without = take_nothing(path, images, entries, words)
    found = from_names(path, images, *entries, unlisted=unlisted, classes=given)
    found = with_negatives(found, without)
    return add_groups(found, table, columns.image, group)


def write(
    annotations: Annotations,
    path: str,
    *,
    image: str = "image",
    cls: str = "class",
    confidence: str = "confidence",
    group: str | None = None,
) -> list[str]:
    """Write a row for each known label; read it with ``unlisted='unknown'``.

    Args:
        annotations: What to write.
        path: The file.
        image: The name of the column of images.
        cls: The name of the column of classes.
        confidence: The name of the column of 1 and 0.
        group: The name of a column of groups; None for no such column.

    Returns:
        A sentence for each thing that the file cannot hold.
    """
    groups = None if group is None else annotations.groups
    fields = [(image, pa.string()), (cls, pa.string()), (confidence, pa.int8())]
    schema = pa.schema(fields + ([] if groups is None else [(group, pa.string())]))
    names = pa.array(annotations.classes, pa.string())
    with table_writer(path, schema) as writer:
        for rows in annotations.labels.row_blocks():
            labels = annotations.labels[rows]
            row, column = np.nonzero(labels != UNKNOWN)
            paths = pa.array([annotations.images[i] for i in rows], pa.string())
            cells = [paths.take(pa.array(row)), names.take(pa.array(column)), labels[row, column]]
            if groups is not None:
                cells.append(pa.array([groups.name(i) for i in rows], pa.string()).take(row))
            writer.write_table(pa.table(cells, schema=schema))
    lost = [*lost_images(annotations), *lost_classes(annotations), *lost_ids(annotations)]
    lost += lost_groups(annotations) if groups is None else []
    sign = list_sign(annotations.classes)
    if sign:
        lost.append(f"that {sign[0]!r} is one class: read the table with separator={ONE!r}")
    return lost


def _below_each_other(
    table: Table, columns: Sequence[str], cells: list[pa.DictionaryArray]
) -> tuple[list[str], np.ndarray]:
    """The different texts of the columns of classes, and the number of each cell's text."""
    found = [
        table.distinct_texts(column, name, may_be_blank=True)
        for name, column in zip(columns, cells, strict=True)
    ]
    starts = np.cumsum([0, *(len(texts) for texts, _ in found)])
    numbers = [number + start for (_, number), start in zip(found, starts, strict=False)]
    return [*chain(*(texts for texts, _ in found))], np.concatenate(numbers)


def _check_values(path: str, confidence: str | None, values: Mapping | None) -> None:
    """Refuse spellings of confidences if no column has any."""
    if values is not None and confidence is None:
        raise ValueError(
            f"{path} is read without a column of confidences, so values={values!r} has no effect: "
            "set confidence to the column with these spellings, or leave values out."
        )


def _states(
    table: Table, confidence: str | None, cells: list[pa.DictionaryArray], values: Mapping | None
) -> np.ndarray:
    """The state of each row's class; the column that says so is taken from ``cells``.

    Without this column, each row is positive.
    """
    if confidence is None:
        return np.full(len(cells[0]), POSITIVE, dtype=np.int8)
    return confidences(table, confidence, cells.pop(), values)


def _once(texts: Sequence[str], number: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The different images, each in its first spelling, and the number of each row's image."""
    index: dict[str, int] = {}
    code = [index.setdefault(path, i) for i, path in enumerate(all_canonical(normal_paths(texts)))]
    of_row = np.array(code, dtype=np.int32)[number]
    first: np.ndarray = np.full(len(texts), len(of_row), dtype=np.int32)
    first[of_row[::-1]] = np.arange(len(of_row), dtype=np.int32)[::-1]  # the last one stays
    order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(of_row))]
    place: np.ndarray = np.empty(len(texts), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return [texts[i] for i in order.tolist()], place[of_row]
