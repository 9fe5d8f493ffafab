"""The code that a config names, so that results of other code are not taken for its own."""

from collections.abc import Iterator
from typing import Any

from mmengine import registry as roots
from mmengine.config import Config
from mmengine.registry import Registry


def named_modules(config: Config) -> set[str]:
    """The modules of all that a config names, and of its custom imports.

    A name counts for whatever is registered under it, in any registry: the model, the datasets and
    their transforms, the metrics, the hooks, the optimizer, the schedules.
    """
    imports = (config.get("custom_imports") or {}).get("imports") or []
    modules = {imports} if isinstance(imports, str) else set(imports)
    registered = _registered()
    for named in _types(config.to_dict()):
        if isinstance(named, str):
            package, _, name = named.rpartition(".")
            modules |= registered.get(name, set()) | ({package} if package else set())
        else:
            modules.add(getattr(named, "__module__", ""))
    return modules - {""}


def _types(node: Any) -> Iterator[Any]:
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _types(item)
    elif isinstance(node, dict):
        if "type" in node:
            yield node["type"]
        for item in node.values():
            yield from _types(item)


def _registered() -> dict[str, set[str]]:
    """For each registered name the modules that registered something under it."""
    modules: dict[str, set[str]] = {}
    todo = [thing for thing in vars(roots).values() if isinstance(thing, Registry)]
    while todo:
        registry = todo.pop()
        registry.import_from_location()
        for name, thing in registry.module_dict.items():
            modules.setdefault(name, set()).add(getattr(thing, "__module__", ""))
        todo += registry.children.values()
    return modules
