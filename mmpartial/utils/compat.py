"""Reading MMEngine's checkpoints with today's torch."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim.scheduler.param_scheduler import OneCycleParamScheduler
from mmengine.utils import digit_version

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


def allow_stock_checkpoints() -> None:
    """Let weights-only ``torch.load`` read MMEngine's checkpoints, and nothing more.

    From torch 2.6 on ``torch.load`` is weights-only by default. MMEngine 0.10.7 puts log histories
    (HistoryBuffer, NumPy arrays) and methods of its one-cycle schedulers into checkpoints, and so
    ``--resume`` and ``test.py`` fail. The check stays on: this adds exactly the types that such a
    file holds. The methods need ``getattr``, which is replaced by a function that returns these
    methods only. A release of MMEngine that stores plain data makes this unnecessary.
    """
    if digit_version(torch.__version__) < digit_version("2.6"):
        return
    multiarray = "numpy.core.multiarray", "numpy._core.multiarray"
    core = getattr(np, "_core", None) or np.core
    allowed: list[Any] = [
        *_ATTRIBUTES,
        np.ndarray,
        np.dtype,
        type(np.dtype(np.float64)),
        type(np.dtype(np.int64)),
        (_stock_getattr, "builtins.getattr"),
    ]
    for module in multiarray:  # NumPy 1 and 2 name it differently
        allowed += [
            (core.multiarray._reconstruct, f"{module}._reconstruct"),
            (core.multiarray.scalar, f"{module}.scalar"),
        ]
    torch.serialization.add_safe_globals(allowed)


def read_checkpoint(file: Path, mmap: bool = False) -> Any:
    """Read a checkpoint as MMEngine does: weights-only from torch 2.6 on.

    The fork of MMEngine takes its types off torch's list after each load, so they go back here.
    """
    allow_stock_checkpoints()
    return torch.load(str(file), map_location="cpu", mmap=mmap)
