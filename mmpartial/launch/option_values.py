"""Refuses values of ``--cfg-options`` that are of another kind than their keys take."""

from collections.abc import Mapping
from typing import Any

from mmengine.config import Config

from ..utils.registered import class_of
from .option_keys import READERS, part_at
from .type_arguments import types_of

_NUMBERS = {"int", "float"}
# The words in annotations of arguments that take no texts.
_WORDS = {*_NUMBERS, "bool", "None", "NoneType", "Optional", "Union", "typing", "class"}


def check_values(options: Mapping[str, Any], cfg: Config) -> None:
    """Refuse texts and None where numbers belong, and single values where dicts are.

    Otherwise they raise errors later, which do not name the key.

    Args:
        options: The options by their dotted keys.
        cfg: The config before they are merged.

    Raises:
        ValueError: A value is of another kind than its key takes.
    """
    for key, value in options.items():
        path, _, name = key.rpartition(".")
        part = part_at(path, cfg._cfg_dict)
        before = part.get(name) if isinstance(part, dict) else None
        if before and isinstance(before, dict) and isinstance(value, str | int | float):
            raise ValueError(
                f"--cfg-options {key}={value}: {key} is a dict, so write the key of a value in it, "
                f"as in {key}.{next(iter(before))}."
            )
        if isinstance(value, str | None) and isinstance(part, dict):
            check = _check_none if value is None else _check_text
            check(f"--cfg-options {key}={value}", before, _types(path, part, name))


def _check_none(given: str, before: Any, types: set[str]) -> None:
    """Refuse None if the annotation is a number and nothing else."""
    if types & _NUMBERS and types <= {*_NUMBERS, "class"}:
        raise ValueError(f"{given}: write a number.")


def _check_text(given: str, before: Any, types: set[str]) -> None:
    """Refuse a text if the value before, or the annotation, is a number, or True or False."""
    if "str" in types:
        return
    if isinstance(before, bool):
        raise ValueError(f"{given}: write True or False.")
    if isinstance(before, int | float) or (types & _NUMBERS and types <= _WORDS):
        raise ValueError(f"{given}: write a number.")


def _types(path: str, part: dict, name: str) -> set[str]:
    """The types that a key of a part of the config takes, by annotations; empty if unknown."""
    kind = part.get("type")
    readers = READERS.get(path, ((),))[0] if kind is None else ()
    found = class_of(kind) if isinstance(kind, str) else kind
    for reader in readers if found is None else (found,):
        types = types_of(reader, name)
        if types:
            return types
    return set()
