"""What is wrong with names and labels, whatever the format."""

from collections.abc import Iterable, Sequence
from typing import Any

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.names import alike_pair, difference, unseen, visible

# Options that do not say where labels are, or what they mean.
_NO_SOURCE = {
    *("unlisted", "classes", "min_score", "file_key", "image_root", "subset", "deleted"),
    *("conflicts", "separator"),
}


def check_names(path: str, what: str, names: Any) -> None:
    """Look whether the names of images, classes or columns are texts that can be seen as they are.

    Args:
        path: The file, for the error message.
        what: What has these names.
        names: The names.

    Raises:
        ValueError: They are no list, or one is no text, is blank, has space around it, or has a
            character that cannot be seen, such as a line break or a zero-width space.
    """
    if not isinstance(names, list | tuple):
        raise ValueError(f"{path} has {names!r}: write a list of names, one for each {what}.")
    if _are_plain(names):
        return
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"{path} has the {what} {name!r}: write its name in quotes.")
        if not name.strip():
            article = "an" if what == "image" else "a"
            raise ValueError(f"{path} has {article} {what} without a name: write one.")
        if name != name.strip():
            raise ValueError(
                f"{path} has the {what} {visible(name)}: remove the space around its name."
            )
        hidden = unseen(name)
        if hidden is not None:
            raise ValueError(
                f"{path} has the {what} {visible(name)}, with {hidden}, which cannot be seen: "
                "take it out of the name."
            )


def _are_plain(names: Sequence) -> bool:
    """Whether all are visible ASCII without space around it, which is quick to see for many."""
    if not {*map(type, names)} <= {str}:
        return False
    lines = "\n".join(["", *names, ""])
    return (
        lines.isascii()
        and "".join(names).isprintable()
        and not any(space in lines for space in ("\n\n", "\n ", " \n"))
    )


def check_alike(path: str, classes: Iterable[str], advice: str) -> None:
    """Look whether classes that nobody listed look alike and are still not equal.

    Args:
        path: The file, for the error message.
        classes: The names that occur.
        advice: What to do if they are two classes, for the error message.

    Raises:
        ValueError: Two names differ only in letter case, blanks, or what cannot be seen.
    """
    pair = alike_pair(classes)
    if pair is not None:
        raise ValueError(
            f"{path} has the classes {visible(pair[0])} and {visible(pair[1])}, which differ only "
            f"in {difference(*pair)}: write one of them throughout; if they are two classes, "
            f"{advice}."
        )


def check_joined(path: str, names: set[str], advice: str) -> None:
    """Look whether a class that nobody listed is a list of other ones in one text.

    Args:
        path: The file, for the error message.
        names: The names that occur.
        advice: How to take them apart, for the error message.

    Raises:
        ValueError: All parts of a name are names.
    """
    for name in sorted(names):
        for mark in ",;|":
            parts = [part.strip() for part in name.split(mark)]
            if len(parts) > 1 and names.issuperset(parts):
                raise ValueError(
                    f"{path} has the class {name!r} beside {', '.join(map(repr, parts))}: several "
                    f"classes seem to be in one text; {advice}, or give classes if it is a class "
                    "of its own."
                )


def check_positives(path: str, found: Annotations, options: Iterable[str]) -> None:
    """Look whether anything is positive, because otherwise something else was read than meant.

    Args:
        path: The file, for the error message.
        found: What was read.
        options: The options of the format, for the error message.

    Raises:
        ValueError: No label is positive.
    """
    positive, negative, unknown = (
        int(found.labels.count(state).sum()) for state in (POSITIVE, NEGATIVE, UNKNOWN)
    )
    if positive:
        return
    kinds = [f"{n} {state}" for n, state in ((negative, "negative"), (unknown, "unknown")) if n]
    sources = ", ".join(name for name in options if name not in _NO_SOURCE)
    advice = (
        "Most often another column, field or control was read than the one with the labels: look "
        f"at the options {sources}. "
        if sources
        else ""
    )
    raise ValueError(
        f"{path} has no positive label: its {len(found)} images x {len(found.classes)} classes are "
        f"{' and '.join(kinds)}. {advice}If nothing is positive there, as in images to predict, "
        "set allow_no_positives=True."
    )
