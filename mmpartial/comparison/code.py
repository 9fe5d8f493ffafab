"""The code of a method, so that results of other code are not taken for its own."""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from mmengine.config import Config
from mmengine.registry import Registry

from ..registry import HOOKS, MODELS

LIBRARIES = {"builtins", "abc", "torch", "mmengine", "mmpretrain", "mmcv"}


def code_of(config: Config) -> list[str]:
    """The modules of the head, loss and custom hooks of a config, without their comments.

    They are those of the classes and of what the classes inherit from, outside of the libraries.
    """
    hooks = config.get("custom_hooks") or []
    named = [*_classes(config.model.get("head"), MODELS), *_classes(hooks, HOOKS)]
    bases = {base.__module__ for cls in named for base in inspect.getmro(cls)}
    return [_code(module) for module in sorted(bases) if module.split(".")[0] not in LIBRARIES]


def _classes(node: Any, registry: Registry) -> Iterator[type]:
    """What a part of a config builds."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _classes(item, registry)
    elif isinstance(node, dict):
        named = node.get("type")
        found = registry.get(named) if isinstance(named, str) else named
        if inspect.isclass(found):  # what is not found fails when it is built, with its name
            yield found
        for item in node.values():
            yield from _classes(item, registry)


@cache
def _code(module: str) -> str:
    """A module as Python reads it, less its docstrings."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    for node in ast.walk(tree):
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
