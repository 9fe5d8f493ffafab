"""Hashes of the loaded code and libraries on which the results of a process depend."""

import hashlib
import inspect
import re
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_INSTALLED, _STANDARD = {"site-packages", "dist-packages"}, sysconfig.get_path("stdlib")
_NONE = Path("gone")  # in place of the file of a module that has none
# Scripts and these packages do not change results, except for the module that trains.
_AROUND = re.compile(r"mmpartial\.(launch|comparison(?!\.training$))\b|__(mp_)?main__")
_CODE, _LIBRARY = "code of ", "library "


def loaded_code() -> dict[str, str]:
    """Hash each loaded module of this package and of the user.

    Returns:
        These hashes, and the version of each library that the modules use.
    """
    files = {name: _file(name) for name in list(sys.modules) if not _AROUND.match(name)}
    own = {name: file for name, file in files.items() if _is_own(name, file)}
    used = {package for name in own for package in _packages(sys.modules[name])}
    versions = {name: _version(name) for name in used if files.get(name, _NONE) != _NONE}
    return {_CODE + name: file_hash(file) for name, file in own.items()} | {
        _LIBRARY + name: version for name, version in versions.items() if version
    }


def code_now(recorded: Iterable[str]) -> dict[str, str]:
    """Hash again the modules and libraries that :func:`loaded_code` recorded."""
    now = {}
    for name in recorded:
        if name.startswith(_CODE):
            now[name] = file_hash(_file(name.removeprefix(_CODE)))
        elif name.startswith(_LIBRARY):
            now[name] = _version(name.removeprefix(_LIBRARY))
    return now


@cache
def file_hash(file: Path) -> str:
    """Hash a file at the first call; later calls in this process return the same hash."""
    try:
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return "gone"


def _is_own(name: str, file: Path) -> bool:
    library = _INSTALLED & set(file.parts) or file.is_relative_to(_STANDARD)
    return file.suffix == ".py" and (name.startswith("mmpartial.") or not library)


def _packages(module: object) -> set[str]:
    """Find the packages whose objects a module uses."""
    values = vars(module).values()
    names = [v.__name__ if inspect.ismodule(v) else getattr(v, "__module__", "") for v in values]
    return {str(name).partition(".")[0] for name in names} - sys.stdlib_module_names


def _file(module: str) -> Path:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        spec = None
    return Path(spec.origin) if spec and spec.has_location and spec.origin else _NONE


def _version(package: str) -> str:
    try:
        return str(getattr(import_module(package), "__version__", ""))
    except ImportError:
        return "gone"
