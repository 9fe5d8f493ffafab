from .d_scheduler_hook import DSchedulerHook
from .guard_hook import GuardError, GuardHook
from .plain_checkpoint_hook import PlainCheckpointHook
from .pseudo_label_hook import PseudoLabelHook
from .reproducible_hook import ReproducibleHook

__all__ = [
    "DSchedulerHook",
    "GuardError",
    "GuardHook",
    "PlainCheckpointHook",
    "PseudoLabelHook",
    "ReproducibleHook",
]
