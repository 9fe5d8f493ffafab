"""The types that configs name, and the arguments that they take."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import mmengine.registry
from mmengine.registry import Registry


def registries() -> list[Registry]:
    """List the registries of MMEngine and of all projects on top of it."""
    found = [root for root in vars(mmengine.registry).values() if isinstance(root, Registry)]
    for registry in found:  # which grows meanwhile
        found += registry.children.values()
    return found


def class_of(name: str) -> Any:
    """Find a registered class by its name; None if there is none."""
    scope, _, short = name.rpartition(".")
    for registry in registries():
        if scope in ("", registry.scope):
            registry.import_from_location()
            if short in registry.module_dict:
                return registry.module_dict[short]
    return None


def arguments_of(found: Callable) -> tuple[set[str], bool]:
    """List the arguments that a class or function takes.

    Args:
        found: The class or function. A class that takes ``**kwargs`` takes the arguments of its
            bases as well.

    Returns:
        The names, and whether it takes others too.
    """
    functions: Iterator[Callable] = iter([found])
    if inspect.isclass(found):
        functions = (vars(base)["__init__"] for base in found.__mro__ if "__init__" in vars(base))
    names: set[str] = set()
    is_open = False
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        variable = {p.name for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        names |= {p.name for p in parameters} - variable - {"self"}
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
        is_open = True
    return names, is_open
