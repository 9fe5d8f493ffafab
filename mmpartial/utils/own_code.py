"""The code that something is made with: its own file, and those that this one imports."""

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import Any

INSTALLED = {"site-packages", "dist-packages"}


def own_code(modules: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The code of some modules and of all that they import, themselves or through others.

    What is taken from a package counts as its own module, not as the whole package: a loss does
    not depend on the other losses.

    Args:
        modules: Names of modules.

    Returns:
        A hash of the file of each module, those of this package and yours, and the version of each
        library. Python's own library is left out.

    >>> code, libraries = own_code(["mmpartial.labels.states"])
    >>> list(code), sorted(libraries)
    (['mmpartial.labels.states'], ['numpy', 'torch'])
    """
    code: dict[str, str] = {}
    libraries: dict[str, str] = {}
    todo, seen = list(modules), set()
    while todo:
        name = todo.pop()
        package = name.split(".")[0]
        if name in seen or package in sys.stdlib_module_names:
            continue
        seen.add(name)
        file = _file(name)
        if file is None or INSTALLED & set(file.parts):
            version = getattr(sys.modules.get(package), "__version__", None)
            libraries |= {package: str(version)} if version else {}
        else:
            code[name] = _hash(file)
            todo += _imports(name, file)
    return code, libraries


def _file(name: str) -> Path | None:
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):  # no module of a file
        return None
    there = spec is not None and spec.has_location and spec.origin is not None
    return Path(spec.origin) if there else None  # type: ignore[union-attr, arg-type]


@cache
def _hash(file: Path) -> str:
    """A hash of the file as it was when this process first asked, which is when it imported it."""
    try:
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return "gone"


@cache
def _imports(name: str, file: Path) -> list[str]:
    """The modules that a file imports, wherever in it; none if it is not Python."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []
    module = sys.modules.get(name)
    package = name if hasattr(module, "__path__") else name.rpartition(".")[0]
    return [where for node in ast.walk(tree) for where in _imported(node, package)]


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        origin = resolve_name(origin, package) if node.level else origin
        for alias in node.names:
            yield _home(origin, alias.name)


def _home(origin: str, name: str) -> str:
    """The module that defines what another one has under this name."""
    module = sys.modules.get(origin)
    thing: Any = getattr(module, name, None)
    if inspect.ismodule(thing):
        return thing.__name__
    if hasattr(module, "__path__") and (inspect.isclass(thing) or inspect.isfunction(thing)):
        return thing.__module__
    return origin
