"""What this machine gives to this process."""

import os
from pathlib import Path

import torch

_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container


def ram_bytes() -> int | None:
    """Bytes of memory that this process's machine or container has; None if the system is silent.

    >>> ram_bytes() > 2**20
    True
    """
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return None
    limit = _LIMIT.read_text().strip() if _LIMIT.exists() else "max"
    return min(found, int(limit)) if limit.isdecimal() else found


def cores() -> int:
    """The number of cores that this process may use.

    >>> cores() >= 1
    True
    """
    affinity = getattr(os, "sched_getaffinity", None)  # macOS and Windows have none
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def default_device() -> str:
    """``'cuda'`` if there is a GPU that has CUDA, and otherwise ``'cpu'``.

    MMEngine's ``get_device`` also chooses other accelerators, on which nothing here is tested.
    """
    return "cuda" if torch.cuda.is_available() else "cpu"


def runs(pid: int) -> bool:
    """Whether the process of this number runs on this machine.

    >>> runs(os.getpid())
    True
    """
    if os.name == "nt":
        return True  # nobody knows: os.kill would not ask there, but send Ctrl+C
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError) as error:  # another user's process cannot be signalled
        return isinstance(error, PermissionError)
    return True
