"""Says what the columns of a table hold: classes, groups, numbers and so on."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..formats.tables.columns import without_index
from ..formats.tables.label_cells import NOT_AVAILABLE
from ..formats.tables.reader import open_table
from ..utils.names import visible
from .image_columns import SPLIT_NAMES

_STATES = {"1", "0", "1.0", "0.0", "true", "false", "yes", "no"}
_UNKNOWN = {"", "-1", "-1.0", *NOT_AVAILABLE}
# People mark classes with these words, but the words may mean something else.
_MARKS = {
    *("x", "xx", "y", "n", "t", "f", "j", "p", "+", "-", "++", "--", "✓", "✔", "✗", "ok", "ja"),
    *("nein", "si", "sí", "oui", "non", "present", "absent", "positive", "negative", "pos", "neg"),
}
_CLASS_NAMES = ("class", "label", "labelname", "category", "tag", "species")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_FEW, _SHORT = 10, 20  # most other words, and letters of a word, in a column that may hold labels


@dataclass
class Column:
    """A column and its cells.

    Attributes:
        name: Its name.
        cells: How often each text occurs.
        kind: ``'class'``, ``'unsure'``, ``'blank'``, or another kind in words, such as
            ``'numbers'``.
    """

    name: str
    cells: Counter[str] = field(default_factory=Counter)
    kind: str = ""

    @property
    def groups(self) -> bool:
        """Whether its values may name groups of images."""
        return self.kind.startswith("groups")

    def unsure_words(self, values: Mapping) -> list[str]:
        """The cells that may or may not be labels."""
        known = _STATES | _UNKNOWN | {str(word).lower() for word in values}
        return [word for word in self.cells if word.lower() not in known]


def review(path: str, values: Mapping, sheet: str | None) -> list[Column]:
    """Read all columns except pandas' index, and say what each holds.

    Args:
        path: The table.
        values: Words that the user has explained.
        sheet: The sheet of an Excel workbook, or None.
    """
    table = open_table(path, sheet)
    columns = [Column(name) for name in without_index(table.names)]
    for block in table.batches([column.name for column in columns]):
        for column, cells in zip(columns, block, strict=True):
            for text, number in zip(*_counts(cells), strict=True):
                column.cells[(text or "").strip()] += number
    for column in columns:
        column.kind = _kind(column, values)
    return columns


def long_column(columns: Sequence[Column], image: str) -> Column | None:
    """The column of class names if the table has a row for each label, or None."""
    classes = [column for column in columns if column.kind == "class" and column.name != image]
    named = [column for column in columns if column.name.lower() in _CLASS_NAMES]
    named = [column for column in named if column.kind not in ("class", "unsure", "blank")]
    return named[0] if named and len(classes) <= 1 else None


def _counts(cells) -> tuple[list, list[int]]:  # type: ignore[no-untyped-def]
    found = cells.value_counts()
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def _kind(column: Column, values: Mapping) -> str:
    given = {str(word).lower() for word in values}
    words = {word.lower(): word for word in column.cells}
    known = {word for word in words if word and word in _STATES | given}
    others = [word for word in words if word not in known | _UNKNOWN]
    rows, numbers = sum(column.cells.values()), all(map(_NUMBER.fullmatch, others))
    if column.name.lower() in SPLIT_NAMES:
        return "parts or folds"
    if not others:
        return "class" if known else "blank"
    if len(words) == rows > _FEW // 2:
        return "a different text in each row"
    short = len(others) <= _FEW and max(map(len, others)) <= _SHORT
    if short and (known or set(others) <= _MARKS):
        return "unsure"
    if len(others) == 1:
        return f"always {visible(words[others[0]])}"
    if numbers:
        return "numbers"
    if any(len(word.split()) > 4 for word in others):
        return "free text"
    return f"groups: {len(others)} values"
