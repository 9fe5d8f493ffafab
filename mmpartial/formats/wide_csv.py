"""A table with a row for each image and a column for each class, in CSV, Parquet or Excel's format.

A cell is 1 if the class is present and 0 if it is absent. A blank cell, -1 or NaN is unknown. So an
absent class must have a 0.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa

from ..labels import NEGATIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..labels.parts import stack
from ..utils.log import note_once, warn
from .common.denials import warn_of_denials
from .common.named_labels import class_list
from .common.omissions import lost_groups, lost_ids
from .common.unique_images import annotate
from .tables.columns import note_repeated, some
from .tables.group_column import add_groups
from .tables.label_cells import LabelCells, is_decimal
from .tables.list_signs import list_sign
from .tables.reader import open_table, table_writer
from .tables.table import Table
from .tables.unread_cells import Unread, fault_of_labels, is_mark
from .tables.wide_columns import choose

_SHOWN = 30  # columns in a message


def read(
    path: str,
    *,
    image: str | None = None,
    classes: Sequence[str] | str | None = None,
    ignore_columns: Sequence[str] | str | None = None,
    values: Mapping | None = None,
    sheet: str | None = None,
    group: str | None = None,
    merge_rows: bool = False,
) -> Annotations:
    """Read a table of images and classes.

    Args:
        path: A file that ends in ``.parquet`` or ``.pq`` (Parquet) or in ``.xlsx`` or ``.xlsm``
            (Excel), or else CSV with a header, in UTF-8. Semicolons, tabs or bars may take the
            place of the commas; numbers may then have a decimal comma.
        image: The column of image paths; ``image`` or else the first if None. ``folder/file`` joins
            two columns with these names by a slash.
        classes: The columns of classes, or a text file of them. If None, all other columns except
            pandas' index and blank columns without a name. The log says which columns are not read.
            Give them if several files belong together and a class has no label in one of them.
        ignore_columns: Columns that are not classes, by name or by pattern, such as
            ``['site', 'note*']``.
        values: The meaning of spellings other than 1, 0, yes, no, true, false, and words for
            unknown (blank, -1, NaN, NA, N/A, null, None, ?), such as ``{'x': 1, '-': 0}``. A blank
            cell is ``''``: with ``{'': 0}`` it is negative. ``{'counts': 1}`` says that numbers
            above 1 count objects. Letter case makes no difference, here as in the usual words.
        sheet: The sheet of an Excel workbook; the first visible one if None.
        group: The column that names the group of each image, such as its site, camera, patient or
            recording. An image with a blank cell is alone.
        merge_rows: An image may have several rows, and has the known labels of all of them. They
            must not contradict each other. By default the rows of an image have to be equal.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: A cell has another value, a column does not exist or has no label at all, an
            image is listed twice with different labels, or the file is damaged; the message says
            where.
    """
    table = open_table(path, sheet)
    columns = choose(table, image, class_list(classes), ignore_columns, group)
    cells = LabelCells(table, values)
    images: list[str] = []
    parts = [LabelMatrix.from_dense(np.empty((0, len(columns.classes)), dtype=np.int8))]
    for paths, *labels in table.batches([columns.image, *columns.classes]):
        row = len(images)
        images += table.texts(paths, columns.image, row)
        states = [
            cells.states(column, name, row)
            for column, name in zip(labels, columns.classes, strict=True)
        ]
        parts.append(LabelMatrix.from_dense(np.stack(states, axis=1)))
    cells.log()
    matrix = stack(parts)
    if cells.unread:
        only = len(columns.classes) == 1 and not cells.labelled
        advice = _advice(columns.image, cells.unread, only)
        remedy = "set ignore_columns={}" if classes is None else "take {} out of classes"
        raise ValueError(fault_of_labels(table, cells.unread, cells.labelled, remedy, advice))
    if cells.minus_ones:
        _tell_minus_ones(path, bool(matrix.count(NEGATIVE).any()))
    if classes is None:
        table.check_nameless()
        _check_labels(table, columns.classes, cells.labelled)
        note_repeated(path, columns.classes)
        warn_of_denials(path, columns.classes)
    found = annotate(path, images, columns.classes, matrix, place=table.line, merge=merge_rows)
    return add_groups(found, table, columns.image, group)


def _tell_minus_ones(path: str, zeros: bool) -> None:
    """Say how -1 is read, and how to read it as absent; ``zeros``: whether there are 0s."""
    if zeros:
        note_once(
            f"{path}: -1 is read as unknown and 0 as absent; if it is the other way round, set "
            "values={-1: 0, 0: -1}"
        )
    else:
        warn(
            f"{path} has cells of -1, which are read as unknown, but none of 0: if -1 says that a "
            "class is not there, set values={-1: 0}"
        )


def write(
    annotations: Annotations,
    path: str,
    *,
    image: str = "image",
    others: Mapping[str, Sequence[str]] | None = None,
) -> list[str]:
    """Write a table with blank cells for unknown labels.

    Args:
        annotations: What to write.
        path: The file.
        image: The name of the column of images.
        others: Texts for each image, for columns that are not classes.

    Returns:
        A sentence for each thing that the file cannot hold.

    Raises:
        ValueError: A class has the name of another column.
    """
    columns = {image: annotations.images, **(others or {})}
    for name in annotations.classes:
        if name in columns:
            what = "the column of images" if name == image else "another column"
            raise ValueError(f"a class is named {name!r}, as {what}: rename it.")
    texts_of = [(name, pa.string()) for name in columns]
    schema = pa.schema([*texts_of, *((name, pa.int8()) for name in annotations.classes)])
    with table_writer(path, schema) as writer:
        for rows in annotations.labels.row_blocks():
            labels = annotations.labels[rows]
            cells = [pa.array(column, mask=column == UNKNOWN) for column in labels.T]
            words = [pa.array([text[i] for i in rows], pa.string()) for text in columns.values()]
            writer.write_table(pa.table([*words, *cells], schema))
    lost = [*lost_ids(annotations), *lost_groups(annotations)]
    empty = np.flatnonzero(annotations.labels.count(UNKNOWN) == len(annotations)).tolist()
    if empty and len(empty) < len(annotations.classes):
        names = some([annotations.classes[i] for i in empty])
        lost.append(f"classes without a known label, {names}: list all in classes to read them.")
    return lost


def _advice(image: str, unread: Mapping[str, Unread], only: bool) -> dict[str, str]:
    """Advice for columns that seem to name classes."""
    found = {}
    for name, cells in unread.items():
        sign = list_sign([text for text in cells.words if not is_decimal(text)])
        names = all(text[:1].isalpha() and not is_mark(text) for text in cells.words)
        if sign or (only and names):
            between = f" and separator={sign[1]!r}" if sign else ""
            found[name] = (
                f"if it names classes, use long_csv with image={image!r}, cls={name!r}{between}"
            )
    return found


def _check_labels(table: Table, classes: list[str], labelled: Collection[str]) -> None:
    """Check that each column has a known label, unless none has one, as in images to predict."""
    empty = [name for name in classes if name not in labelled]
    if empty and len(empty) < len(classes):
        columns, them = ("column", "it") if len(empty) == 1 else ("columns", "them")
        raise ValueError(
            f"{table.path} has no label in the {columns} {some(empty)}: set ignore_columns="
            f"{empty[:_SHOWN]} to leave {them} out, or classes={classes[:_SHOWN]} to keep all."
        )
