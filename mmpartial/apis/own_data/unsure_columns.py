"""Refuses columns whose cells might mean 1 or 0, and says how to explain them."""

import shlex
from collections.abc import Sequence
from itertools import islice

from ...formats.tables.unread_cells import COUNTS, HINT_OF_COUNTS, proposed
from .column_review import Column

_COLUMNS = 5  # or words of a column, in a message
_WORDS = 10  # in the option of a message


def check_sure(
    table: str,
    columns: Sequence[Column],
    others: Sequence[Column] = (),
    unknown: Sequence[str] = (),
) -> None:
    """Refuse words that might mean 1 or 0, and cells of -1, which have two meanings.

    Args:
        table: The table, for messages.
        columns: Its columns of labels.
        others: Its other columns, one of which may name classes.
        unknown: Words for unknown that have to be explained together with other words.
    """
    unsure = [column for column in columns if column.unread]
    if unsure:
        first = unsure[0]
        cells = "; ".join(
            f"{column.name!r} has {', '.join(map(repr, column.unread[:_COLUMNS]))}"
            for column in unsure[:_COLUMNS]
        )
        values = _values([word for column in unsure for word in column.unread], unknown)
        raise ValueError(
            f"{table}: it is not clear which words mean 1 or 0 ({cells}): explain them with "
            f"{values}, where 1 says that the class is there, 0 that it is not, and -1 that it is "
            f"unknown, or leave columns out with --ignore {shlex.quote(first.name)}"
            f"{_one_row(unsure)}{_long([*unsure, *others])}."
        )

    negative = [column.name for column in columns if column.minus_ones]
    if negative:
        zero = any(column.zero for column in columns)
        swapped, other = ('{"-1": 0, "0": -1}', " and 0 unknown") if zero else ('{"-1": 0}', "")
        raise ValueError(
            f"{table}: columns have -1 ({', '.join(map(repr, negative[:_COLUMNS]))}), which means "
            "unknown in some tables and absent in others: give --options "
            f"""'values={{"-1": -1}}' if it is unknown{" and 0 absent" * zero}, or """
            f"'values={swapped}' if it is absent{other}."
        )


def _long(columns: Sequence[Column]) -> str:
    """What to do if a column has the names of classes, which may be numbers."""
    return "".join(f"; {hint}" for hint in long_hints(columns))


def long_hints(columns: Sequence[Column]) -> list[str]:
    """What to do if a column names the class of each row, for the last that may do so."""
    names = [column.name for column in columns if column.names_classes and not column.constant]
    return [
        f"if each row names its class in {name!r}, give --format long_csv --options "
        f"{shlex.quote(f'cls={name}')}"
        for name in names[-1:]
    ]


def _one_row(columns: Sequence[Column]) -> str:
    """What to do if each of several columns has one cell that is no label."""
    once = all([column.cells[text] for text in column.unread] == [1] for column in columns)
    if not once or len(columns) < 2:
        return ""
    sums = all(column.numbers for column in columns)
    row = "has the sums of the columns" if sums else "belongs to the header"
    return f"; if a row {row}, remove it"


def _values(words: Sequence[str], unknown: Sequence[str]) -> str:
    """The option that explains words; ``...`` where a user has to fill it in."""
    known = dict(islice(proposed(words).items(), _WORDS)) | dict.fromkeys(unknown, -1)
    hint = HINT_OF_COUNTS if COUNTS in known else ""
    if any(word.startswith("-") for word in known):  # argparse takes it for an option
        pairs = ", ".join(f'"{word}": {state}' for word, state in known.items())
        return f"--options {shlex.quote(f'values={{{pairs}}}')}{hint}"
    return f"--values {' '.join(f'{shlex.quote(w)}={state}' for w, state in known.items())}{hint}"
