"""The order of the packages: each imports only those before it."""

import ast
from importlib.util import resolve_name
from pathlib import Path

import pytest

import mmpartial

ROOT = Path(mmpartial.__file__).parent
ORDER = (
    *(
        "utils",
        "labels",
        "formats",
        "datasets",
        "memory",
        "models",
        "evaluation",
        "calibration",
        "engine",
        "reports",
        "apis",
    ),
    *("launch", "comparison"),
)


def imported(path):
    """The packages of mmpartial that a file imports, wherever in it."""
    package = ".".join(path.relative_to(ROOT.parent).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            origin = resolve_name(origin, package) if node.level else origin
            names = [f"{origin}.{alias.name}" for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("mmpartial."))


@pytest.mark.parametrize("package", ORDER)
def test_packages_import_none_after_them(package):
    above = ORDER[ORDER.index(package) + 1 :]
    climbing = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path)
        if name in above
    }
    assert not climbing
