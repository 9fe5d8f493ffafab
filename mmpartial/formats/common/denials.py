"""Names of classes that say that another class is absent, or that nobody is sure of it."""

import re
from collections.abc import Iterable

from ...utils.log import warn
from ...utils.names import alike, visible

_DENIAL = re.compile(
    r"(?:(?:not|no|non|without|possibl[ey]|kein|keine|ohne)[ _-]+|[!~¬-] ?)(.+)", re.I
)
_DOUBT = re.compile(r"(.+?) ?(?:\?|\(\?\))")


def warn_of_denials(path: str, classes: Iterable[str]) -> None:
    """Warn of names such as ``not dog`` and ``dog?`` beside ``dog``; they are read as classes.

    Call it if the user has not listed the classes.
    """
    known = {alike(name): name for name in classes}
    for name in known.values():
        found = _DENIAL.fullmatch(name) or _DOUBT.fullmatch(name)
        other = known.get(alike(found[1])) if found else None
        if other is not None:
            warn(
                f"{path} has the classes {visible(other)} and {visible(name)}: if the second says "
                "that the first is absent or not sure, write it as a negative or an unknown label "
                "of the first; if not, list both in classes"
            )
