"""A table with a row for each training image, in RAM or in a memory-mapped file."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import barrier, get_world_size
from torch import Tensor

from ..utils.batch_rows import row_blocks
from .base import LabelMemory
from .changed_rows import SharedRows, TableRows, exchange
from .row_move import Move
from .saved_changes import Changes, changes_in, collect, restore
from .table_copies import read_copy, write_copy
from .table_file import TableFile

_BLOCK = 2**19  # labels that move at a time, so that they stay in the processor's cache
Parts = Callable[[slice], tuple[Tensor, Tensor]]  # value and chosen of some images


class RowTable(LabelMemory):
    """The base of tables that store a row of numbers for each image.

    In RAM, each process has a copy. A memory-mapped file is shared by the processes of a machine.
    If there are several processes, each keeps the rows that it changes to itself until
    :meth:`sync`.

    Args:
        num_rows: Number of images.
        num_classes: Number of classes.
        owner: Fingerprint of the dataset that the rows belong to.
        width: Numbers in a row.
        dtype: Their type.
        start: Their value at the start.
        path: File of a memory-mapped table (a number for the machine is appended), or None for
            RAM.
        reuse: Accept the file of a run in this work_dir, because :meth:`load_state_dict` follows.
        work_dir: The folder of the run; without one any file is refused.

    Attributes:
        values: The table, ``(num_rows, width)``.
        places: The number of values that are stored for each image; None for all.

    Raises:
        FileExistsError: The file belongs to another run, or to a run that has finished.
        OSError: There is no room for it.
    """

    places: int | None = None

    def __init__(
        self,
        num_rows: int,
        num_classes: int,
        owner: str,
        *,
        width: int,
        dtype: torch.dtype,
        start: float,
        path: str | None = None,
        reuse: bool = False,
        work_dir: str | None = None,
    ):
        self.owner, self.num_rows, self.num_classes = owner, num_rows, num_classes
        self.file = None if path is None else TableFile(path, work_dir, owner)
        if self.file is None:
            self.values = torch.full((num_rows, width), start, dtype=dtype)
        else:
            self.values = self.file.open((num_rows, width), dtype, start, reuse)
        self._first = self.file is None or self.file.first
        alone = get_world_size() == 1
        self.rows = TableRows(self.values) if alone else SharedRows(self.values, self._first)
        self._changes: Changes = []

    def move(
        self, row: Tensor, value: Tensor, chosen: Tensor, momentum: float = 0.0, epoch: int = 0
    ) -> None:
        """Move some entries of some images to momentum * old + (1 - momentum) * value.

        Args:
            row: ``(N,)`` int64, the images; if one occurs more than once, the last counts.
            value: ``(N, C)`` in [0, 1].
            chosen: ``(N, C)`` bool; other entries keep their number.
            momentum: Share of the old number that stays, in [0, 1].
            epoch: Number of this pass over the data, for the rounding of uint8.
        """
        self.move_parts(
            row, lambda images: (value[images], chosen[images]), value.device, momentum, epoch
        )

    def move_parts(
        self, row: Tensor, parts: Parts, device: torch.device, momentum: float = 0.0, epoch: int = 0
    ) -> None:
        """Move entries; ``parts`` gives ``value`` and ``chosen`` of some images on a device."""
        row = row.cpu()
        stored = self.rows.read(row)
        new = torch.empty_like(stored)
        on_cpu = device.type == "cpu"
        blocks = row_blocks(len(row), self.num_classes, _BLOCK) if on_cpu else [slice(None)]
        for images in blocks:
            value, chosen = parts(images)
            move = Move(row[images], value.float(), chosen, momentum, epoch)
            new[images] = self._moved(stored[images], move)
        self.rows.write(row, new)

    def _moved(self, stored: Tensor, move: Move) -> Tensor:
        """The rows ``stored`` after a move."""
        raise NotImplementedError(f"{type(self).__name__} has no _moved.")

    def sync(self) -> None:
        """Make the table equal in all processes: each sends the rows that it has changed.

        If two processes have changed a row, the row of the lower rank counts.
        """
        exchange(self.rows)
        self._changes = []

    def collect(self) -> None:
        """Keep the changes of each process for :meth:`state_dict`."""
        self._changes = collect(self.rows)

    def finish(self) -> None:
        """Note that training has ended: the file, if there is one, stays."""
        if self.file is not None:
            self.file.finish()

    def checksum(self) -> str:
        """Hash of the contents."""
        return hashlib.blake2b(self.values.flatten().numpy(), digest_size=16).hexdigest()

    def state_dict(self, folder: str) -> dict[str, Any]:
        """The table, for a checkpoint; a memory-mapped one goes into a file beside it."""
        checksum = self.checksum()
        shape = [self.num_rows, self.num_classes]
        state: dict[str, Any] = dict(owner=self.owner, shape=shape, checksum=checksum)
        if self.places is not None:
            state["keep"] = self.places
        if self._changes:
            state["changes"] = self._changes
        if self.file is None:
            return dict(state, values=self.values.clone())
        return dict(state, file=write_copy(self.values, checksum, Path(folder)))

    def load_state_dict(self, state: dict[str, Any], folder: str) -> None:
        """Restore a table of :meth:`state_dict`, if necessary from the file beside the checkpoint.

        Raises:
            ValueError: The table belongs to another dataset, or is damaged.
            FileNotFoundError: The file is missing.
        """
        self._check_same_table(state)
        values = state.get("values")
        if values is None:
            values = read_copy(Path(folder), state["file"])
        if values.dtype != self.values.dtype:
            raise ValueError(
                f"the checkpoint's pseudo labels are {values.dtype}, this run's are "
                f"{self.values.dtype}: set the hook's dtype as in that run."
            )
        if self._first:
            whole = values.shape == self.values.shape
            if whole:
                self.values.copy_(values)
            if not whole or self.checksum() != state["checksum"]:
                raise ValueError(
                    "the checkpoint's pseudo labels are damaged: their checksum differs."
                )
        barrier()  # the first process of a machine has written the file
        self._check(self.values)
        changes = changes_in(state, self.values)
        for _, new in changes:
            self._check(new)
        restore(self.rows, changes)

    def _check_same_table(self, state: dict[str, Any]) -> None:
        """Refuse a table of another dataset, or with another number of pseudo labels."""
        shape = [self.num_rows, self.num_classes]
        if state["owner"] != self.owner or list(state["shape"]) != shape:
            raise ValueError(
                f"the checkpoint's pseudo labels belong to another dataset: they are "
                f"{state['shape'][0]} images x {state['shape'][1]} classes ({state['owner']}), "
                f"this run has {self.num_rows} x {self.num_classes} ({self.owner}). "
                "Resume with the dataset of that run, or use load_from to start from its weights."
            )
        if state.get("keep") != self.places:
            theirs, mine = (keep or "all" for keep in (state.get("keep"), self.places))
            raise ValueError(
                f"the checkpoint has {theirs} pseudo labels of each image, this run keeps {mine}: "
                f"set the hook's keep={theirs!r}."
            )

    def _check(self, stored: Tensor) -> None:
        """Refuse rows of a checkpoint that this kind of table cannot have."""
