"""Copies of a memory-mapped table, beside the checkpoints that refer to them."""

from pathlib import Path

import torch
from torch import Tensor

from ..utils.archives import check_archive, name_beside
from ..utils.compat import read_checkpoint
from ..utils.reading import reading
from ..utils.whole_file import whole_file


class TableCopies:
    """Writes copies named by their contents, and deletes those that no checkpoint refers to.

    At the first write, all copies that checkpoints in the folder refer to count as this run's,
    because it may have resumed from one of them.
    """

    def __init__(self) -> None:
        self._ours: set[Path] | None = None

    def write(self, values: Tensor, checksum: str, folder: Path) -> str:
        """Write a copy, unless one with these contents is there; return its name.

        Args:
            values: The table.
            checksum: Hash of its contents.
            folder: Where the checkpoint goes.

        Raises:
            OSError: There is no room for it.
        """
        target = folder / f"pseudo_labels_{checksum}.pt"
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with whole_file(target, values.nbytes) as partial:
                torch.save(values, partial)
        used = _used(folder)
        if used is None:
            return target.name
        if self._ours is None:
            self._ours = set(used)
        for file in self._ours - used - {target}:
            file.unlink(missing_ok=True)
        self._ours = (self._ours & used) | {target}
        return target.name


def read_copy(file: Path) -> Tensor:
    """The table in a file of :class:`TableCopies`; a missing file raises FileNotFoundError."""
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
