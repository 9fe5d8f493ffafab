"""Runs on several machines, which may not share a disk."""

import os
import socket
from pathlib import Path

from mmengine.dist import all_gather_object


def check_same_checkpoint(work_dir: str) -> None:
    """Check that all processes resume from the same checkpoint.

    Only the main process writes checkpoints. Without a shared disk, other machines have none, and
    would start anew.

    Raises:
        ValueError: The checkpoints differ.
    """
    file = Path(work_dir) / "last_checkpoint"
    name = file.read_text().strip() if file.exists() else ""
    if "://" not in name:
        name = os.path.basename(name) if os.path.exists(name) else ""
    found = all_gather_object((socket.gethostname(), name))
    (host, first), *others = found
    for other, theirs in others:
        if theirs != first:
            raise ValueError(
                f"--resume: in {work_dir}, {host} sees {first or 'no checkpoint'} and {other} sees "
                f"{theirs or 'none'}: put the work_dir on a disk that all machines share, or copy "
                "its checkpoints, pseudo_labels_*.pt and last_checkpoint to each machine."
            )
