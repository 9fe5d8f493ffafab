"""Which processes are on one machine, and can share a memory-mapped file."""

import socket
from pathlib import Path

from mmengine.dist import all_gather_object, get_rank

_BOOT = Path("/proc/sys/kernel/random/boot_id")  # Linux; tells machines of one name apart


def this_machine() -> tuple[int, bool, int]:
    """This machine's number, whether this process is its first one, and its number of processes.

    The order of machines is that of their first processes. All processes must call it together.
    """
    boot = _BOOT.read_text().strip() if _BOOT.exists() else ""
    names = all_gather_object(f"{socket.gethostname()} {boot}")
    mine = names[get_rank()]
    number = list(dict.fromkeys(names)).index(mine)
    return number, names.index(mine) == get_rank(), names.count(mine)
