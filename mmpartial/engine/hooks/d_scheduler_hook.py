"""Setting d, the weight of the unknown part, from training progress."""

import logging
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

from ...models.losses import PartialImbalanceLoss
from ...registry import HOOKS
from ...schedules import part_weight, pass_length


@HOOKS.register_module()
class DSchedulerHook(Hook):
    """Set ``d`` of every :class:`mmpartial.PartialImbalanceLoss` in the model.

    Nothing is stored: d follows from the epoch, before and after a restart alike. Under an
    iteration-based loop an epoch is one pass over the data.

    Args:
        m: d = 1 at epoch e_T - m (with ``mode='shifted'``).
        mode: ``'shifted'`` or ``'printed'``, see :func:`mmpartial.schedules.part_weight`.
        by_epoch: Set d once an epoch; else at each iteration, with a fractional epoch.
        epoch_base: Number of the first epoch, 1 or 0. The paper does not say; 1 is our reading.

    Raises:
        ValueError: An option that is none of these, or a model without the loss.
    """

    uses_length = True  # an epoch of a longer run is another one

    def __init__(
        self, m: float = 3.0, mode: str = "shifted", by_epoch: bool = True, epoch_base: int = 1
    ):
        if mode not in ("shifted", "printed"):
            raise ValueError(f"mode={mode!r}: choose 'shifted' or 'printed'.")
        if epoch_base not in (0, 1):
            raise ValueError(f"epoch_base={epoch_base}: choose 1 or 0.")
        self.m, self.mode, self.by_epoch, self.epoch_base = m, mode, by_epoch, epoch_base
        self.losses: list[PartialImbalanceLoss] = []

    def before_train(self, runner: Runner) -> None:
        """Find the losses, and say where m does not fit the run."""
        self.losses = [m for m in runner.model.modules() if isinstance(m, PartialImbalanceLoss)]
        if not self.losses:
            raise ValueError(
                "DSchedulerHook found no PartialImbalanceLoss in the model: set model.head.loss="
                "dict(type='mmpartial.PartialImbalanceLoss'), or take the hook out of custom_hooks "
                "(train.py's --method NAME takes another method, hooks included)."
            )
        epochs = runner.max_iters / pass_length(runner)
        if self.m > epochs:
            print_log(
                f"DSchedulerHook: m={self.m:g} is longer than the run of {epochs:g} epochs, so d, "
                "the weight of unknown labels, would explode, and is bounded. A trial needs no "
                "change; in a short run that counts, set m below the number of epochs.",
                logger="current",
                level=logging.WARNING,
            )

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Set d."""
        length = pass_length(runner)
        done = runner.iter / length
        if self.by_epoch:
            done = runner.iter // length
        d = part_weight(done + self.epoch_base, runner.max_iters / length, self.m, self.mode)
        for loss in self.losses:
            loss.d = d
