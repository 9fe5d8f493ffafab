"""The config in a checkpoint: read as data, because as a program it may do anything."""

import ast
import math
import sys
from collections.abc import Mapping
from typing import Any

from mmengine.config import Config
from mmengine.utils import import_modules_from_strings

from .registered import class_of, registries

_NUMBERS = {"inf": math.inf, "nan": math.nan}  # as MMEngine writes them


def saved_config(text: Any, source: Any) -> Config:
    """The config that MMEngine wrote into a checkpoint.

    MMEngine would run the text as a program. Its own texts assign values to names, and nothing
    else, so that is all that is read. MMEngine also makes an object of anything on this machine
    that a ``type`` names, such as ``os.system``. Here a type has to be registered.

    Args:
        text: The text.
        source: The checkpoint, for messages.

    Raises:
        ValueError: The text is a program, or a type in it is not registered.
    """
    remedy = "give the config as well, if you trust the file"
    try:
        values = _values(ast.parse(text))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"{source} has a config that is not just values ({error}): {remedy}."
        ) from None
    if "custom_imports" in values:
        import_modules_from_strings(**values["custom_imports"])
    for name in _types(values):
        if not _is_registered(name):
            raise ValueError(
                f"{source} has a config with the type {str(name)[:60]!r}, which is not registered: "
                f"{remedy}."
            )
    return Config(values)


def _values(program: ast.Module) -> dict[str, Any]:
    """The values that a program of assignments gives to names."""
    found = {}
    for line in program.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
            raise ValueError(f"its line {line.lineno} is not an assignment")
        found[line.targets[0].id] = _value(line.value)
    return found


def _value(node: ast.expr) -> Any:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
        return kind(map(_value, node.elts))
    if isinstance(node, ast.Dict) and None not in node.keys:
        items = zip(node.keys, node.values, strict=True)
        return {_value(key): _value(value) for key, value in items if key is not None}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        pairs = {part.arg: _value(part.value) for part in node.keywords}
        if None not in pairs:  # None stands for two stars
            return dict(*map(_value, node.args)) | pairs
    if isinstance(node, ast.Name) and node.id in _NUMBERS:
        return _NUMBERS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Constant):
        return node.value
    raise ValueError(f"its line {node.lineno} has {type(node).__name__}")


def _types(value: Any) -> list[Any]:
    """All types that are named somewhere in a config."""
    if isinstance(value, Mapping):
        own = [value["type"]] if "type" in value else []
        return own + [name for part in value.values() for name in _types(part)]
    if isinstance(value, list | tuple):
        return [name for part in value for name in _types(part)]
    return []


def _is_registered(name: Any) -> bool:
    """Whether a type is registered, by a short name or by the place where Python finds it."""
    if not isinstance(name, str):
        return True  # it is not a type, and MMEngine says so
    scope, _, short = name.rpartition(".")
    if scope in ("", *(registry.scope for registry in registries())):
        return class_of(name) is not None
    found = getattr(sys.modules.get(scope), short, None)  # nothing is imported for it
    known = (one for registry in registries() for one in registry.module_dict.values())
    return any(found is one for one in known)
