"""Checks of the records of images in JSON files."""

from collections.abc import Callable, Sequence
from typing import Any


def check_records(where: str, records: Any, key: str) -> None:
    """Check that records are a list of objects with a path under ``key``."""
    if not isinstance(records, list):
        raise ValueError(f"{where} is not a list of images.")
    for number, record in enumerate(records):
        if not isinstance(record, dict) or not record.get(key):
            raise ValueError(f"{where}[{number}] has no {key}, the path of an image.")
        if not isinstance(record[key], str):
            raise ValueError(f"{where}[{number}] has {key}={record[key]!r}: write it in quotes.")


def check_lists(
    lists: Sequence[Any], key: str, kinds: set[type], wanted: str, name: Callable[[int], str]
) -> None:
    """Check that values are lists of numbers of some types; True is not a number.

    Args:
        lists: The values.
        key: Their key, for the error message.
        kinds: The types.
        wanted: What to write instead, for the error message.
        name: Gives the name of an image, for the error message.
    """
    for number, values in enumerate(lists):
        if not isinstance(values, list) or not set(map(type, values)) <= kinds or _huge(values):
            raise ValueError(f"{name(number)} has {key}={values!r}: write {wanted}.")


def _huge(numbers: Sequence[Any]) -> bool:
    """Whether a number is too large for a class, infinite or NaN."""
    return not max(map(abs, numbers), default=0) < 2**31


def check_indices(lists: Sequence[Any], key: str, name: Callable[[int], str]) -> None:
    """Check that values are lists of class indices."""
    check_lists(lists, key, {int}, "a list of classes, as whole numbers from 0", name)
