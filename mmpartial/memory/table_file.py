"""The memory-mapped file of a table."""

from pathlib import Path

import torch
from mmengine.dist import all_gather_object, barrier
from torch import Tensor

from ..utils.owned_file import OwnedFile
from ..utils.whole_file import reserve
from .this_machine import this_machine


class TableFile:
    """A file that the processes of a machine share; each machine has its own.

    Args:
        path: The name of the file, to which a number for the machine is appended.
        work_dir: The folder of the run; without one any file is refused.
        owner: Fingerprint of the dataset that the table belongs to.

    Attributes:
        first: Whether this process looks after the file.
    """

    def __init__(self, path: str, work_dir: str | None, owner: str):
        number, self.first, _ = this_machine()
        self._path = Path(f"{path}.{number}")
        self._owned = OwnedFile(self._path, work_dir, owner)

    def open(self, shape: tuple[int, int], dtype: torch.dtype, start: float, reuse: bool) -> Tensor:
        """Open the table; all processes call it together.

        Args:
            shape: The shape of the table.
            dtype: The type of its numbers.
            start: The value of all numbers, unless a file is reused.
            reuse: Accept the file of a run in this work_dir.

        Raises:
            FileExistsError: The file belongs to another run, or to a run that has finished.
            OSError: There is no room for it.
        """
        size = shape[0] * shape[1]
        failure = self._prepare(size * dtype.itemsize, reuse) if self.first else None
        for error in all_gather_object(failure):  # so that no process waits for one that failed
            if error is not None:
                raise error
        flat = torch.from_file(str(self._path), shared=True, size=size, dtype=dtype)
        if self.first and not reuse:
            flat.fill_(start)
        barrier()
        return flat.view(shape)

    def _prepare(self, num_bytes: int, reuse: bool) -> OSError | None:
        """Make the file, or return the error."""
        try:
            fits = self._path.exists() and self._path.stat().st_size == num_bytes
            self._owned.take(resumed=reuse and fits)
            reserve(self._path, num_bytes)
        except OSError as error:
            return error
        return None

    def finish(self) -> None:
        """Note that training has ended: the file stays."""
        if self.first:
            self._owned.finish()
