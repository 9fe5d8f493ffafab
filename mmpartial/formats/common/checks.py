"""Checks of names and labels that hold for all formats."""

from collections.abc import Iterable, Sequence
from typing import Any

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.names import alike_pair, difference, in_lines, unseen, visible

# Options that do not say where the labels are or what they mean.
_NO_SOURCE = {
    *("unlisted", "classes", "min_score", "file_key", "image_root", "subset", "deleted"),
    *("conflicts", "separator", "nothing", "ignore_columns", "sheet", "group"),
    *("merge_rows", "allow_no_positives"),
}


def check_names(path: str, what: str, names: Any) -> None:
    """Check that names of images, classes or columns are texts without invisible characters.

    Args:
        path: The file, for the error message.
        what: ``'image'``, ``'class'`` or ``'column'``.
        names: The names.

    Raises:
        ValueError: They are not a list, or a name is not a text, is blank, has space around it, or
            has a character that cannot be seen, such as a line break or a zero-width space.
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
    """Whether all names are visible ASCII without space around them; quick for many names."""
    if not {*map(type, names)} <= {str}:
        return False
    return all(
        lines.isascii()
        and lines.count("\n") == number + 1
        and lines.replace("\n", "").isprintable()
        and not any(space in lines for space in ("\n\n", "\n ", " \n"))
        for lines, number in in_lines(names)
    )


def check_alike(path: str, classes: Iterable[str], advice: str) -> None:
    """Check that no two class names in a file look alike; call it if the user has listed none.

    Args:
        path: The file, for the error message.
        classes: The names in the file.
        advice: What to do if both names are classes, for the error message.
    """
    pair = alike_pair(classes)
    if pair is not None:
        raise ValueError(
            f"{path} has the classes {visible(pair[0])} and {visible(pair[1])}, which differ only "
            f"in {difference(*pair)}: write one of them throughout; if they are two classes, "
            f"{advice}."
        )


def check_joined(path: str, names: set[str], advice: str) -> None:
    """Check that no class name in a file is a list of others; call it if the user has listed none.

    Args:
        path: The file, for the error message.
        names: The names in the file.
        advice: How to split them, for the error message.
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
    """Check that a label is positive; if none is, the wrong part of the file was probably read.

    Args:
        path: The file, for the error message.
        found: The annotations in it.
        options: The options of the format, for the error message.
    """
    positive, negative, unknown = (
        int(found.labels.count(state).sum()) for state in (POSITIVE, NEGATIVE, UNKNOWN)
    )
    if positive:
        return
    kinds = [f"{n} {state}" for n, state in ((negative, "negative"), (unknown, "unknown")) if n]
    sources = ", ".join(name for name in options if name not in _NO_SOURCE)
    advice = (
        "Most often the labels are in another column, field or control: look at the options "
        f"{sources}. "
        if sources
        else ""
    )
    raise ValueError(
        f"{path} has no positive label: its {len(found)} images x {len(found.classes)} classes are "
        f"{' and '.join(kinds)}. {advice}If nothing is positive there, as in images to predict, "
        "set allow_no_positives=True."
    )
