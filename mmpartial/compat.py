"""What today's stack needs from us, each with its reason and the version that ends it."""

from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer
from mmengine.utils import digit_version


def _history_method(owner: Any, name: str) -> Any:
    """The one use of getattr in a stock checkpoint: the statistics of a HistoryBuffer."""
    if owner is not HistoryBuffer or name not in ("min", "max", "current", "mean"):
        raise ValueError(
            f"a checkpoint asks for the attribute {name!r} of {owner!r}, which no MMEngine "
            "checkpoint needs: do not load it."
        )
    return getattr(owner, name)


def allow_stock_checkpoints() -> None:
    """Let weights-only ``torch.load`` read what MMEngine's own checkpoints hold, and no more.

    From torch 2.6 on ``torch.load`` is weights-only by default; MMEngine 0.10.7 puts its log
    histories (HistoryBuffer, NumPy arrays) into checkpoints, and so ``--resume`` and ``test.py``
    fail. MMEngine's development branch passes ``weights_only=False``; we do not loosen that and
    add exactly the types that such a file holds. ``getattr``, which HistoryBuffer's state asks
    for, is replaced by a function that gives its four statistics only.

    Checkpoints written with :class:`mmpartial.PlainCheckpointHook` need none of this.
    """
    if digit_version(torch.__version__) < digit_version("2.6"):
        return
    multiarray = "numpy.core.multiarray", "numpy._core.multiarray"
    core = getattr(np, "_core", None) or np.core
    allowed: list[Any] = [
        HistoryBuffer,
        np.ndarray,
        np.dtype,
        type(np.dtype(np.float64)),
        type(np.dtype(np.int64)),
        (_history_method, "builtins.getattr"),
    ]
    for module in multiarray:  # NumPy 1 and 2 name it differently
        allowed += [
            (core.multiarray._reconstruct, f"{module}._reconstruct"),
            (core.multiarray.scalar, f"{module}.scalar"),
        ]
    torch.serialization.add_safe_globals(allowed)
