"""What happens to runs and their files: signals, full disks, damaged checkpoints, a clock."""

import os
import random
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

from mmpartial.engine.checkpoints import fault

CHECKPOINTS = ("epoch_*.pth", "preempted.pth")
ALL = "SIGTERM to all processes"
SIGNALS = ("SIGKILL", "SIGTERM", "SIGUSR1", ALL)
FULL_DISK = "full disk"
SMALLEST, LARGEST = 150_000, 320_000  # bytes; a log is smaller, and a checkpoint is in between


def limit_files(size: int) -> None:
    """Let no file of this process grow beyond a size, which looks like a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _newest(run: Path) -> Path | None:
    """Find the newest checkpoint, if an older one is whole as well."""
    files = {file for pattern in CHECKPOINTS for file in run.glob(pattern)}
    whole = [file for file in files if fault(file) is None]
    return max(whole, key=lambda file: file.stat().st_mtime_ns) if len(whole) > 1 else None


def _cut(file: Path, generator: random.Random) -> None:
    os.truncate(file, generator.randrange(file.stat().st_size))


def _empty(file: Path, generator: random.Random) -> None:
    os.truncate(file, 0)


def _delete(file: Path, generator: random.Random) -> None:
    file.unlink()


def _flip(file: Path, generator: random.Random) -> None:
    """Change the bits of some bytes in the middle."""
    content = bytearray(file.read_bytes())
    for _ in range(64):
        content[generator.randrange(len(content))] ^= 255
    file.write_bytes(content)


def _of_newest(change: Callable[[Path, random.Random], None]) -> Callable:
    def damage(run: Path, generator: random.Random) -> bool:
        file = _newest(run)
        if file is not None:
            change(file, generator)
        return file is not None

    return damage


def _of_pointer(text: str | None) -> Callable:
    def damage(run: Path, generator: random.Random) -> bool:
        pointer = run / "last_checkpoint"
        if not pointer.exists():
            return False
        pointer.unlink()
        if text is not None:
            pointer.write_text(text)
        return True

    return damage


def _clock_jumps(run: Path, generator: random.Random) -> bool:
    """Give all files times of other days, as if the clock had been wrong."""
    for file in run.glob("*"):
        when = time.time() + generator.uniform(-1e6, 1e6)
        os.utime(file, (when, when))
    return run.exists()


# Each returns whether there was anything to damage.
DAMAGES: dict[str, Callable[[Path, random.Random], bool]] = {
    "checkpoint cut off": _of_newest(_cut),
    "checkpoint empty": _of_newest(_empty),
    "checkpoint deleted": _of_newest(_delete),
    "checkpoint with wrong bytes": _of_newest(_flip),
    "last_checkpoint deleted": _of_pointer(None),
    "last_checkpoint empty": _of_pointer(""),
    "last_checkpoint names a missing file": _of_pointer("gone.pth"),
    "clock jump": _clock_jumps,
}
