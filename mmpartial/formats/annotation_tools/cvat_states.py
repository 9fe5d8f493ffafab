"""The states in CVAT's tags and shapes: present, absent or unsure."""

from collections.abc import Iterable, Mapping, Sequence

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...utils.names import visible
from .cvat_xml import Export, Mark

STATE = "state"
_CHOICES = ("checkbox", "radio", "select")
# Attributes that describe a thing in the image.
_OF_WHAT_IS_THERE = {
    *("occluded", "truncated", "difficult", "crowd", "iscrowd", "is_crowd"),
    *("color", "colour", "quality"),
}
_DENIALS = {"absent", "false", "no", "none", "negative", "unknown", "0"}


def attribute_of_state(path: str, export: Export, state: str | None) -> str:
    """The attribute that says whether a label is in the image, ``''`` if there is none.

    Args:
        path: The file, for error messages.
        export: Its contents.
        state: The attribute that a user names, ``''`` for none, or None to find out.

    Raises:
        ValueError: The attribute is missing, or none was named and another one may be meant.
    """
    if state == "":
        return ""
    name = STATE if state is None else state
    labels = {label for label, attributes in export.labels.items() if name in attributes}
    labels |= {mark.label for mark in export.marks if name in mark.attributes}
    if state is not None and not labels:
        there = sorted({name for names in export.labels.values() for name in names}
                       | {name for mark in export.marks for name in mark.attributes})  # fmt: skip
        raise ValueError(
            f"{path} has no attribute {state!r}, but {', '.join(map(repr, there)) or 'none'}: set "
            "state to the one that says whether a class is in the image, or to '' if none does."
        )
    if state is None:
        _check_others(path, export, labels)
    return name


def _check_others(path: str, export: Export, labels: set[str]) -> None:
    """Check that tags without the attribute ``state`` have no other attribute that may mean absent.

    Shapes do not matter: people draw them around things, and their attributes describe these.
    """
    others: dict[str, Mark] = {}
    for mark in export.marks:
        if mark.is_tag and mark.label not in labels:
            kinds = export.labels.get(mark.label, {})
            for name, value in mark.attributes.items():
                if _may_deny(name, value, kinds.get(name, "")):
                    others.setdefault(name, mark)
    if others:
        name, mark = next(iter(others.items()))
        none = STATE if labels else ""
        raise ValueError(
            f"{path} has tags with {', '.join(map(repr, sorted(others)))}, such as "
            f"{_where(export, mark, name)}: set state to the attribute that says whether a class "
            f"is in the image, or to {none!r} if these tags always say that it is."
        )


def _where(export: Export, mark: Mark, attribute: str) -> str:
    image = export.images[mark.image].name
    value = mark.attributes[attribute]
    return f"{visible(mark.label)} with {attribute}={value!r} in the image {visible(image)}"


def _may_deny(name: str, value: str, kind: str) -> bool:
    """Whether an attribute of a tag may mean that its label is absent."""
    if name.casefold() in _OF_WHAT_IS_THERE:
        return False
    return kind in _CHOICES or value.strip().casefold() in _DENIALS


def meanings(
    present: str | Sequence[str], absent: str | Sequence[str], unsure: str | Sequence[str]
) -> dict[str, int]:
    """The state that each value of the attribute means."""
    found: dict[str, int] = {}
    for values, state in ((present, POSITIVE), (absent, NEGATIVE), (unsure, UNKNOWN)):
        for value in [values] if isinstance(values, str) else values:
            if found.setdefault(_key(str(value)), state) != state:
                raise ValueError(f"{value!r} is in two of present, absent and unsure: choose one.")
    return found


def _key(value: str) -> str:
    return value.strip().casefold()


def states(
    path: str, export: Export, marks: Iterable[Mark], state: str, values: Mapping[str, int]
) -> list[int]:
    """The state of each tag or shape; without the attribute it is present."""
    found = []
    for mark in marks:
        value = mark.attributes.get(state) if state else None
        if value is not None and _key(value) not in values:
            raise ValueError(
                f"{path} has {_where(export, mark, state)}: put this value into present, absent "
                "or unsure, or set state to the attribute that says whether a class is in the "
                "image, or to '' if there is none."
            )
        found.append(POSITIVE if value is None else values[_key(value)])
    return found
