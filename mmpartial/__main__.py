"""Run a tool of the package wherever it is installed: ``python -m mmpartial train CONFIG``."""

import runpy
import sys
from pathlib import Path

TOOLS = Path(__file__).parent / ".mim" / "tools"


def main() -> None:
    """Run the script of this name with the arguments after it."""
    known = sorted(path.stem for path in TOOLS.glob("*.py"))
    if len(sys.argv) < 2 or sys.argv[1] not in known:
        raise SystemExit(f"usage: python -m mmpartial {{{','.join(known)}}} ...")
    script = str(TOOLS / f"{sys.argv[1]}.py")
    sys.argv = [script, *sys.argv[2:]]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
