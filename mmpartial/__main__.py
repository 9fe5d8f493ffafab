"""Run a tool of the package wherever it is installed: ``python -m mmpartial train CONFIG``."""

import runpy
import sys
from pathlib import Path

TOOLS = Path(__file__).parent / ".mim" / "tools"
FOLDERS = (TOOLS, TOOLS / "dataset_converters")


def main() -> None:
    """Run the script of this name with the arguments after it."""
    scripts = {path.stem: str(path) for where in FOLDERS for path in sorted(where.glob("*.py"))}
    if len(sys.argv) < 2 or sys.argv[1] not in scripts:
        raise SystemExit(f"usage: python -m mmpartial {{{','.join(sorted(scripts))}}} ...")
    script = scripts[sys.argv[1]]
    sys.argv = [script, *sys.argv[2:]]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
