"""Commands as messages name them."""

import shlex
from pathlib import Path


def command(tool: str, *words: str) -> str:
    """A command line: ``python tools/TOOL.py`` if the working directory is a clone.

    Elsewhere it is ``python -m mmpartial TOOL``, which works wherever the package is installed.

    Args:
        tool: The name of the tool, such as ``'train'``.
        *words: Its arguments; they are quoted for a shell where necessary.
    """
    clone = Path("tools", "train.py").exists()
    start = [f"tools/{tool}.py"] if clone else ["-m", "mmpartial", tool]
    return shlex.join(["python", *start, *words])
