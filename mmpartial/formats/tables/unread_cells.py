"""Cells that are not labels, and the options with which a user explains them."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from .table import Table

# Marks whose meaning can be guessed well enough for a proposal, but not for reading them.
PROPOSALS = {
    **dict.fromkeys(
        ["x", "xx", "+", "++", "y", "t", "j", "p", "✓", "✔", "✅", "pos", "positive"], 1
    ),
    **dict.fromkeys(
        ["present", "wahr", "vrai", "vero", "verdadero", "ja", "oui", "si", "sí", "sì", "sim"], 1
    ),
    **dict.fromkeys(["tak", "да", "是", "☑", "vorhanden", "présent", "presente"], 1),
    **dict.fromkeys(["not present", "nicht vorhanden", "ausente", "assente", "falso", "☐"], 0),
    **dict.fromkeys(["n", "f", "-", "--", "−", "–", "✗", "❌", "neg", "negative"], 0),
    **dict.fromkeys(
        ["absent", "falsch", "faux", "nein", "nee", "non", "não", "nie", "нет", "否"], 0
    ),
    **dict.fromkeys(["unknown", "unsure", "uncertain", "maybe", "possible"], -1),
}
COUNTS = "counts"  # stands for all whole numbers above 1
_COUNT = re.compile(r"(?:[2-9]|[1-9]\d+)(?:[.,]0+)?")
HINT_OF_COUNTS = f" ({COUNTS!r} stands for numbers above 1 that are no codes)"
_DASHES = ("-", "--", "−", "–")
_FEW = 3  # different words of a column of labels
_SHORT = 12  # letters of a word for a label
_SHOWN = 30  # columns or words in a message
_LETTERS = 60  # of a text in a message
_MEANING = "where 1 says that the class is there, 0 that it is not, and -1 that it is unknown"


@dataclass
class Unread:
    """The cells of a column that are not labels.

    Attributes:
        row: The row of the first one.
        text: Its text.
        words: All their texts, with their numbers.
    """

    row: int
    text: str
    words: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        number = self.words[self.text]
        return f"{self.text[:_LETTERS]!r} ({number} cell{'s' if number > 1 else ''})"


def fault_of_labels(
    table: Table,
    unread: Mapping[str, Unread],
    labelled: Collection[str],
    remedy: str,
    advice: Mapping[str, str],
) -> str:
    """A sentence about the cells of columns of classes that are not labels.

    Args:
        table: The table.
        unread: The columns, with these cells.
        labelled: The columns of the table that have known labels.
        remedy: What to do to leave out columns, with ``{}`` for their names.
        advice: Further advice for some of the columns.
    """
    others = [
        name
        for name, cells in unread.items()
        if name in advice or _is_other(cells, bool(labelled) and name not in labelled)
    ]
    first = (others or list(unread))[0]
    cells = unread[first]
    where = f"{table.cell(cells.row, first)} has the value {cells}"
    header = ""
    if len(unread) > 1 and all(c.row == 0 and c.words.total() == 1 for c in unread.values()):
        header = "; if the row belongs to the header, keep one row of names"
    words = Counter[str]()
    for name in unread:
        if name not in others:
            words += unread[name].words
    if not others:
        blank = f"; blank cells count as unknown, with {values_of([*words, ''])} as negative"
        return (
            f"{where}: set {values_of(words)}, {_MEANING}, or write 1, 0 or nothing"
            f"{blank if len(words) == 1 and not labelled else ''}; if the column holds no "
            f"labels, {remedy.format([first])}{header}."
        )
    holds = "this column holds" if len(others) == 1 else "these columns hold"
    values = values_of(words or [cells.text])
    return (
        f"{where}, which is not a label: {remedy.format(others[:_SHOWN])} if {holds} something "
        "else, or set image to the column of images"
        f"{'; ' if first in advice else ''}{advice.get(first, '')}"
        f"{header}{'; and set ' if words else '; if it is a label, set '}{values}, {_MEANING}."
    )


def fault_of_confidences(table: Table, name: str, cells: Unread) -> str:
    """A sentence about the cells of a column of confidences that are none."""
    return (
        f"{table.cell(cells.row, name)} has the value {cells}: set {values_of(cells.words)}, "
        "where 1 says that the class is there and 0 that it is not, or write 1 or 0; if it is the "
        "wrong column, set confidence, to '' if there is none."
    )


def values_of(words: Iterable[str]) -> str:
    """The option that gives words a meaning; ``...`` where a user has to fill it in.

    >>> values_of(['x', 'seen', '', '2'])
    "values={'x': 1, 'seen': ..., '': 0, '2': ...}"
    >>> values_of(['3', '12'])
    "values={'counts': 1} ('counts' stands for numbers above 1 that are no codes)"
    """
    found = [*islice(proposed(words).items(), _SHOWN)]
    pairs = [f"{word[:_LETTERS]!r}: {state}" for word, state in found]
    return f"values={{{', '.join(pairs)}}}{HINT_OF_COUNTS if COUNTS in dict(found) else ''}"


def proposed(words: Iterable[str]) -> dict[str, int | str]:
    """The labels that words may stand for; ``...`` if that is not clear.

    A single number above 1 may be a code, such as 2 or 9 for unknown; several are counts. A dash
    says that a class is absent if it stands beside a mark such as x; else it may be a blank cell.

    >>> proposed(['x', '-']), proposed(['-'])
    ({'x': 1, '-': 0}, {'-': '...'})
    """
    words = [*words]
    counted = len({*filter(is_count, words)}) > 1
    different: dict[str, str] = {}
    for word in words:
        word = COUNTS if counted and is_count(word) else word
        different.setdefault(word.lower(), word)  # letter case makes no difference
    known: dict[str, int | str] = {**PROPOSALS, "": 0, COUNTS: 1}
    states = {known.get(lower) for lower in different if lower not in ("", *_DASHES)}
    if 1 not in states or 0 in states:
        known |= dict.fromkeys(_DASHES, "...")
    return {word: known.get(lower, "...") for lower, word in different.items()}


def is_count(text: str) -> bool:
    """Whether a text is a whole number above 1, such as a count of animals.

    >>> is_count('12'), is_count('2,0'), is_count('1'), is_count('0.5')
    (True, True, False, False)
    """
    return _COUNT.fullmatch(text) is not None


def is_mark(word: str) -> bool:
    """Whether a word is a usual mark for a label.

    >>> is_mark('x'), is_mark('cat')
    (True, False)
    """
    return word.lower() in PROPOSALS


def _is_other(cells: Unread, alone: bool) -> bool:
    """Whether a column seems to hold something other than labels, such as names or remarks.

    Args:
        cells: Its cells that are not labels.
        alone: Whether other columns have labels, and this one has none.
    """
    many = len(cells.words) > _FEW or max(map(len, cells.words)) > _SHORT
    return many or (alone and not any(map(is_mark, cells.words)))
