"""A table of one number for each training label."""

import hashlib
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import broadcast, get_rank, get_world_size
from torch import Tensor

from ..utils.archives import name_beside
from ..utils.counter_rng import uniform
from ..utils.owned_file import OwnedFile
from ..utils.whole_file import reserve
from .base import LabelMemory
from .table_copies import TableCopies, read_copy

DTYPES = {"float32": torch.float32, "float16": torch.float16, "uint8": torch.uint8}
_CHUNK = 2**24  # entries that travel between processes at a time


class LabelTable(LabelMemory):
    """A number in [0, 1] for each image and class.

    Every process holds a copy: two bytes a label as float16, one as uint8, in RAM or in a
    memory-mapped file. :meth:`sync` makes the copies equal again after each pass.

    uint8 rounds at random (a pure function of image, class and epoch): rounding to the nearest
    would swallow every step below 1/510, as slow updates take.

    Args:
        num_rows: Number of images.
        num_classes: Number of classes.
        owner: Fingerprint of the dataset that the rows belong to.
        init: Start value, or None for "no value yet" (NaN).
        dtype: ``'float16'``, ``'uint8'`` (which has no NaN) or ``'float32'``.
        path: File of a memory-mapped table (a number for the process is appended), or None for
            RAM.
        reuse: Accept the file of a run in this work_dir, because :meth:`load_state_dict` follows.
        work_dir: The folder of the run; without one any file is refused.

    Raises:
        FileExistsError: The file belongs to another run, or to a run that has finished.
        OSError: There is no room for it.
    """

    def __init__(
        self,
        num_rows: int,
        num_classes: int,
        owner: str,
        init: float | None = 0.5,
        dtype: str = "float16",
        path: str | None = None,
        reuse: bool = False,
        work_dir: str | None = None,
    ):
        if dtype not in DTYPES:
            raise ValueError(f"dtype={dtype!r}: choose one of {', '.join(DTYPES)}.")
        if init is None and dtype == "uint8":
            raise ValueError("init=None needs dtype='float16': uint8 has no NaN.")
        start = float("nan") if init is None else init
        if init is not None and not 0 <= init <= 1:
            raise ValueError(f"init={init} is outside [0, 1]: pseudo labels are probabilities.")
        self.owner, self.dtype = owner, DTYPES[dtype]
        self.path = None if path is None else Path(f"{path}.{get_rank()}")
        self.values = self._allocate((num_rows, num_classes), reuse, work_dir)
        if not reuse:
            self.values.fill_(round(start * 255) if self.dtype == torch.uint8 else start)
        self._changed = torch.zeros(num_rows, dtype=torch.bool)
        self._copies = TableCopies()

    def _allocate(self, shape: tuple[int, int], reuse: bool, work_dir: str | None) -> Tensor:
        if self.path is None:
            return torch.empty(shape, dtype=self.dtype)
        size = shape[0] * shape[1]
        num_bytes = size * self.dtype.itemsize
        fits = self.path.exists() and self.path.stat().st_size == num_bytes
        self._owned = OwnedFile(self.path, work_dir, self.owner)
        self._owned.take(resumed=reuse and fits)
        reserve(self.path, num_bytes)
        flat = torch.from_file(str(self.path), shared=True, size=size, dtype=self.dtype)
        return flat.view(shape)

    def _decode(self, stored: Tensor) -> Tensor:
        return stored.float() / 255 if self.dtype == torch.uint8 else stored.float()

    def lookup(self, row: Tensor) -> Tensor:
        """The numbers ``(N, C)``, float32, of the images ``row`` ``(N,)``."""
        return self._decode(self.values[row])

    def move(
        self, row: Tensor, value: Tensor, chosen: Tensor, momentum: float = 0.0, epoch: int = 0
    ) -> None:
        """Move some entries of some images to momentum * old + (1 - momentum) * value.

        Args:
            row: ``(N,)`` int64, the images.
            value: ``(N, C)`` in [0, 1].
            chosen: ``(N, C)`` bool; other entries keep their number.
            momentum: Share of the old number that stays, in [0, 1].
            epoch: Number of this pass over the data, for the rounding of uint8.
        """
        row, value, chosen = row.cpu(), value.float().cpu(), chosen.cpu()
        stored = self.values[row]
        new = momentum * self._decode(stored) + (1 - momentum) * value if momentum else value
        if self.dtype == torch.uint8:
            classes = torch.arange(new.shape[1])
            new = (new * 255 + uniform(epoch, row[:, None], classes).float()).floor().clamp_(0, 255)
        self.values[row] = torch.where(chosen, new.to(self.dtype), stored)
        self._changed[row] = True

    def set(self, row: Tensor, chosen: Tensor, value: float) -> None:
        """Set some entries of some images to a value.

        Args:
            row: ``(N,)`` int64, the images; one may occur more than once.
            chosen: ``(N, C)`` bool.
            value: In [0, 1].
        """
        image, cls = chosen.cpu().nonzero(as_tuple=True)
        image = row.cpu()[image]
        self.values[image, cls] = round(value * 255) if self.dtype == torch.uint8 else value
        self._changed[image] = True

    def sync(self) -> None:
        """Make the table equal on all processes: each sends the rows that it has changed.

        If two processes have changed a row, because a sampler pads, the lower rank's number counts.
        """
        for source in range(get_world_size()):
            rows = self._changed.nonzero().flatten()
            size = torch.tensor([len(rows)])
            broadcast(size, src=source)
            step = max(1, _CHUNK // max(1, self.values.shape[1]))
            for start in range(0, int(size), step):
                n = min(step, int(size) - start)
                if source == get_rank():
                    part = rows[start : start + n].clone()
                    values = self.values[part]
                else:
                    part = torch.empty(n, dtype=torch.int64)
                    values = torch.empty((n, self.values.shape[1]), dtype=self.dtype)
                broadcast(part, src=source)
                broadcast(values, src=source)
                if source != get_rank():
                    self.values[part] = values
        self._changed.zero_()

    def finish(self) -> None:
        """Keep the file, if there is one: training has ended."""
        if self.path is not None:
            self._owned.finish()

    def checksum(self) -> str:
        """Hash of the contents."""
        return hashlib.blake2b(self.values.flatten().numpy(), digest_size=16).hexdigest()

    def state_dict(self, folder: str) -> dict[str, Any]:
        """The table, for a checkpoint; a memory-mapped one goes into a file beside it."""
        checksum = self.checksum()
        state = dict(owner=self.owner, shape=list(self.values.shape), checksum=checksum)
        if self.path is None:
            return dict(state, values=self.values.clone())
        return dict(state, file=self._copies.write(self.values, checksum, Path(folder)))

    def load_state_dict(self, state: dict[str, Any], folder: str) -> None:
        """Restore a table of :meth:`state_dict`, from the file beside the checkpoint if any.

        Raises:
            ValueError: The table belongs to another dataset, or is damaged.
            FileNotFoundError: The file is not there.
        """
        if state["owner"] != self.owner or tuple(state["shape"]) != tuple(self.values.shape):
            raise ValueError(
                f"the checkpoint's pseudo labels belong to another dataset: they are "
                f"{state['shape'][0]} images x {state['shape'][1]} classes ({state['owner']}), "
                f"this run has {self.values.shape[0]} x {self.values.shape[1]} ({self.owner}). "
                "Resume with the dataset of that run, or use load_from to start from its weights."
            )
        values = state.get("values")
        if values is None:
            values = read_copy(Path(folder) / name_beside(state["file"]))
        values = values.cpu()
        if values.dtype != self.dtype:
            raise ValueError(
                f"the checkpoint's pseudo labels are {values.dtype}, this run's are {self.dtype}: "
                "set the hook's dtype as in that run."
            )
        self.values.copy_(values)
        if self.checksum() != state["checksum"]:
            raise ValueError("the checkpoint's pseudo labels are damaged: their checksum differs.")
