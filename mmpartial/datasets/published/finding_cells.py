"""Cells of findings in radiology tables: present, absent, uncertain, or blank."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from ...formats.tables.blank_rows import numbered
from ...formats.tables.label_cells import NOT_AVAILABLE
from ...formats.tables.table import Table
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...utils.names import unknown_class

POLICIES = {"unknown": UNKNOWN, "negative": NEGATIVE, "positive": POSITIVE}
_BLANK_WORDS = NOT_AVAILABLE - {"?"}  # a ? may mean an uncertain finding

Policy = str | Mapping[str, str]


class FindingCells:
    """Read cells with 1 (present), 0 (absent), -1 (uncertain), or blank.

    Args:
        classes: The findings.
        blank: The meaning of blank cells: ``'unknown'``, ``'negative'`` or ``'positive'``, or a
            dict with one of them for each finding, and for the other findings as ``'default'``.
        uncertain: The meaning of -1, likewise.
        others: Findings, other than ``classes``, that a policy may name.

    Raises:
        ValueError: There is no such policy or finding.
    """

    def __init__(
        self, classes: Sequence[str], blank: Policy, uncertain: Policy, others: Sequence[str] = ()
    ):
        self.classes = list(classes)
        known = list(dict.fromkeys([*others, *classes]))
        self.blank = _policies("blank", blank, classes, known)
        self.uncertain = _policies("uncertain", uncertain, classes, known)

    def labels(self, columns: Sequence[pa.DictionaryArray], table: Table, row: int) -> np.ndarray:
        """``(N, C)``, the labels in a block of N rows, with a column for each finding.

        Args:
            columns: The cells of each finding.
            table: The table, for messages.
            row: The number of rows before the block.

        Raises:
            ValueError: A cell has another value; the message says where.
        """
        policies = zip(columns, self.classes, self.blank, self.uncertain, strict=True)
        return np.stack([_labels(*policy, table, row) for policy in policies], axis=1)


def meanings(
    cells: pa.DictionaryArray,
    meaning: Callable[[str], int | None],
    allowed: str,
    column: str,
    table: Table,
    row: int,
) -> np.ndarray:
    """The meaning of each cell of a block; NaN, NA and the like are blank, but ``?`` is not.

    Args:
        cells: The cells of a column.
        meaning: The meaning of a text, or None if it has none.
        allowed: Says which values there are, for the message.
        column: The column's name.
        table: The table.
        row: The number of rows before the block.

    Raises:
        ValueError: A cell has no meaning; the message says where.
    """
    texts, number = numbered(cells)
    values = [text.strip() for text in texts]
    found = [meaning("" if value.lower() in _BLANK_WORDS else value) for value in values]
    wrong = np.flatnonzero(np.array([code is None for code in found])[number])
    if wrong.size:
        raise ValueError(
            f"{table.cell(row + int(wrong[0]), column)} has the value "
            f"{values[number[wrong[0]]]!r}: {allowed}."
        )
    return np.array([code or 0 for code in found], dtype=np.int8)[number]


def _policies(name: str, policy: Policy, classes: Sequence[str], known: Sequence[str]) -> list[int]:
    """The label that a policy gives for each class."""
    policies = {"default": policy} if isinstance(policy, str) else dict(policy)
    for finding, choice in policies.items():
        if finding != "default" and finding not in known:
            raise ValueError(f"{name}={policy!r}: {unknown_class(finding, known)}")
        if choice not in POLICIES:
            raise ValueError(f"{name}={policy!r}: choose one of {', '.join(POLICIES)}.")
    missing = next((cls for cls in classes if cls not in policies), None)
    if "default" not in policies and missing is not None:
        raise ValueError(
            f"{name}={policy!r} has no policy for {missing!r}: add one, or one for 'default'."
        )
    return [POLICIES[policies[cls if cls in policies else "default"]] for cls in classes]


def _labels(
    cells: pa.DictionaryArray, finding: str, blank: int, uncertain: int, table: Table, row: int
) -> np.ndarray:
    """The labels of a finding in a block that begins at ``row``."""
    meaning = {1: POSITIVE, 0: NEGATIVE, -1: uncertain, "": blank}
    allowed = "a finding is 1.0, 0.0, -1.0 or blank"
    return meanings(cells, lambda text: meaning.get(_number(text)), allowed, finding, table, row)


def _number(text: str) -> float | str | None:
    """The number in a cell, ``''`` if it is blank, or None if it has anything else."""
    try:
        return float(text) if text else ""
    except ValueError:
        return None
