"""A table of the largest numbers of each training image."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .row_move import Move
from .row_table import RowTable

_UINT16 = 2**16
_ROWS = 2**14  # rows that are checked at a time


class TopTable(RowTable):
    """The k largest numbers in [0, 1] of each image, with their classes; the others read 0.

    A place takes four bytes: two for the class (four if there are more than 65,536 classes), and
    two for the number, as float16. All numbers start at 0, and a number of 0 takes no place.

    A moving average can also rise if its class has no place. At its next move, its old number
    counts as the smallest number of the full row, which is its upper limit. So a class with rising
    predictions gets a place when its prediction exceeds the numbers of the last places. Let s be
    the largest number that was ever the smallest of a full row. If all unknown classes of an image
    move together, each number differs by at most s from the number in a
    :class:`~mmpartial.memory.label_table.LabelTable` of float16, apart from rounding, and a number
    that has a place is not below it. If only some of the unknown classes move at a time, the limit
    is s / (1 - momentum). With a place for each unknown class, both tables have the same numbers.

    The rule is that of Space-Saving (Metwally et al., 2005, https://doi.org/10.1007/978-3-540-
    30570-5_27), with moving averages instead of counts.

    Args:
        num_rows, num_classes, owner: See :class:`~mmpartial.memory.row_table.RowTable`.
        keep: k, the number of places of an image.
        **file: ``path``, ``reuse`` and ``work_dir`` of
            :class:`~mmpartial.memory.row_table.RowTable`.

    Raises:
        ValueError: ``keep`` is below 1.
    """

    def __init__(self, num_rows: int, num_classes: int, owner: str, keep: int = 64, **file: Any):
        if keep < 1:
            raise ValueError(f"keep={keep}: keep at least one number of each image.")
        self.places: int = min(keep, num_classes)
        super().__init__(
            num_rows,
            num_classes,
            owner,
            width=row_bytes(self.places, num_classes),
            dtype=torch.uint8,
            start=0,
            **file,
        )

    def lookup(self, row: Tensor) -> Tensor:
        """The numbers ``(N, C)``, float32, of the images ``row`` ``(N,)``."""
        return spread(self.rows.read(row), self.places, self.num_classes)

    def _check(self, stored: Tensor) -> None:
        check_rows(stored, self.places, self.num_classes)

    def _moved(self, stored: Tensor, move: Move) -> Tensor:
        value, chosen = move.value, move.chosen
        cls, number = _classes(stored, self.places, self.num_classes), _numbers(stored, self.places)
        # Classes without a place all have the same old number, so only the k with the largest new
        # values can get one. Only these and the classes with a place leave the device.
        top, top_cls = (x.cpu() for x in largest(torch.where(chosen, value, -1), self.places))
        place = cls.to(value.device)
        now, moves = value.gather(1, place).cpu(), chosen.gather(1, place).cpu()
        kept = torch.where(moves, move.average(number, now), number)
        new = move.average(number[:, -1:].expand_as(top), top)
        has_place = spread(stored, self.places, self.num_classes).gather(1, top_cls) > 0
        kept[number == 0] = 0  # a free place
        new[has_place | (top < 0)] = 0
        found, which = torch.cat([kept, new], 1).topk(self.places, dim=1)
        return pack(found, torch.cat([cls, top_cls], 1).gather(1, which), self.num_classes)


def largest(values: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest numbers of each row, the largest first, and their classes.

    This is ``topk``. If there are many classes, it looks at groups of them first, because the k
    largest numbers are in the k groups with the largest maxima.
    """
    num_classes = values.shape[1]
    groups = math.isqrt(k * num_classes)  # as many as there are numbers in k of them
    if groups < 4 * k:
        return tuple(values.topk(k, dim=1))
    # Group g has the classes g, g + groups, and so on.
    members = F.pad(values, (0, -num_classes % groups), value=-math.inf)
    members = members.view(len(values), -1, groups)
    group = members.amax(1).topk(k, dim=1, sorted=False).indices
    members = members.gather(2, group[:, None].expand(-1, members.shape[1], -1)).flatten(1)
    found, place = members.topk(k, dim=1)
    return found, place // k * groups + group.gather(1, place % k)


def check_rows(stored: Tensor, keep: int, num_classes: int) -> None:
    """Check that all rows are as :func:`pack` makes them.

    Raises:
        ValueError: The rows have another width or type, or classes that do not exist.
    """
    if stored.dtype != torch.uint8 or stored.shape[1:] != (row_bytes(keep, num_classes),):
        raise ValueError(
            f"the checkpoint's pseudo labels are damaged: {keep} of {num_classes} classes do not "
            f"take {tuple(stored.shape)} {str(stored.dtype).removeprefix('torch.')}."
        )
    for start in range(0, len(stored), _ROWS):
        cls = _classes(stored[start : start + _ROWS], keep, num_classes)
        if cls.min() < 0 or cls.max() >= num_classes:
            wrong = int(cls[(cls < 0) | (cls >= num_classes)][0])
            raise ValueError(
                f"the checkpoint's pseudo labels are damaged: they name class {wrong}, and there "
                f"are {num_classes} (the first is 0)."
            )


def _class_dtype(num_classes: int) -> torch.dtype:
    return torch.int16 if num_classes <= _UINT16 else torch.int32


def row_bytes(keep: int, num_classes: int) -> int:
    """Bytes of a row of a :class:`TopTable`."""
    return keep * (_class_dtype(num_classes).itemsize + torch.float16.itemsize)


def pack(number: Tensor, cls: Tensor, num_classes: int) -> Tensor:
    """The bytes of rows: first all classes, then all numbers, the largest first.

    Args:
        number: ``(N, k)`` in [0, 1], float32, descending; stored as float16.
        cls: ``(N, k)`` int64, their classes.
        num_classes: C.

    Returns:
        ``(N, row_bytes)`` uint8; a free place has class 0 and number 0.
    """
    stored = number.half()
    cls = (cls * (stored > 0)).to(_class_dtype(num_classes))
    return torch.cat([cls.view(torch.uint8), stored.view(torch.uint8)], 1)


def spread(stored: Tensor, keep: int, num_classes: int) -> Tensor:
    """The numbers ``(N, C)``, float32, of rows of :func:`pack`."""
    empty = torch.zeros(len(stored), num_classes)
    return empty.scatter_add_(1, _classes(stored, keep, num_classes), _numbers(stored, keep))


def _numbers(stored: Tensor, keep: int) -> Tensor:
    """The numbers in rows of :func:`pack`, ``(N, k)`` float32."""
    return _viewed(stored[:, -keep * torch.float16.itemsize :], torch.float16).float()


def _classes(stored: Tensor, keep: int, num_classes: int) -> Tensor:
    """The classes in rows of :func:`pack`, ``(N, k)`` int64."""
    cls = _viewed(stored[:, : -keep * torch.float16.itemsize], _class_dtype(num_classes))
    return cls.long() & (_UINT16 - 1) if cls.dtype == torch.int16 else cls.long()


def _viewed(stored: Tensor, dtype: torch.dtype) -> Tensor:
    """Bytes as another type; a copy, because its numbers must be aligned."""
    return stored.clone(memory_format=torch.contiguous_format).view(dtype)
