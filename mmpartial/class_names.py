"""Saying that there is no class of some name."""

from collections.abc import Sequence
from difflib import get_close_matches


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """The sentence that says that there is no such class, and which is nearest.

    >>> unknown_class('Cat', ['cat', 'dog'])
    "there is no class 'Cat' among the 2 classes; the nearest is 'cat'."
    """
    by_lower = {str(c).lower(): str(c) for c in classes}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0)
    hint = f"; the nearest is {by_lower[near[0]]!r}" if near else ""
    return f"there is no class {name!r} among the {len(classes)} classes{hint}."
