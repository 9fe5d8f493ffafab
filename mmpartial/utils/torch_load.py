"""Reads MMEngine's checkpoints with ``torch.load``, without running code in them."""

import codecs
import pickle
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
from mmengine.utils import digit_version

from .checkpoint_checks import check_archive, check_nest

_LISTS_TYPES = digit_version(torch.__version__) >= digit_version("2.6")
_ATTRIBUTES: dict[Any, tuple[str, ...]] = {
    HistoryBuffer: ("min", "max", "current", "mean"),
    OneCycleParamScheduler: ("_annealing_cos", "_annealing_linear"),
}


def _stock_getattr(owner: Any, name: str) -> Any:
    """Return a method that MMEngine's own state refers to, and nothing else."""
    if name not in _ATTRIBUTES.get(owner, ()):
        raise ValueError(
            f"a checkpoint asks for the attribute {name!r} of {owner!r}, which no MMEngine "
            "checkpoint needs: do not load it."
        )
    return getattr(owner, name)


def _allowed() -> list[tuple[Any, str]]:
    """The types and functions in MMEngine's checkpoints, with their names in the pickles."""
    core = getattr(np, "_core", None) or np.core
    own = [*_ATTRIBUTES, np.ndarray, np.dtype, *map(type, map(np.dtype, (np.float64, np.int64)))]
    allowed = [(one, f"{one.__module__}.{one.__qualname__}") for one in own]
    allowed.append((_stock_getattr, "builtins.getattr"))
    # NumPy's bytes and the milestones of schedulers, which torch lists from 2.4 on.
    allowed += [(codecs.encode, "_codecs.encode"), (Counter, "collections.Counter")]
    for module in ("numpy.core.multiarray", "numpy._core.multiarray"):  # NumPy 1 and 2
        allowed.append((core.multiarray._reconstruct, f"{module}._reconstruct"))
        allowed.append((core.multiarray.scalar, f"{module}.scalar"))
    return allowed


def allow_stock_checkpoints() -> None:
    """Let weights-only ``torch.load`` read MMEngine's checkpoints, and nothing more.

    From torch 2.6 on ``torch.load`` is weights-only by default. MMEngine 0.10.7 puts log histories
    (HistoryBuffer, NumPy arrays) and methods of its one-cycle schedulers into checkpoints, and so
    ``--resume`` and ``test.py`` fail. The check stays on: this adds exactly the types that such a
    file holds. The methods need ``getattr``, which is replaced by a function that returns these
    methods only. A release of MMEngine that stores plain data makes this unnecessary.
    """
    if _LISTS_TYPES:
        torch.serialization.add_safe_globals(_allowed())


class _Unpickler(pickle.Unpickler):
    """Finds what weights-only ``torch.load`` finds, for versions of torch that cannot add to it."""

    def find_class(self, module: str, name: str) -> Any:
        """Return an allowed object."""
        from torch import _weights_only_unpickler

        known = _weights_only_unpickler._get_allowed_globals()
        known |= {whole: one for one, whole in _allowed()}
        whole = f"{module}.{name}".replace("__builtin__.", "builtins.")  # of Python 2
        if whole not in known:
            raise pickle.UnpicklingError(f"it asks for {whole}, which may be a program")
        return known[whole]


def _load(file: Any, **options: Any) -> Any:
    return _Unpickler(file, **options).load()


def read_weights(file: Path, map_location: Any = "cpu", mmap: bool = False) -> Any:
    """Read a file of ``torch.save``, even before version 1.6, without running code in it.

    The fork of MMEngine takes its types off torch's list after each load, so they go back here.

    Raises:
        UnpicklingError: The file asks for something else.
        ValueError: It is an archive that torch did not write, or has lists in lists that do not
            end.
    """
    if zipfile.is_zipfile(file):
        check_archive(file)
    allow_stock_checkpoints()
    options: dict[str, Any] = dict(weights_only=True)
    if not _LISTS_TYPES:
        restricted = ModuleType("restricted_pickle")
        vars(restricted).update(vars(pickle), Unpickler=_Unpickler, load=_load)
        options = dict(weights_only=False, pickle_module=restricted)
    content = torch.load(str(file), map_location=map_location, mmap=mmap, **options)
    check_nest(content)
    return content


def read_checkpoint(file: Path, mmap: bool = False) -> Any:
    """Read a checkpoint that a run wrote, without running code that may be in it.

    Raises:
        ValueError: The file is not an archive of torch, or has endless lists in lists.
    """
    check_archive(file)
    return read_weights(file, mmap=mmap)
