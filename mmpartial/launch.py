"""Running the scripts that MMPretrain installs beside itself."""

import runpy
import sys
from pathlib import Path

import mmpretrain

from .engine.distributed import close_cpu_group, init_cpu_group


def run_stock_tool(name: str) -> None:
    """Run MMPretrain's ``tools/NAME.py`` with this process's arguments.

    Raises:
        SystemExit: The installed MMPretrain has no such script.
    """
    script = Path(mmpretrain.__file__).parent / ".mim" / "tools" / f"{name}.py"
    if not script.exists():
        script = Path(mmpretrain.__file__).parents[1] / "tools" / f"{name}.py"  # editable install
    if not script.exists():
        raise SystemExit(f"there is no {script}: install MMPretrain with pip install mmpretrain.")
    for_cpu_group = init_cpu_group()
    sys.argv = [str(script), *sys.argv[1:], *for_cpu_group]
    runpy.run_path(str(script), run_name="__main__")
    if for_cpu_group:
        close_cpu_group()
