"""Finds the columns of images and classes in a user's label table."""

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..datasets.split_file import shown
from .column_review import Column, long_column, review
from .photos import Photos

_ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq", ".xlsx", ".xlsm")


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
        raise ValueError(f"{table} does not look like a table: give its format with --format.")
    columns = review(table, given.get("values") or {}, given.get("sheet"))
    names = [column.name for column in columns]
    for name in [*(classes or ()), *ignore, *([group] if group else [])]:
        if name not in names:
            raise ValueError(f"{table} has no column {name!r}: its columns are {', '.join(names)}.")
    image, photos = _image_column(table, columns, photos, given.get("image"))
    others = [column for column in columns if column.name != image]
    listed = long_column(others, image) if format is None else None
    if format == "long_csv" or listed is not None:
        return _long(given, image, others, listed), photos
    chosen = _classes(table, others, given, {*ignore, group}, classes)
    rest = [column for column in others if column not in chosen]
    if rest or image != names[0]:
        given = given | dict(image=image, classes=[column.name for column in chosen])
    said = [f"images are named by the column {image!r}", *_not_read(rest, group, ignore)]
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
    _check_sure(table, chosen, given.get("values") or {})
    if not chosen:
        raise ValueError(
            f"{table} has no column of 1 and 0, as a class needs: "
            f"{'; '.join(f'{c.name!r} holds {c.kind}' for c in columns) or 'it has one column'}. "
            "Name columns with --classes, or explain words with --values x=1."
        )
    return chosen


def _image_column(
    table: str, columns: Sequence[Column], photos: Photos, given: str | None
) -> tuple[str, Photos]:
    """The column whose cells name the most files, and the files by these names."""
    best: tuple[float, str, Photos] = (0.0, "", photos)
    for column in columns:
        if given == column.name or (given is None and column.kind not in ("class", "blank")):
            for folder in (photos, photos.from_parent()):
                cells = [cell for cell in column.cells if cell]
                share = folder.share(cells)
                if share > best[0]:
                    best = share, column.name, folder
    if not best[1]:
        column = next((c for c in columns if given in (None, c.name)), columns[0])
        raise ValueError(
            f"no column of {table} names files in {photos.folder}: its column {column.name!r} has "
            f"{shown(list(column.cells)[:4])}, and the folder has {shown([*photos.files][:4])}. "
            "Give the folder to which the names in the table are relative."
        )
    return best[1], best[2]


def _long(
    given: dict[str, Any], image: str, others: Sequence[Column], listed: Column | None
) -> LabelFile:
    """How to read a table with a row for each label."""
    options = dict(image=image, **({} if listed is None else dict(cls=listed.name)))
    states = [column.name for column in others if column.kind == "class"]
    options["confidence"] = states[0] if states else ""
    options = options | dict(unlisted="unknown") | given
    said = [
        f"it has a row for each label: images are in {options['image']!r}, classes in "
        f"{options.get('cls')!r}, {_confidence(options['confidence'])}"
    ]
    if "unlisted" not in given:
        said.append(
            "a class without a row for an image is unknown; give --options unlisted=negative if "
            "it is absent"
        )
    return LabelFile("long_csv", options, said)


def _confidence(column: str) -> str:
    return f"1 and 0 in {column!r}" if column else "and each is positive"


def _check_sure(table: str, columns: Sequence[Column], values: Mapping) -> None:
    """Refuse words that might mean 1 or 0."""
    words = {column.name: column.unsure_words(values) for column in columns}
    unsure = {name: found for name, found in words.items() if found}
    if unsure:
        first = next(iter(unsure))
        cells = "; ".join(f"{name!r} has {', '.join(map(repr, unsure[name][:5]))}"
                          for name in list(unsure)[:5])  # fmt: skip
        raise ValueError(
            f"{table}: it is not clear which words mean 1 or 0 ({cells}): explain them with "
            f"{_values(unsure[first][:3])} (or 0, or -1 for unknown), or leave columns out with "
            f"--ignore {shlex.quote(first)}."
        )


def _values(words: Sequence[str]) -> str:
    """The option that explains words."""
    if any(word.startswith("-") for word in words):  # argparse takes it for an option
        return f"--options {shlex.quote(f'values={dict.fromkeys(words, 1)}')}"
    return f"--values {' '.join(f'{shlex.quote(word)}=1' for word in words)}"


def _not_read(columns: Sequence[Column], group: str | None, ignore: Sequence[str]) -> list[str]:
    """Sentences about the columns that are not classes."""
    seen = [column for column in columns if column.name not in {group, *ignore}]
    said = [f"not a class: {column.name!r} ({column.kind})" for column in seen]
    groups = [column.name for column in columns if column.groups and group is None]
    if groups:
        said.append(
            f"if images with the same {groups[0]!r} look alike, --group {shlex.quote(groups[0])} "
            "keeps them in one part"
        )
    return said
