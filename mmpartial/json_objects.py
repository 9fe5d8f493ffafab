"""JSON objects in which every key is there once."""

from typing import Any


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The ``object_pairs_hook`` for ``json``, which keeps the last of equal keys by itself.

    Raises:
        ValueError: A key is there twice.

    >>> without_repeats([('cat', 1), ('cat', 2)])
    Traceback (most recent call last):
        ...
    ValueError: the key 'cat' is there twice: keep one of them.
    """
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} is there twice: keep one of them.")
    return content
