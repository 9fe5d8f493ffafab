"""Names of fields and controls, which users choose."""

from collections.abc import Collection, Mapping


def check_fields(
    path: str,
    kind: str,
    wanted: dict[str, str],
    found: Collection[str],
    others: Mapping[str, str],
) -> None:
    """Check that the fields with labels have the names that a user gives, and the right type.

    A field without any label is not in the file. So a field counts as missing only if the file has
    a field that nobody asked for, or only fields of other types.

    Args:
        path: The annotation file, for the error message.
        kind: The tool's word for such a field.
        wanted: For each option its value, the name of a field, or ``''`` if there is none.
        found: The fields in the file.
        others: The fields of other types, with their types.
    """
    there = {name: repr(name) for name in sorted(set(found) - set(wanted.values()))}
    typed = {name: f"{name!r} ({others[name]})" for name in sorted(others)}
    if not set(found) & set(wanted.values()):
        there |= typed
    for option, name in wanted.items():
        if name and name in others:
            raise ValueError(
                f"{path} has no {kind} {name!r}, which is {others[name]} and not read: set "
                f"{option} to another one, or to '' if there is none."
            )
        if there and name and name not in found:
            raise ValueError(
                f"{path} has no {kind} {name!r}, but {', '.join(there.values())}: set {option} "
                "to the right one, or to '' if there is none."
            )
