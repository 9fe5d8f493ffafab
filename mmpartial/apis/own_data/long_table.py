"""How to read a user's table with a row for each label."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ...formats.tables.long_columns import stem
from .column_review import Column
from .unsure_columns import check_sure

# Columns that say whether the class of a row is there, if they hold 1 and 0.
_CONFIDENCES = {
    *("confidence", "conf", "score", "probability", "prob", "value"),
    *("present", "presence", "state", "status", "answer", "verdict", "occurrencestatus"),
    *("presence/absence", "seen", "observed", "detected"),
}
# Columns that count the objects of the class of a row, or votes for it, without - and _.
_COUNTS = {
    *("count", "counts", "number", "n", "quantity", "abundance", "individuals"),
    *("votes", "vote", "yes", "yesvotes", "positives"),
    *("individualcount", "numberofobjects", "numberofindividuals", "howmany", "anzahl"),
}


def long_options(
    table: str,
    given: Mapping[str, Any],
    image: str,
    others: Sequence[Column],
    listed: Sequence[Column],
) -> tuple[dict[str, Any], list[str]]:
    """The options of ``long_csv``, and sentences that say how the table is read.

    Args:
        table: The table.
        given: Options that the user gives.
        image: The column of images.
        others: The other columns that may be read.
        listed: The columns of classes; none to leave them to the format.

    Raises:
        ValueError: It is not clear whether a column says that a class is there.
    """
    options: dict[str, Any] = dict(image=image)
    names = [column.name for column in listed]
    if len({*map(stem, names)}) > 1 and "cls" not in given:
        raise ValueError(
            f"{table}: each of the columns {', '.join(map(repr, names))} may name classes: choose "
            f"one, for example with --format long_csv --options {shlex.quote(f'cls={names[-1]}')}."
        )
    if names:
        options["cls"] = names if len(names) > 1 else names[0]
    if "confidence" not in given:
        named = {*names, *several(given.get("cls"))}
        rest = [column for column in others if column.name not in named and not column.box]
        options["confidence"] = _confidence(table, rest)
    options = options | dict(unlisted="unknown") | dict(given)
    column = options["confidence"]
    how = f"1 and 0 in {column!r}" if column else "and each is positive"
    classes = several(options.get("cls"))
    where = " and ".join(map(repr, classes)) or "the usual column"
    row = "several classes in a row" if len(classes) > 1 else "a row for each label"
    said = [f"it has {row}: images are in {options['image']!r}, classes in {where}, {how}"]
    if "unlisted" not in given:
        said.append(
            "a class without a row for an image is unknown; give --options unlisted=negative if "
            "it is absent"
        )
    return options, said


def several(names: Sequence[str] | str | None) -> list[str]:
    """The columns in an option that may name one or several."""
    return [names] if isinstance(names, str) else [*(names or [])]


def _confidence(table: str, columns: Sequence[Column]) -> str:
    """The column of confidences, or ``''`` if each row is positive."""
    named = [c for c in columns if c.name.lower() in _CONFIDENCES and c.kind != "blank"]
    if not named:
        _check_counts(table, columns)
    states = [c for c in columns if c.kind == "class" or (c.kind == "unsure" and not c.numbers)]
    column = next(iter([*named, *states]), None)
    if column is None:
        return ""
    if column.unread and column.numbers:
        raise ValueError(
            f"{table}, column {column.name!r} has {column.unread[0]}, where 1 and 0 should say "
            "whether the class is there: write 1 and 0, and leave out the rows that are not sure; "
            f"or give --ignore {shlex.quote(column.name)} if the class is there in every row."
        )
    check_sure(table, [column], unknown=column.unknown)
    if column not in named:
        raise ValueError(
            f"{table} has a row for each label, and its column {column.name!r} has words that may "
            "say whether the class is there: if they do, give --options "
            f"confidence={shlex.quote(column.name)} (with --values 1=0 0=1 if 1 says that it is "
            f"absent), and if not, --ignore {shlex.quote(column.name)}."
        )
    return column.name


def _check_counts(table: str, columns: Sequence[Column]) -> None:
    """Refuse a column of counts that are 0 in some rows, which may say that the class is absent."""
    for column in columns:
        name = re.sub(r"[\W_]", "", column.name.lower())
        if name in _COUNTS and column.zero:
            quoted = shlex.quote(column.name)
            raise ValueError(
                f"{table}, column {column.name!r} has 0: if it says that the class is not there, "
                f"give --options confidence={quoted} --values counts=1, and if not, --ignore "
                f"{quoted}."
            )
