"""The code of a method, so that results of other code are not taken for its own."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from mmengine.config import Config
from mmengine.registry import Registry

from ..registry import HOOKS, MODELS

INSTALLED = {"site-packages", "dist-packages"}


def code_of(config: Config) -> dict[str, str]:
    """The modules that a config's model and custom hooks are made of, less what is said in them.

    They are the modules of the classes, and those that these take classes, functions or modules
    from: this package's and your own, not libraries. Comments and docstrings are left out.
    """
    named = [*_built(config.model, MODELS), *_built(config.get("custom_hooks"), HOOKS)]
    found: dict[str, str] = {}
    todo = [thing.__module__ for thing in named]
    while todo:
        name = todo.pop()
        module = sys.modules.get(name)
        if name not in found and module is not None and _is_own(module):
            found[name] = _code(module)
            todo += map(_module_of, vars(module).values())
    return found


def _built(node: Any, registry: Registry) -> Iterator[Any]:
    """The classes, or functions, that a part of a config names."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _built(item, registry)
    elif isinstance(node, dict):
        named = node.get("type")
        found = registry.get(named) if isinstance(named, str) else named
        if hasattr(found, "__module__"):  # what is not found fails when it is built
            yield found
        for item in node.values():
            yield from _built(item, registry)


def _module_of(thing: Any) -> str:
    return str(thing.__name__ if inspect.ismodule(thing) else getattr(thing, "__module__", ""))


def _is_own(module: ModuleType) -> bool:
    package, file = module.__name__.split(".")[0], getattr(module, "__file__", None)
    if package == __name__.split(".")[0]:
        return True
    library = package in sys.stdlib_module_names or file is None
    return not library and not INSTALLED & set(Path(str(file)).parts)


@cache
def _code(module: ModuleType) -> str:
    """A module as this version of Python reads it, less its docstrings."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):  # written in another language, or gone
        return ""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
