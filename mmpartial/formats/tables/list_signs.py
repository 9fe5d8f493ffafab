"""Signs that the cells of a column hold several classes each.

The name of a class may contain a comma or a blank. So these are a sign only together with other
cells: ``haze primary`` is a list if ``haze`` and ``primary`` are cells themselves, or if its words
stand in different places elsewhere, as in ``agriculture primary water``. ``sun burn`` is not a
list, even beside ``sun flower`` or ``burn``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence

from .cell_lists import LISTS, MARKS, is_bracketed, parsed, split

_CLEAR = "|;\t；｜、"  # no name contains these
_COMMAS = ",，"
_OTHERS = (" ", "/", "&", "+")
_OF_NAMES = (":", "-", "_", " and ")  # many names contain these
_ENOUGH = 0.1  # among many names, some are made of others: bicycle wheel, coffee table
_WORDS = {mark: word for word, mark in MARKS.items()}


def list_sign(
    cells: Sequence[str], given: Collection[str] = (), alone: bool = True
) -> tuple[str, str] | None:
    """The first cell that looks like a list, and the ``separator`` that splits it.

    Args:
        cells: The different cells of a column.
        given: Names that are known to be classes.
        alone: Whether each image has only one row, which is a hint that cells list all classes.

    >>> list_sign(['cat', 'cat|dog'])
    ('cat|dog', '|')
    >>> list_sign(['dry', 'sun burn', 'sun flower'])
    """
    open_cells = [cell for cell in cells if cell and cell not in given]
    for cell in open_cells:
        sign = _clear_sign(cell)
        if sign:
            return cell, sign
    single = {*cells, *given}
    for mark in _COMMAS:
        found = _by_comma(open_cells, single, mark)
        if found:
            return found, _WORDS.get(mark, mark)
    open_cells = [cell for cell in open_cells if not any(mark in cell for mark in _COMMAS)]
    known = single if alone else {*given}
    for mark in (*_OTHERS, *_OF_NAMES):
        found = _by_known(open_cells, mark, lambda parts: known.issuperset(parts))
        if found:
            return found, _WORDS.get(mark, mark)
    for mark in _OTHERS:
        found = _by_known(open_cells, mark, lambda parts: len(known.intersection(parts)) > 1)
        if not found and alone and not given:
            found = _by_order(open_cells, mark)
        if found:
            return found, _WORDS.get(mark, mark)
    return None


def _clear_sign(cell: str) -> str | None:
    """The separator of a cell that is a list whatever other cells hold."""
    if is_bracketed(cell) and _is_list(cell):
        return LISTS
    if cell.startswith("#") and " #" in cell:
        return _WORDS[" "]
    for mark in (" ", ","):
        if mark in cell and _is_numbers(cell, mark):
            return _WORDS[mark]
    return next((_WORDS.get(mark, mark) for mark in _CLEAR if mark in cell), None)


def _is_list(cell: str) -> bool:
    """Whether a cell in brackets is a list; ``[UNK]`` and ``(other)`` are not."""
    inside = cell[1:-1].strip()
    if cell[0] != "(":
        return not inside or any(mark in inside for mark in "'\",") or _is_numbers(inside, " ")
    try:
        return isinstance(parsed(cell), tuple)
    except ValueError:
        return False


def _is_numbers(text: str, mark: str) -> bool:
    return all(part.isdecimal() for part in split(text, mark))


def _parts(cells: Sequence[str], mark: str) -> dict[str, list[str]]:
    """The parts of each cell that has several."""
    parts = {cell: split(cell, mark) for cell in cells if mark in cell}
    return {cell: found for cell, found in parts.items() if len(found) > 1}


def _by_comma(cells: Sequence[str], single: Collection[str], mark: str) -> str | None:
    """A cell with a part that is a cell itself, or the first part of another cell.

    The first part counts only if no blank follows the comma: ``crane, bird`` is a name.
    """
    parts = _parts(cells, mark)
    known = {*single, *(found[0] for found in parts.values())}
    signs = [
        cell
        for cell, found in parts.items()
        if not known.isdisjoint(found[1:]) or (found[0] in single and f"{mark} " not in cell)
    ]
    return _first(signs, parts)


def _by_known(cells: Sequence[str], mark: str, suffices: Callable[[list[str]], bool]) -> str | None:
    """A cell with enough parts that are known classes."""
    parts = _parts(cells, mark)
    return _first([cell for cell, found in parts.items() if suffices(found)], parts)


def _first(signs: Sequence[str], parts: Collection[str]) -> str | None:
    """The first cell with a sign, if enough of the cells with parts have one."""
    return signs[0] if signs and len(signs) >= _ENOUGH * len(parts) else None


def _by_order(cells: Sequence[str], mark: str) -> str | None:
    """A cell with a word that has another place in another cell, if a third of shared words have.

    A word that several names share is the first of each, or the last of each. Cells that repeat a
    word, such as ``Bison bison``, are not lists.
    """
    parts = {
        cell: found
        for cell, found in _parts(cells, mark).items()
        if len({word.lower() for word in found}) == len(found)
    }
    ends: dict[str, set[str]] = defaultdict(set)
    for found in parts.values():
        for i, word in enumerate(found):
            end = "last" if i == len(found) - 1 else "inside"
            ends[word].add("first" if i == 0 else end)
    often = Counter(word for found in parts.values() for word in {*found})
    shared = [word for word, number in often.items() if number > 1]
    moved = {word for word in shared if len(ends[word]) > 1}
    long = [found for found in parts.values() if len(found) > 3]
    clear = len(moved) > 1 or any(word in moved for found in long for word in found[1:-1])
    if not clear or 3 * len(moved) < len(shared):
        return None
    return next(cell for cell, found in parts.items() if not moved.isdisjoint(found))
