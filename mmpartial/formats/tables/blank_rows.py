"""Blank rows at the end of a table, which spreadsheets write."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from ...utils.log import note

Block = list[pa.DictionaryArray]


def without_blank_end(blocks: Iterable[Block], path: str | None) -> Iterator[Block]:
    """Blocks of rows without the blank rows at the end of the table.

    The log says how many were left out, unless ``path`` is None. A blank row before other rows
    stays.
    """
    held: list[Block] = []  # blank rows, until other rows follow
    for block in blocks:
        end = _end_of_data(block)
        if end:
            yield from held
            yield [column[:end] for column in block]
            held = []
        if end < len(block[0]):
            held.append([column[end:] for column in block])
    if held and path is not None:
        number = sum(len(block[0]) for block in held)
        note(f"{path}: blank rows at its end that are left out: {number}")


def _end_of_data(block: list[pa.DictionaryArray]) -> int:
    """The number of rows without the blank ones at the end."""
    if not len(block[0]) or not is_blank(block[0][-1].as_py()):
        return len(block[0])
    filled: np.ndarray = np.zeros(len(block[0]), dtype=bool)
    for column in block:
        texts, number = numbered(column)
        filled |= np.array([not is_blank(text) for text in texts])[number]
    return int(np.flatnonzero(filled)[-1]) + 1 if filled.any() else 0


def numbered(column: pa.DictionaryArray) -> tuple[list[str], np.ndarray]:
    """The different texts of a column, with ``''`` for a missing one, and each cell's number."""
    texts = [*(text or "" for text in column.dictionary.to_pylist()), ""]
    return texts, column.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)


def is_blank(text: str | None) -> bool:
    """Whether a cell has no text, or only space."""
    return not (text or "").strip()
