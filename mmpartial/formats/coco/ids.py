"""Ids in COCO's format: whole numbers, or texts as camera traps have them."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np

from ...utils.json_objects import is_unicode
from ...utils.log import note

Id = int | str


def as_id(where: str, value: Any) -> Id:
    """An id as a whole number or a text: 1.0, which pandas writes, is 1.

    >>> as_id('images[0] has id', 1.0)
    1
    """
    if type(value) is int or (type(value) is str and value and is_unicode(value)):
        return value
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return int(value)
    raise ValueError(f"{where}={value!r}: an id is a whole number or a text.")


def one_kind(part: str, ids: Sequence[Id]) -> None:
    """Check that ids are different, and that all are numbers or all are texts."""
    kinds: dict[type, Id] = {}
    places: dict[Id, int] = {}
    for number, value in enumerate(ids):
        kinds.setdefault(type(value), value)
        first = places.setdefault(value, number)
        if first != number:
            raise ValueError(
                f"{part}[{first}] and {part}[{number}] have the same id {value!r}: remove one of "
                "them."
            )
    if len(kinds) > 1:
        raise ValueError(
            f"{part} have the ids {kinds[int]!r} and {kinds[str]!r}: write all as numbers or all "
            "as texts."
        )


class References:
    """The ids that many entries refer to; equal ones are stored once.

    Args:
        key: The key of the id in an entry.
    """

    def __init__(self, key: str):
        self.key = key
        self.numbers = array("q")
        self.different: dict[Id, int] = defaultdict(count().__next__)

    def append(self, value: Id) -> None:
        """Add an id."""
        self.numbers.append(self.different[value])

    def __getitem__(self, entry: int) -> Id:
        return list(self.different)[self.numbers[entry]]

    def find(self, path: str, ids: Sequence[Id]) -> np.ndarray:
        """The place of each id among some ids, or -1.

        Some tools write an id as a number in one part of a file and as a text in another. Such ids
        are the same, and the log says so.
        """
        place = {str(value): number for number, value in enumerate(ids)}
        found = [place.get(str(value), -1) for value in self.different]
        for value, number in zip(self.different, found, strict=True):
            if number >= 0 and type(value) is not type(ids[number]):
                note(
                    f"{path} refers with {self.key}={value!r} to the id {ids[number]!r}: numbers "
                    "and texts count as the same ids"
                )
                break
        return np.array(found, dtype=np.int64)[np.array(self.numbers, dtype=np.int64)]
