"""Names that nobody knows, and names that are there twice."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """The sentence that says that there is no such class, and which is nearest.

    >>> unknown_class('Cat', ['cat', 'dog'])
    "there is no class 'Cat' among the 2 classes; the nearest is 'cat'."
    """
    by_lower = {str(c).lower(): str(c) for c in classes}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0)
    hint = f"; the nearest is {by_lower[near[0]]!r}" if near else ""
    return f"there is no class {name!r} among the {len(classes)} classes{hint}."


def repeated(names: Iterable[Name]) -> Name | None:
    """The first name that is there more than once, or None.

    >>> repeated(['cat', 'dog', 'cat'])
    'cat'
    """
    return next((name for name, number in Counter(names).items() if number > 1), None)
