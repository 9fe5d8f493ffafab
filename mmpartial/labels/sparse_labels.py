"""Labels of a batch on their way to a device: sparse until they are there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .encoding import entries_of_rows
from .matrix import LabelMatrix


class _TensorLike:
    """Stands for the tensor that :meth:`to` makes: torch's functions and methods take it."""

    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """The dense tensor; the arguments are those of ``torch.Tensor.to``."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copy and pickle ask for such names
            raise AttributeError(name)
        return getattr(self.to("cpu"), name)

    @classmethod
    def __torch_function__(
        cls, function: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        if function is torch.stack and len(args) == 1 and not kwargs:
            batch = _batch_of(args[0])
            if batch is not None:
                return batch
        return function(*map(_dense, args), **{k: _dense(v) for k, v in (kwargs or {}).items()})


class SparseLabels(_TensorLike):
    """``(N, C)`` labels of a batch that travel in four bytes for each stored label.

    ``labels.to(device)`` makes the float32 tensor of 1, 0 and -1 on the device.

    Args:
        lengths: ``(N,)``, how many labels of each row are stored.
        codes: ``(M,)`` int32, their codes (see :mod:`mmpartial.labels.encoding`).
        num_classes: C.
        states: The state of a label that is not stored, and those of the bits 0 and 1.

    >>> matrix = LabelMatrix.from_dense(np.array([[1, 0, -1, -1], [-1, -1, -1, -1]]))
    >>> SparseLabels.of(matrix, [1, 0]).to("cpu")
    tensor([[-1., -1., -1., -1.],
            [ 1.,  0., -1., -1.]])
    """

    def __init__(
        self,
        lengths: np.ndarray,
        codes: np.ndarray,
        num_classes: int,
        states: tuple[int, int, int],
    ):
        self.lengths, self.codes = lengths, codes
        self.num_classes, self.states = num_classes, states

    @classmethod
    def of(cls, matrix: LabelMatrix, rows: Sequence[int]) -> "SparseLabels":
        """Some rows of a matrix."""
        _, entry, lengths = entries_of_rows(np.asarray(matrix.indptr), rows)
        codes = np.asarray(matrix.codes)[entry].astype(np.int32)
        low, high = matrix.stored.tolist()
        return cls(lengths, codes, matrix.shape[1], (matrix.default_state, low, high))

    def __len__(self) -> int:
        return len(self.lengths)

    def rows(self) -> "list[LabelRow]":
        """The labels of each image."""
        return [LabelRow(self, number) for number in range(len(self))]

    def row(self, number: int) -> "SparseLabels":
        """One row, ``(1, C)``."""
        stop = int(self.lengths[: number + 1].sum())
        codes = self.codes[stop - int(self.lengths[number]) : stop]
        return SparseLabels(self.lengths[number : number + 1], codes, self.num_classes, self.states)

    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """The dense labels, ``(N, C)``; the arguments are those of ``torch.Tensor.to``."""
        like = torch.empty(0).to(*args, **kwargs)
        default, low, high = self.states
        dense = like.new_full((len(self), self.num_classes), default)
        lengths, codes = (torch.from_numpy(x).to(like.device) for x in (self.lengths, self.codes))
        row = torch.repeat_interleave(lengths, output_size=len(codes))
        dense[row, (codes >> 1).long()] = (low + (high - low) * (codes & 1)).to(like.dtype)
        return dense


class LabelRow(_TensorLike):
    """The labels of one image, ``(C,)``, in the :class:`SparseLabels` of its batch.

    ``torch.stack`` of all rows of a batch in their order is the batch, which is still sparse.
    """

    def __init__(self, batch: SparseLabels, number: int):
        self.batch, self.number = batch, number

    def __reduce__(self) -> tuple:
        return LabelRow, (self.batch, self.number)

    def to(self, *args: Any, **kwargs: Any) -> Tensor:
        """The dense labels, ``(C,)``; the arguments are those of ``torch.Tensor.to``."""
        return self.batch.row(self.number).to(*args, **kwargs)[0]


def _batch_of(rows: Sequence[Any]) -> SparseLabels | None:
    """The batch whose rows these are, all of them in their order, or None."""
    if not all(isinstance(row, LabelRow) for row in rows):
        return None
    batch = rows[0].batch
    whole = len(rows) == len(batch) and all(
        row.batch is batch and row.number == number for number, row in enumerate(rows)
    )
    return batch if whole else None


def _dense(value: Any) -> Any:
    """An argument of a torch function, with tensors in place of the objects that stand for them."""
    if isinstance(value, list | tuple):
        return type(value)(map(_dense, value))
    return value.to("cpu") if isinstance(value, _TensorLike) else value
