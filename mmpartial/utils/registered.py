"""The classes that configs name by their types."""

from typing import Any

import mmengine.registry
from mmengine.registry import Registry


def registries() -> list[Registry]:
    """List the registries of MMEngine and of all projects on top of it."""
    found = [root for root in vars(mmengine.registry).values() if isinstance(root, Registry)]
    for registry in found:  # the list grows meanwhile
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
