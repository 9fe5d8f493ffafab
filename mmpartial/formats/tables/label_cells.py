"""Cells of a table as labels: 1, 0, and the many spellings of an unknown label."""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...utils.log import note
from .reader import place

_WORDS = {"": UNKNOWN, "true": POSITIVE, "false": NEGATIVE}
NOT_AVAILABLE = {"na", "n/a", "#n/a", "<na>", "nan", "null", "none", "?"}  # in lower case
_NO_STATE = 2


class LabelCells:
    """Read the cells of a table, and count the words that mean unknown.

    Args:
        path: The file.
        values: The meaning of other spellings, 1, 0 or -1, such as ``{'yes': 1, 'no': 0}``. It
            replaces the usual meaning.
        advice: A function that says what to do if a column is the wrong one, for error messages. It
            takes the name of the column and its different cells.
        may_be_unknown: Whether cells may be unknown, for error messages.
    """

    def __init__(
        self,
        path: str,
        values: Mapping | None,
        advice: Callable[[str, list[str]], str],
        may_be_unknown: bool = True,
    ):
        if not isinstance(values, Mapping | None) or not all(
            state in (POSITIVE, NEGATIVE, UNKNOWN) for state in (values or {}).values()
        ):
            raise ValueError(
                f"values={values!r}: write a dict from spellings to 1, 0 or -1 for unknown, such "
                "as {'yes': 1, 'no': 0}."
            )
        self.path, self.advice, self.may_be_unknown = path, advice, may_be_unknown
        self.values = {
            _key(str(spelling)): int(state) for spelling, state in (values or {}).items()
        }
        self.words: Counter[str] = Counter()
        self.minus_ones = False

    def states(self, column: pa.DictionaryArray, name: str, first_row: int) -> np.ndarray:
        """The labels in some cells of a column, as int8.

        Args:
            column: The cells.
            name: The name of the column.
            first_row: The number of rows before these.
        """
        values = [(text or "").strip() for text in column.dictionary.to_pylist()]
        state = np.array([*map(self._state, values), UNKNOWN], dtype=np.int8)
        number = column.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
        labels = state[number]
        wrong = np.flatnonzero(labels == _NO_STATE)
        if len(wrong):
            value = repr(values[number[wrong[0]]][:60])
            usual, states = "1 or 0", "1 and 0"
            if self.may_be_unknown:
                usual = "1, 0, or nothing (also -1, NaN, NA, null or ?) for unknown"
                states = "1, 0 and -1"
            raise ValueError(
                f"{place(self.path, first_row + int(wrong[0]))}, column {name!r} has the value "
                f"{value}: write {usual}, or say with values={{{value}: ...}} which of {states} it "
                f"means; {self.advice(name, values)}."
            )
        self.minus_ones |= any(map(self._is_minus_one, values))
        if any(map(self._is_word, values)):
            counts = np.bincount(number, minlength=len(values))
            self.words.update(
                {v: int(n) for v, n in zip(values, counts, strict=False) if self._is_word(v)}
            )
        return labels

    def log(self) -> None:
        """Log the words that were read as unknown, with their numbers."""
        if self.words:
            found = ", ".join(f"{word!r} ({number})" for word, number in sorted(self.words.items()))
            note(f"{self.path}: cells that are read as unknown: {found}")

    def _state(self, text: str) -> int:
        key = _key(text)
        if key in self.values:
            return self.values[key]
        if isinstance(key, float):
            return int(key) if key in (POSITIVE, NEGATIVE, UNKNOWN) else _NO_STATE
        word = key.lower()
        return UNKNOWN if word in NOT_AVAILABLE else _WORDS.get(word, _NO_STATE)

    def _is_word(self, text: str) -> bool:
        """Whether a text is a word for unknown that ``values`` does not define."""
        return text.lower() in NOT_AVAILABLE and _key(text) not in self.values

    def _is_minus_one(self, text: str) -> bool:
        """Whether a text is a -1 that ``values`` does not define."""
        key = _key(text)
        return key == UNKNOWN and key not in self.values


def _key(text: str) -> float | str:
    """A key that is equal for equal cells: a number, ``'nan'``, or the text itself."""
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return "nan" if np.isnan(number) else number
