"""Cells of a table as labels: 1, 0, and the many spellings of an unknown label."""

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...utils.log import note_once
from .blank_rows import numbered
from .table import Table
from .unread_cells import COUNTS, Unread, is_count

_WORDS = {"": UNKNOWN, "true": POSITIVE, "false": NEGATIVE, "yes": POSITIVE, "no": NEGATIVE}
NOT_AVAILABLE = {"na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}  # in lower case
_UNREAD = 2
_DECIMAL = re.compile(r"-?[01],0+")  # a number, not a list of two


class LabelCells:
    """Read the cells of a table, and count the words that mean unknown.

    Args:
        table: The table.
        values: The meaning of other spellings, 1, 0 or -1, such as ``{'x': 1, '-': 0}``, in any
            letter case unless it has several. It replaces the usual meaning. ``'counts'`` stands
            for all whole numbers above 1.

    Attributes:
        labelled: The columns with a known label, other than a blank cell that ``values`` explains.
        unread: For each column with cells that are not labels, these cells.
    """

    def __init__(self, table: Table, values: Mapping | None):
        if not isinstance(values, Mapping | None) or not all(
            state in (POSITIVE, NEGATIVE, UNKNOWN) for state in (values or {}).values()
        ):
            raise ValueError(
                f"values={values!r}: write a dict from spellings to 1, 0 or -1 for unknown, such "
                "as {'x': 1, '-': 0}."
            )
        self.table = table
        given = {self._key(str(spelling)): int(state) for spelling, state in (values or {}).items()}
        self.values = {_lower(spelling): state for spelling, state in given.items()} | given
        self.labelled: set[str] = set()
        self.unread: dict[str, Unread] = {}
        self.words: Counter[str] = Counter()
        self.minus_ones = False

    def states(self, column: pa.DictionaryArray, name: str, first_row: int) -> np.ndarray:
        """The labels in some cells of a column, as int8; cells that are not labels are unknown.

        Args:
            column: The cells.
            name: The name of the column.
            first_row: The number of rows before these.
        """
        texts, number = numbered(column)
        values = [text.strip() for text in texts]
        state = np.array([*map(self._state, values)], dtype=np.int8)
        self.minus_ones |= any(map(self.is_minus_one, values))
        wrong = state == _UNREAD
        if name not in self.labelled or wrong.any() or any(map(self._is_word, values)):
            counts = np.bincount(number, minlength=len(values)).tolist()
            found = [(value, n) for value, n in zip(values, counts, strict=True) if n]
            if any(value and self._state(value) in (POSITIVE, NEGATIVE) for value, _ in found):
                self.labelled.add(name)
            self.words.update({value: n for value, n in found if self._is_word(value)})
            unread = {value: n for value, n in found if self._state(value) == _UNREAD}
            if unread:
                row = first_row + int(np.argmax(wrong[number]))
                self.unread.setdefault(name, Unread(row, values[number[row - first_row]]))
                self.unread[name].words.update(unread)
            state[wrong] = UNKNOWN
        return state[number]

    def meaning(self, text: str) -> int | None:
        """The label of a cell; None if it is none."""
        state = self._state(text)
        return None if state == _UNREAD else state

    def explains(self, text: str) -> bool:
        """Whether ``values`` defines a text."""
        key = self._key(text)
        return key in self.values or _lower(key) in self.values

    def log(self) -> None:
        """Log the words that were read as unknown, with their numbers."""
        if self.words:
            found = ", ".join(f"{word!r} ({number})" for word, number in sorted(self.words.items()))
            note_once(f"{self.table.path}: cells that are read as unknown: {found}")

    def _state(self, text: str) -> int:
        key = self._key(text)
        for spelling in (key, _lower(key)):
            if spelling in self.values:
                return self.values[spelling]
        if COUNTS in self.values and is_count(text.strip()):
            return self.values[COUNTS]
        if isinstance(key, float):
            return int(key) if key in (POSITIVE, NEGATIVE, UNKNOWN) else _UNREAD
        word = key.lower()
        return UNKNOWN if word in NOT_AVAILABLE else _WORDS.get(word, _UNREAD)

    def _is_word(self, text: str) -> bool:
        """Whether a text is -1 or a word for unknown, and ``values`` does not define it."""
        known = text.lower() in NOT_AVAILABLE or self._key(text) == UNKNOWN
        return known and not self.explains(text)

    def is_minus_one(self, text: str) -> bool:
        """Whether a text is a -1 that ``values`` does not define."""
        key = self._key(text)
        return key == UNKNOWN and key not in self.values

    def _key(self, text: str) -> float | str:
        """A key that is equal for equal cells: a number, ``'nan'``, or the text itself."""
        text = text.strip()
        if self.table.decimal_comma and is_decimal(text):
            text = text.replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return text
        return "nan" if np.isnan(number) else number


def is_decimal(text: str) -> bool:
    """Whether a text is 1, 0 or -1 with a decimal comma.

    >>> is_decimal('1,0'), is_decimal('1,2')
    (True, False)
    """
    return _DECIMAL.fullmatch(text) is not None


def _lower(key: float | str) -> float | str:
    return key if isinstance(key, float) else key.lower()
