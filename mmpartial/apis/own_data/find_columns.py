"""Finds the columns of images and classes in a user's label table."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...formats.common.denials import warn_of_denials
from ...formats.tables.reader import open_table
from ...formats.tables.wide_columns import image_by_default
from ...utils.messages import shown
from .column_review import Column, long_columns, review
from .folder_columns import folder_and_file
from .group_hint import group_hint
from .image_columns import check_no_parts, divides, is_part_column
from .long_table import long_options, several
from .photos import Photos
from .unfound_images import remedy
from .unsure_columns import check_sure, long_hints

_ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq", ".xlsx", ".xlsm")
_FORMATS = {
    ".json": " (coco_json, label_studio, json_lists, mmpretrain or splits)",
    **dict.fromkeys((".jsonl", ".ndjson"), " json_lists"),
    ".manifest": " sagemaker",
    ".xml": " cvat",
    **dict.fromkeys((".yaml", ".yml"), " yolo, and its folder"),
}


@dataclass
class LabelFile:
    """How to read a label file.

    Attributes:
        format: Its format.
        options: The options of the format.
        said: Sentences that tell the user how it is read.
    """

    format: str
    options: dict[str, Any]
    said: list[str] = field(default_factory=list)


def find_columns(
    table: str,
    photos: Photos,
    given: dict[str, Any],
    format: str | None,
    group: str | None,
    classes: Sequence[str] | None,
    ignore: Sequence[str],
) -> tuple[LabelFile, Photos]:
    """Find the columns of images and classes in a table.

    Args:
        table: The table.
        photos: The images of the folder that the user gives.
        given: Options that the user gives.
        format: ``'wide_csv'``, ``'long_csv'``, or None to find out.
        group: The column of groups.
        classes: The columns of classes, or None to find them.
        ignore: Columns that are not classes.

    Returns:
        How to read the table, and the images with their paths as the table names them.

    Raises:
        ValueError: It is not clear how to read the table; the message names the option that helps.
    """
    if not table.lower().endswith(_ENDINGS):
        formats = next((f for ending, f in _FORMATS.items() if table.lower().endswith(ending)), "")
        raise ValueError(
            f"{table} does not look like a table: give its format with --format{formats}, or save "
            "it as CSV, Excel (.xlsx) or Parquet."
        )
    if classes is None:
        open_table(table, given.get("sheet")).check_nameless()
    columns = review(table, given.get("values") or {}, given.get("sheet"))
    names = [column.name for column in columns]
    for name in [*(classes or ()), *ignore, *([group] if group else [])]:
        if name not in names:
            raise ValueError(f"{table} has no column {name!r}: its columns are {', '.join(names)}.")
    image, photos = _image_column(table, columns, photos, given)
    parts = open_table(table, given.get("sheet")).parts(image)
    others = [column for column in columns if column.name not in parts]
    listed = long_columns(others, image) if format is None else []
    if format == "long_csv" or listed:
        rest = [column for column in others if column.name not in {*ignore, group}]
        options, said = long_options(table, given, image, rest, listed)
        _check_parts(table, rest, several(options.get("cls")))
        said += [group_hint(columns, parts, [])] * (group is None)
        return LabelFile("long_csv", options, said), photos
    chosen = _classes(table, others, given, {*ignore, group}, classes)
    rest = [column for column in others if column not in chosen]
    _check_parts(table, rest, {*ignore, group})
    if rest or image != image_by_default(names):
        given = given | dict(image=image, classes=[column.name for column in chosen])
        warn_of_denials(table, given["classes"] if classes is None else ())
    named = f"column{'s' * (len(parts) > 1)} {' and '.join(map(repr, parts))}"
    said = [f"images are named by the {named}", *_not_read(rest, {*ignore, group})]
    said += [group_hint(columns, parts, rest)] * (group is None)
    return LabelFile("wide_csv", given, said), photos


def _classes(
    table: str,
    columns: Sequence[Column],
    given: Mapping[str, Any],
    left_out: Collection[str | None],
    names: Sequence[str] | None,
) -> list[Column]:
    """The columns of classes: those that the user names, or else those that look like classes."""
    if names is not None:
        chosen = [column for column in columns if column.name in names]
    else:
        like = [column for column in columns if column.kind in ("class", "unsure")]
        chosen = [column for column in like if column.name not in left_out]
    check_sure(table, chosen, [column for column in columns if column not in chosen])
    if not chosen:
        raise ValueError(
            f"{table} has no column of 1 and 0, as a class needs: "
            f"{'; '.join(map(_held, columns)) or 'it has one column'}. "
            f"Name columns with --classes, or explain words with --values x=1{_long_hint(columns)}."
        )
    return chosen


def _check_parts(table: str, columns: Sequence[Column], others: Collection[str | None]) -> None:
    """Check that no column divides the images under a name that does not tell."""
    for column in columns:
        if column.groups and column.name not in others:
            check_no_parts(table, column.name, column.cells)


def _held(column: Column) -> str:
    """What a column holds, with some of its words."""
    words = f" ({shown(column.unread)})" if column.groups else ""
    return f"{column.name!r} holds {column.kind}{words}"


def _long_hint(columns: Sequence[Column]) -> str:
    """The options of a table with a row for each label, if a column may name classes."""
    kinds = ("groups", "a different", "ids")  # a column that repeats its texts is the likelier one
    names = [c.name for kind in kinds for c in columns if c.kind.startswith(kind)]
    if not names:
        return ""
    return (
        "; for a table with a row for each label, give --format long_csv --options "
        f"{shlex.quote(f'cls={names[0]}')}"
    )


def _image_column(
    table: str, columns: Sequence[Column], photos: Photos, options: Mapping[str, Any]
) -> tuple[str, Photos]:
    """The column (or two, of folders and of files) that names most files, and these files."""
    best: tuple[float, str, Photos] = (0.0, "", photos)
    given = options.get("image")
    like_files = [column for column in columns if column.files and given is None]
    for column in like_files or columns:  # numbers of rows may be names of files without ending
        if given == column.name or (given is None and column.kind not in ("class", "blank")):
            for folder in (photos, photos.from_parent()):
                share = folder.share([cell for cell in column.cells if cell])
                if share > best[0]:
                    best = share, column.name, folder
    if not best[1]:
        best = folder_and_file(open_table(table, options.get("sheet")), columns, photos, given)
    if not best[1]:
        column = next((c for c in like_files or columns if given in (None, c.name)), columns[0])
        likely = like_files or [c for c in columns if c.kind not in ("class", "blank")]
        raise ValueError(
            f"no column of {table} names files in {photos.folder}: its column {column.name!r} has "
            f"{shown(column.cells)}, and the folder has {shown(photos.files)}. "
            f"{remedy(likely, photos)}"
        )
    return best[1], best[2]


def _not_read(columns: Sequence[Column], left_out: Collection[str | None]) -> list[str]:
    """Sentences about the columns that are not classes, without those that the user leaves out."""
    seen = [column for column in columns if column.name not in left_out]
    said = [f"not a class: {column.name!r} ({column.kind})" for column in seen]
    return [*said, *long_hints(seen)] + [
        f"{column.name!r} does not say train and val, so it does not divide the images; --group "
        f"{shlex.quote(column.name)} keeps the images of each value in one part"
        for column in seen
        if is_part_column(column.name) and not divides(column.name, column.cells)
    ]
