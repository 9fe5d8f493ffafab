"""Checkpoints that hold tensors and plain Python only."""

from typing import Any

import numpy as np
from mmengine.hooks import Hook
from mmengine.logging import HistoryBuffer
from mmengine.runner import Runner

from ...registry import HOOKS

_KEY = "plain_log_scalars"


@HOOKS.register_module()
class PlainCheckpointHook(Hook):
    """Write a checkpoint's log history as lists of numbers, and its schedulers without methods.

    MMEngine 0.10.7 pickles its HistoryBuffer objects and the annealing methods of one-cycle
    schedulers, which weights-only ``torch.load`` (the default from torch 2.6 on) refuses. A
    checkpoint of plain data loads anywhere. The methods are there again when a scheduler is
    built; the histories are read back.
    """

    priority = "VERY_LOW"

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Replace HistoryBuffers by lists and NumPy scalars by Python's; leave methods out."""
        hub = checkpoint["message_hub"]
        hub[_KEY] = {
            name: [part.tolist() for part in buffer.data]
            for name, buffer in hub["log_scalars"].items()
        }
        hub["log_scalars"] = {}
        hub["runtime_info"] = {
            key: value.item() if isinstance(value, np.generic) else value
            for key, value in hub["runtime_info"].items()
        }
        if "param_schedulers" in checkpoint:
            checkpoint["param_schedulers"] = _without_methods(checkpoint["param_schedulers"])

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Make HistoryBuffers of the lists again."""
        hub = checkpoint.get("message_hub", {})
        for name, (values, counts) in hub.pop(_KEY, {}).items():
            hub["log_scalars"][name] = HistoryBuffer(values, counts)


def _without_methods(state: Any) -> Any:
    """A copy of nested dicts and lists of scheduler states that leaves callables out."""
    if isinstance(state, dict):
        return {k: _without_methods(v) for k, v in state.items() if not callable(v)}
    return [_without_methods(v) for v in state] if isinstance(state, list) else state
