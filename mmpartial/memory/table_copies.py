"""Copies of a memory-mapped table, beside the checkpoints that refer to them."""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..utils.checkpoint_checks import check_archive, name_beside
from ..utils.reading import reading
from ..utils.torch_load import read_checkpoint
from ..utils.whole_file import whole_file

_NAME = re.compile(r"pseudo_labels_[0-9a-f]{32}\.pt(\.partial)?")


def write_copy(values: Tensor, checksum: str, folder: Path) -> str:
    """Write a copy named by its contents, unless it is there; return its name.

    Copies that no checkpoint refers to are deleted, also those that a killed run has left behind.
    Nothing else writes files with such names.

    Args:
        values: The table.
        checksum: Hash of its contents, 32 hexadecimal digits.
        folder: Where the checkpoint goes.

    Raises:
        OSError: There is no room for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"pseudo_labels_{checksum}.pt"
    used = _used(folder)
    if used is not None:  # first, because the new copy may need the room
        for file in folder.iterdir():
            if _NAME.fullmatch(file.name) and file not in used | {target}:
                file.unlink(missing_ok=True)
    if not target.exists():
        with whole_file(target, values.nbytes) as partial:
            torch.save(values, partial)
    return target.name


def read_copy(folder: Path, name: Any) -> Tensor:
    """The table in a file of :func:`write_copy` beside a checkpoint.

    Raises:
        FileNotFoundError: The file is missing.
        ValueError: The name leads to another folder, or the file holds something else.
    """
    file = folder / name_beside(name)
    if not file.is_file():
        raise FileNotFoundError(
            f"the checkpoint keeps its pseudo labels in {file}, which is not there: put it back "
            "beside the checkpoint."
        )
    check_archive(file)
    with reading(str(file), "pseudo labels"):
        return torch.load(str(file), map_location="cpu", weights_only=True, mmap=True)


def _used(folder: Path) -> set[Path] | None:
    """Files that the checkpoints of a folder refer to; None if one of them cannot be read."""
    used: set[Path] = set()
    for checkpoint in folder.glob("*.pth"):
        try:
            state = read_checkpoint(checkpoint, mmap=True)
            name = (state.get("pseudo_labels") or {}).get("file")
            used |= set() if name is None else {folder / name_beside(name)}
        except Exception:  # not one of ours, or not complete: it may refer to anything
            return None
    return used
