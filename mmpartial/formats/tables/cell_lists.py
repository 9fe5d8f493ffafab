"""Several labels in one cell, and how to split them."""

import ast
import io
import json
import tokenize
from itertools import pairwise
from typing import Any

ONE = "none"  # each cell is one label
LISTS = "json"
MARKS = {"space": " ", "comma": ",", "tab": "\t"}  # words for characters that are hard to see


def check_separator(separator: str | None) -> None:
    """Check that a separator is a text."""
    if separator is not None and (not isinstance(separator, str) or not separator):
        raise ValueError(
            f"separator={separator!r}: write '|', ';' or another text that stands between the "
            f"labels of a cell, 'space', 'comma', '{LISTS}' for lists in brackets, or '{ONE}' if "
            "each cell is one label."
        )


def split(cell: str, separator: str) -> list[str]:
    """The labels of a cell.

    Args:
        cell: Its text.
        separator: The text between two labels, or the word ``'space'``, ``'comma'`` or ``'tab'``.
            ``'json'`` stands for lists in JSON or in Python's form, ``'none'`` for one label.

    Raises:
        ValueError: The cell should be a list of texts, but is not one or is incomplete.

    >>> split('haze primary', 'space'), split("['cat', 'dog']", 'json'), split('a|', '|')
    (['haze', 'primary'], ['cat', 'dog'], ['a'])
    """
    if separator == ONE:
        return [cell]
    if separator == LISTS:
        return _labels(parsed(cell)) if is_bracketed(cell) else [cell]
    mark = MARKS.get(separator, separator)
    parts = cell.split(mark if mark.strip() else None)
    return [part.strip() for part in parts if part.strip()]


def is_bracketed(cell: str) -> bool:
    """Whether a cell has the brackets of a list around it.

    >>> is_bracketed("['cat']"), is_bracketed('{"choices": []}'), is_bracketed('cat (wild)')
    (True, True, False)
    """
    return cell[:1] + cell[-1:] in ("[]", "{}", "()") or cell == "set()"  # Python's empty one


def parsed(cell: str) -> Any:
    """The list or dict that is written in a cell with brackets."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        pass
    try:
        value = ast.literal_eval(cell)
        tokens = [*tokenize.generate_tokens(io.StringIO(cell).readline)]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, tokenize.TokenError):
        return _bare(cell)
    kinds = [token.type for token in tokens if token.type != tokenize.NL]
    if any(pair == (tokenize.STRING, tokenize.STRING) for pair in pairwise(kinds)):
        raise ValueError("write commas between its labels")  # Python would join them
    return value


def _bare(cell: str) -> list[str]:
    """The texts of a list without quotes, such as ``[cat, dog]``."""
    inside = cell[1:-1]
    if not inside.strip() or any(mark in inside for mark in "'\"[]{}()"):
        raise ValueError("it is not a list in JSON")
    if "," not in inside and len(inside.split()) > 1:
        raise ValueError("write commas between its labels")
    return [part.strip() for part in inside.split(",")]


def _labels(value: Any) -> list[str]:
    """The labels in a list, or in Label Studio's ``{"choices": [...]}``."""
    if isinstance(value, dict) and set(value) == {"choices"}:
        value = value["choices"]
    if isinstance(value, str):
        value = [value]
    if value == {}:
        value = []
    if not isinstance(value, list | tuple | set):
        raise ValueError("it does not hold a list of labels")
    if any(isinstance(label, bool) or not isinstance(label, str | int) for label in value):
        raise ValueError("its list holds something other than texts")
    labels = [str(label).strip() for label in value]
    if not all(labels):
        raise ValueError("its list holds a label without a name")
    return labels
