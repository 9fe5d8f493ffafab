"""Arrays that processes share although they were started by spawn."""

import copyreg
import mmap
from array import array
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple

import numpy as np
import torch

_LEAST = 2**16  # bytes of an array that is worth a file descriptor
_WAYS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__",
         "__getnewargs_ex__")  # fmt: skip


class SharedArrays:
    """Base of objects whose large arrays are not copied into other processes.

    A forked process sees the memory of its parent. To one that is started by spawn or by a fork
    server, objects travel as pickles. Then the arrays of this object, which may be NumPy's,
    ``array`` or ``bytearray``, move into shared memory the first time, and are NumPy's from
    then on. Arrays that are mapped from a file are mapped anew. Other pickles and copies are as
    usual.

    Nothing may change the arrays after they have travelled.
    """

    def __init_subclass__(cls, **kwargs: Any):
        super().__init_subclass__(**kwargs)
        if "__reduce__" not in vars(cls):  # a class that knows better how it travels
            ForkingPickler.register(cls, _reduce)


def share_arrays(kind: type) -> None:
    """Let the arrays of objects of another library's class travel as those of SharedArrays.

    A class that knows better how it travels is left alone.
    """
    if all(getattr(kind, name, None) is getattr(object, name, None) for name in _WAYS):
        ForkingPickler.register(kind, _reduce)


class _Shared(NamedTuple):
    memory: torch.Tensor
    dtype: np.dtype
    shape: tuple[int, ...]

    def open(self) -> np.ndarray:
        return self.memory.numpy().view(self.dtype).reshape(self.shape)


class _Mapped(NamedTuple):
    path: str
    dtype: np.dtype
    offset: int
    shape: tuple[int, ...]
    order: Any

    def open(self) -> np.ndarray:
        return np.memmap(self.path, self.dtype, "r", self.offset, self.shape, self.order)


def _reduce(sent: Any) -> tuple:
    """Tell pickle how to make the object again; its arrays become shared."""
    state = dict(vars(sent))
    for name, value in state.items():
        if isinstance(value, np.ndarray | bytearray | array):
            found = np.asarray(value)
            if found.nbytes >= _LEAST and not found.dtype.hasobject:
                state[name] = _mapped(value) or _shared(found) or value
                if isinstance(state[name], _Shared):
                    setattr(sent, name, state[name].open())  # the only copy from now on
    return copyreg.__newobj__, (type(sent),), state, None, None, _restore  # type: ignore[attr-defined]


def _mapped(value: Any) -> _Mapped | None:
    """How to map an array anew; None if it is not all that was mapped from a file."""
    if not isinstance(value, np.memmap) or not isinstance(value.base, mmap.mmap):
        return None
    order = "C" if value.flags.c_contiguous else "F"
    return _Mapped(str(value.filename), value.dtype, value.offset, value.shape, order)


def _shared(found: np.ndarray) -> _Shared | None:
    """An array in shared memory, the same if it is there already; None if there is no room."""
    memory: Any = found
    while isinstance(memory, np.ndarray):
        memory = memory.base
    if (
        not isinstance(memory, torch.Tensor)
        or not memory.is_shared()
        or (memory.data_ptr(), memory.nbytes) != (found.ctypes.data, found.nbytes)
    ):
        try:
            memory = torch.empty(found.nbytes, dtype=torch.uint8).share_memory_()
        except RuntimeError:  # a container may have little of it
            return None
        _Shared(memory, found.dtype, found.shape).open()[...] = found
    return _Shared(memory, found.dtype, found.shape)


def _restore(made: Any, state: dict[str, Any]) -> None:
    opened = {k: v.open() if isinstance(v, _Shared | _Mapped) else v for k, v in state.items()}
    vars(made).update(opened)
