"""Where training stands: no checkpoint holds it, because it follows from epoch and iteration."""

import math
from typing import NamedTuple

import torch
from mmengine.dataset import InfiniteSampler
from mmengine.dist import get_world_size
from mmengine.logging import MessageHub
from mmengine.runner import Runner

from .utils.compiling import is_compiling

PASS_LENGTH = "pass_length"


class Progress(NamedTuple):
    """Where training stands.

    Attributes:
        visit: Number of the current pass over the data, 0-based; the epoch, if the loop has epochs.
        share: Share of the training that is done, 0 in the first epoch and 1 in the last.
        passes: Passes over the data that are done, a fraction within a pass.
        max_passes: Passes of the whole training.
        step: Number of the current iteration, 0-based.
    """

    visit: int
    share: float
    passes: float = 0.0
    max_passes: float = 1.0
    step: int = 0

    @classmethod
    def current(cls) -> "Progress":
        """Progress of the running Runner; its start where there is none.

        Raises:
            ValueError: An iteration-based Runner without a hook that says how long a pass is.
        """
        info = MessageHub.get_current_instance().runtime_info
        epoch, max_epochs, done, total = (
            int(info.get(key, 0)) for key in ("epoch", "max_epochs", "iter", "max_iters")
        )
        by_epoch = max_epochs > 1
        if not by_epoch and total > 1 and PASS_LENGTH not in info:
            raise ValueError(
                "nothing says how many iterations a pass over the data takes, on which epochs "
                "depend here: add dict(type='mmpartial.LossMemoryHook') to default_hooks "
                "(configs/_base_/default_runtime.py has it)."
            )
        length = int(info.get(PASS_LENGTH, 1))
        if by_epoch:
            passes = done / length if PASS_LENGTH in info else epoch
            return cls(epoch, epoch / (max_epochs - 1), passes, max_epochs, done)
        share = min(1.0, done / max(1, total - 1))
        return cls(done // length, share, done / length, max(1, total) / length, done)


def pass_length(runner: Runner) -> int:
    """Iterations in which all processes together see each training sample once.

    A dataloader has this length, unless its sampler has no end.
    """
    loader = runner.train_dataloader
    sampler = getattr(loader.batch_sampler, "sampler", None)
    if not isinstance(sampler, InfiniteSampler):
        return len(loader)
    return max(1, math.ceil(len(loader.dataset) / (loader.batch_size * get_world_size())))


def publish_pass_length(runner: Runner) -> None:
    """Tell :class:`Progress` how long a pass is."""
    runner.message_hub.update_info(PASS_LENGTH, pass_length(runner))


def done_now(like: torch.Tensor) -> float | torch.Tensor:
    """The share of the training that is done, in [0, 1].

    Args:
        like: In a compiled graph, the share is a number of its dtype, on its device.
    """
    # A compiled graph calls an operator in each step, and other functions when it is compiled.
    return torch.ops.mmpartial.done_now(like) if is_compiling() else _done()


def _done() -> float:
    progress = Progress.current()
    return min(1.0, progress.passes / progress.max_passes)


_OPERATORS = torch.library.Library("mmpartial", "DEF")
_OPERATORS.define("done_now(Tensor like) -> Tensor")
_OPERATORS.impl("done_now", lambda like: like.new_full((), _done()), "CompositeExplicitAutograd")
