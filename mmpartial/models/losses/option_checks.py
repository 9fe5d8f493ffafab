"""The ranges of numbers in the options of losses; NaN and infinity are in none of them."""

import math
from collections.abc import Callable, Sequence
from typing import Any

Numbers = float | Sequence[float]


def check_finite(**options: Numbers) -> None:
    """Raise a ValueError that names an option which is not finite.

    >>> check_finite(margin=math.nan)
    Traceback (most recent call last):
    ValueError: margin=nan: give a finite number.
    """
    _check(options, "", lambda number: True)


def check_not_negative(**options: Numbers) -> None:
    """Raise a ValueError that names an option which is not 0 or more, and finite."""
    _check(options, " of 0 or more", lambda number: number >= 0)


def check_positive(**options: Numbers) -> None:
    """Raise a ValueError that names an option which is not above 0, and finite."""
    _check(options, " above 0", lambda number: number > 0)


def _check(options: dict[str, Any], span: str, inside: Callable[[float], bool]) -> None:
    for name, value in options.items():
        pair = isinstance(value, (tuple, list))
        for number in value if pair else [value]:
            if not (isinstance(number, (int, float)) and math.isfinite(number) and inside(number)):
                kind = "finite numbers" if pair else "a finite number"
                raise ValueError(f"{name}={value!r}: give {kind}{span}.")
