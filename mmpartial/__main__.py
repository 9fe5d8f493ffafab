"""Run a tool of the package wherever it is installed: ``python -m mmpartial train CONFIG``."""

import ast
import runpy
import sys
from pathlib import Path

from .utils.names import nearest

TOOLS = Path(__file__).parent / ".mim" / "tools"
FOLDERS = (TOOLS, TOOLS / "dataset_converters")


def main() -> None:
    """Run the script of this name with the arguments after it, or list all scripts."""
    scripts = {path.stem: path for folder in FOLDERS for path in folder.glob("*.py")}
    name = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if name in ("-h", "--help"):
        print("usage: python -m mmpartial COMMAND ...; each COMMAND has a --help\n")
        for stem, path in sorted(scripts.items()):
            print(f"  {stem:16} {_first_line(path)}")
    elif name not in scripts:
        raise SystemExit(
            f"there is no command {name!r}{nearest(name, scripts)}. python -m mmpartial --help "
            "lists them."
        )
    else:
        sys.argv = [str(scripts[name]), *sys.argv[2:]]
        runpy.run_path(sys.argv[0], run_name="__main__")


def _first_line(script: Path) -> str:
    """The first line of a script's docstring."""
    return (ast.get_docstring(ast.parse(script.read_text("utf-8"))) or "").partition("\n")[0]


if __name__ == "__main__":
    main()
