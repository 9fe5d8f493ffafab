"""Checkpoints that hold tensors and plain Python only."""

from mmengine.hooks import Hook
from mmengine.logging import HistoryBuffer
from mmengine.runner import Runner

from ...registry import HOOKS

_KEY = "plain_log_scalars"


@HOOKS.register_module()
class PlainCheckpointHook(Hook):
    """Write the log history of a checkpoint as lists of numbers, and read it back.

    MMEngine 0.10.7 pickles its HistoryBuffer objects, which weights-only ``torch.load`` (the
    default from torch 2.6 on) refuses. A checkpoint of plain data loads anywhere.
    """

    priority = "VERY_LOW"

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Replace the HistoryBuffers by lists."""
        hub = checkpoint["message_hub"]
        hub[_KEY] = {
            name: [part.tolist() for part in buffer.data]
            for name, buffer in hub["log_scalars"].items()
        }
        hub["log_scalars"] = {}

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Make HistoryBuffers of the lists again."""
        hub = checkpoint.get("message_hub", {})
        for name, (values, counts) in hub.pop(_KEY, {}).items():
            hub["log_scalars"][name] = HistoryBuffer(values, counts)
