"""Says what the columns of a table hold: classes, groups, numbers and so on."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...formats.tables.columns import without_index
from ...formats.tables.label_cells import LabelCells
from ...formats.tables.long_columns import stem
from ...formats.tables.reader import open_table
from ...formats.tables.unread_cells import COUNTS, is_count, is_mark
from ...labels import NEGATIVE, UNKNOWN
from ...utils.image_endings import is_image
from ...utils.names import visible
from .image_columns import is_part_column

_CLASS_NAMES = {
    *("class", "label", "labelname", "category", "tag", "species", "finding"),
    *("classes", "labels", "categories", "tags", "findings", "finding labels"),
    *("common_name", "scientific_name", "scientificname", "taxon"),
}
_BOX = {"xmin", "ymin", "xmax", "ymax"}  # columns of a table with a row for each box
# Columns of such a table that describe the object of a row, perhaps with "is" before the name.
_OF_OBJECTS = {"occluded", "truncated", "difficult", "crowd", "groupof", "depiction", "inside"}
_NUMBER = re.compile(r"-?\d+([.,]\d+)? ?%?")
_ID = re.compile(r"(?:.*[_ -])?(?:id|ID|Id)|.*[a-z]I[dD]")  # of a project, image, patient
_FEW, _SHORT = 10, 20  # most other words, and letters of a word, in a column that may hold labels


@dataclass
class Column:
    """A column and its cells.

    Attributes:
        name: Its name.
        cells: How often each text occurs.
        unread: The texts that are no labels.
        unknown: The texts that mean unknown, other than -1, and that the user has not explained.
        minus_ones: The spellings of -1 that the user has not explained.
        zero: Whether a cell is 0, however it is spelt.
        kind: ``'class'``, ``'unsure'``, ``'blank'``, or another kind in words, such as
            ``'numbers'``.
    """

    name: str
    cells: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    minus_ones: list[str] = field(default_factory=list)
    zero: bool = False
    kind: str = ""

    @property
    def numbers(self) -> bool:
        """Whether the texts that are no labels are numbers."""
        return all(map(_NUMBER.fullmatch, self.unread))

    @property
    def files(self) -> bool:
        """Whether most cells look like names of images."""
        named = sum(number for text, number in self.cells.items() if is_image(text))
        return 2 * named > sum(self.cells.values())

    @property
    def box(self) -> bool:
        """Whether it holds an edge of a box, such as ``XMin``, which may be 1 or 0."""
        return self.name.lower().replace("_", "") in _BOX

    @property
    def of_object(self) -> bool:
        """Whether it describes the object of a row, such as ``IsOccluded``."""
        return self.name.lower().replace("_", "").removeprefix("is") in _OF_OBJECTS

    @property
    def names_classes(self) -> bool:
        """Whether it is called as a column of class names often is."""
        return self.name.lower() in _CLASS_NAMES

    @property
    def constant(self) -> bool:
        """Whether all its texts are one word, which is no label."""
        return self.kind.startswith("always")

    @property
    def groups(self) -> bool:
        """Whether its values may name groups of images."""
        return self.kind.startswith("groups")


def review(path: str, values: Mapping, sheet: str | None) -> list[Column]:
    """Read all columns except pandas' index, and say what each holds.

    Args:
        path: The table.
        values: Words that the user has explained.
        sheet: The sheet of an Excel workbook, or None.

    Raises:
        ValueError: There is no row, or the file is damaged.
    """
    table = open_table(path, sheet)
    columns = [Column(name) for name in without_index(table.names)]
    for block in table.batches([column.name for column in columns]):
        for column, cells in zip(columns, block, strict=True):
            for text, number in zip(*_counts(cells), strict=True):
                column.cells[(text or "").strip()] += number
    if not any(column.cells for column in columns):
        raise ValueError(f"{path} has no row below the names of its columns: write one an image.")
    labels = LabelCells(table, values)
    for column in columns:
        column.minus_ones = [*filter(labels.is_minus_one, column.cells)]
        meaning = {text: labels.meaning(text) for text in column.cells}
        column.unread = [text for text, state in meaning.items() if state is None]
        column.zero = NEGATIVE in meaning.values()
        column.unknown = [
            text
            for text, state in meaning.items()
            if state == UNKNOWN and not labels.explains(text) and not labels.is_minus_one(text)
        ]
        column.kind = _kind(column, labels)
    return columns


def long_columns(columns: Sequence[Column], image: str) -> list[Column]:
    """The columns that may name classes, such as ``label``, or ``tag1`` and ``tag2``.

    If there are any, the table has a row for each label, or several classes in a row.
    """
    classes = [c for c in columns if c.kind == "class" and c.name != image and not c.of_object]
    named = [column for column in columns if stem(column.name) in _CLASS_NAMES]
    named = [column for column in named if column.kind not in ("class", "unsure", "blank")]
    boxes = sum(column.box for column in columns) == len(_BOX)
    if not named or (len(classes) > 1 and not boxes):
        return []
    stems = {stem(column.name) for column in named if not column.constant}
    return [column for column in named if stem(column.name) in stems] or named


def _counts(cells) -> tuple[list, list[int]]:  # type: ignore[no-untyped-def]
    found = cells.value_counts()
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def _kind(column: Column, labels: LabelCells) -> str:
    filled = [text for text in column.cells if text]
    known = [t for t in filled if labels.explains(t) or labels.meaning(t) not in (None, UNKNOWN)]
    others = list({text.lower(): text for text in column.unread}.values())
    rows = sum(column.cells.values())
    if is_part_column(column.name):
        return "parts or folds"
    if column.box:
        return "edges of boxes"
    if len({text.lower() for text in column.cells}) == rows > _FEW // 2:
        return "a different text in each row"
    if known and labels.explains(COUNTS) and all(map(is_count, known)):
        return "numbers"  # such as ages: a count of objects may be 0 or 1
    if column.numbers and known and _ID.fullmatch(column.name):
        return "ids"
    if not others:
        return "class" if known else "blank"
    short = len(others) <= _FEW and max(map(len, others)) <= _SHORT
    most = 2 * sum(column.cells[text] for text in known) >= sum(column.cells[t] for t in filled)
    marks = all(map(is_mark, others)) or sum(len(w) > 1 and is_mark(w) for w in others) > 1
    if (short and (known or marks)) or (most and known):
        return "unsure"
    if len(others) == 1:
        return f"always {visible(others[0])}"
    if column.numbers:
        return "numbers"
    if any(len(word.split()) > 4 for word in others):
        return "free text"
    return f"groups: {len(others)} values"
