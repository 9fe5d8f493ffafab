"""Lists in messages, of which only the beginning is shown."""

from collections.abc import Iterable, Sequence
from itertools import islice

from .names import visible


def few(texts: Iterable[str], most: int) -> str:
    """The first texts for a message, and dots if there are more.

    >>> few(['cat', 'dog', 'bird'], 2), few(['cat', 'dog'], 2)
    ('cat, dog, ...', 'cat, dog')
    """
    first = [*islice(texts, most + 1)]
    return ", ".join(first[:most]) + (", ..." if len(first) > most else "")


def counted(texts: Sequence[str], most: int, between: str = ", ") -> str:
    """The first texts for a message, and the number of the others.

    >>> counted(['cat', 'dog', 'bird'], 2), counted(['cat', 'dog'], 2)
    ('cat, dog, and 1 more', 'cat, dog')
    """
    more = [f"and {len(texts) - most} more"] if len(texts) > most else []
    return between.join([*texts[:most], *more])


def shown(names: Iterable[str], most: int = 3) -> str:
    r"""The first names for a message, without quotes; characters that cannot be seen are escaped.

    >>> print(shown(['cat', 'do\u200bg', 'bird'], most=2))
    cat, do\u200bg, ...
    """
    return few((visible(name)[1:-1] for name in names), most)
