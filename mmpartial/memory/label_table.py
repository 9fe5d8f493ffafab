"""A table of one number for each training label."""

from typing import Any

import torch
from torch import Tensor

from .rounding import moved, rounding_offsets
from .row_move import Move
from .row_table import RowTable

DTYPES = {"float32": torch.float32, "float16": torch.float16, "uint8": torch.uint8}


class LabelTable(RowTable):
    """A number in [0, 1] for each image and class.

    A label takes two bytes as float16, and one as uint8.

    uint8 rounds at random (a pure function of image, class and epoch), because rounding to the
    nearest number would lose every step below 1/510, such as those of slow updates.

    Args:
        num_rows, num_classes, owner: See :class:`~mmpartial.memory.row_table.RowTable`.
        init: Start value, or None for "no value yet" (NaN).
        dtype: ``'float16'``, ``'uint8'`` (which has no NaN) or ``'float32'``.
        **file: ``path``, ``reuse`` and ``work_dir`` of
            :class:`~mmpartial.memory.row_table.RowTable`.

    Raises:
        ValueError: An option is invalid.
    """

    def __init__(
        self,
        num_rows: int,
        num_classes: int,
        owner: str,
        init: float | None = 0.5,
        dtype: str = "float16",
        **file: Any,
    ):
        if dtype not in DTYPES:
            raise ValueError(f"dtype={dtype!r}: choose one of {', '.join(DTYPES)}.")
        start = float("nan") if init is None else init
        if init is not None and not 0 <= init <= 1:
            raise ValueError(f"init={init} is outside [0, 1]: pseudo labels are probabilities.")
        self.dtype = DTYPES[dtype]
        if self.dtype == torch.uint8:
            start = round(start * 255)
        super().__init__(
            num_rows, num_classes, owner, width=num_classes, dtype=self.dtype, start=start, **file
        )

    def lookup(self, row: Tensor) -> Tensor:
        """The numbers ``(N, C)``, float32, of the images ``row`` ``(N,)``."""
        stored = self.rows.read(row).float()
        return stored.div_(255) if self.dtype == torch.uint8 else stored

    def _moved(self, stored: Tensor, move: Move) -> Tensor:
        value, chosen = move.value.cpu(), move.chosen.cpu()
        if self.dtype == torch.uint8:
            offsets = rounding_offsets(move.epoch, move.row, self.num_classes)
            new = moved(stored.float(), value, move.momentum, offsets).floor_().clamp_(0, 255)
        else:
            new = move.average(stored.float(), value)
        return torch.where(chosen, new.to(self.dtype), stored)

    def set(self, row: Tensor, chosen: Tensor, value: float) -> None:
        """Set some entries of some images to a value.

        Args:
            row: ``(N,)`` int64, the images; one may occur more than once.
            chosen: ``(N, C)`` bool.
            value: In [0, 1].
        """
        distinct, place = row.cpu().unique(return_inverse=True)
        stored = self.rows.read(distinct)
        image, cls = chosen.cpu().nonzero(as_tuple=True)
        stored[place[image], cls] = round(value * 255) if self.dtype == torch.uint8 else value
        self.rows.write(distinct, stored)
