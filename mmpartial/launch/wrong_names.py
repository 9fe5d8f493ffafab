"""Describes types in a config that nobody registered, and keys that their parts do not take."""

import inspect
from collections.abc import Iterator
from typing import Any

from ..utils.names import nearest
from ..utils.registered import class_of, registries
from .option_keys import NEAR, taken_keys


def no_such_type(name: str, kind: str) -> str:
    """Describe a type that the registries of a kind do not have, and name the nearest one."""
    known = {
        # Configs need no prefix for names of MMEngine and MMPretrain.
        key if registry.scope in ("mmengine", "mmpretrain") else f"{registry.scope}.{key}"
        for registry in registries()
        if _plain(registry.name) == _plain(kind)
        for key in registry.module_dict
    }
    return f"there is no {_plain(kind)} {name!r}{nearest(name, known)}."


def _plain(kind: str) -> str:
    """The name of a registry in words; each library writes it differently."""
    return kind.replace("_", " ").replace("optim wrapper", "optimizer wrapper")


def no_such_optimizer(config: dict) -> str | None:
    """Describe the optimizer that MMEngine looks up in vain, and then calls."""
    name = ((config.get("optim_wrapper") or {}).get("optimizer") or {}).get("type")
    return no_such_type(name, "optimizer") if isinstance(name, str) else None


def misspelt(config: dict, key: str) -> str | None:
    """Describe a key that its part of the config does not take."""
    for path, part in dicts_of(config):
        if key in part:
            known, is_open, whole = taken_keys(path, part)
            near = nearest(key, known)
            if key not in known and (near or not is_open):
                return f"{whole} {key!r}{near}."
    return None


def left_behind(config: dict, cls: str, key: str) -> str | None:
    """Describe arguments that a type does not take, such as inherited ones."""
    for path, part in dicts_of(config):
        name = str(part.get("type", ""))
        found = class_of(name)
        if key not in part or cls not in {c.__name__ for c in getattr(found, "__mro__", ())}:
            continue
        parameters = inspect.signature(found).parameters
        if key in parameters:
            continue
        open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        keys = [key] if open_ended else sorted({*part} - {*parameters} - {"type", "_scope_"})
        known = set(parameters) - {"args", "kwargs"}
        near = nearest(keys[0], known, NEAR) if len(keys) == 1 else ""
        method = ", or take a whole method with --method NAME" if ".loss" in path else ""
        them = "it" if len(keys) == 1 else "them"
        return (
            f"{path} is of type {name}, which takes no {', '.join(keys)}{near}. If the config "
            f"inherits {them}, write _delete_=True into that dict (or --cfg-options "
            f"{path}._delete_=True){method}. Otherwise remove {them}."
        )
    return None


def dicts_of(value: Any, path: str = "") -> Iterator[tuple[str, dict]]:
    """Walk over all dicts in a config, with their dotted keys."""
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            yield from dicts_of(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from dicts_of(part, f"{path}[{number}]")
