"""Hidden names for files that are being written."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from .machine import runs

_OLD = 86_400.0  # seconds; a process of another machine may write to the same disk


def hidden_beside(path: str | Path) -> Path:
    """Name a file or a folder that will become ``path``: ``.partial-PID-NAME`` in its folder.

    Killed processes leave such files. Those of the same ``NAME`` are removed if their process is
    gone and nobody has changed them for a day.
    """
    parent, name = Path(path).parent, Path(path).name
    for left in parent.glob(".partial-*"):
        pid = left.name.removeprefix(".partial-").removesuffix(f"-{name}")
        with suppress(OSError):  # another process may remove it, or the folder is read-only
            if pid.isdecimal() and not runs(int(pid)) and time.time() - left.stat().st_mtime > _OLD:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    return parent / f".partial-{os.getpid()}-{name}"
