"""The schedule of d, the weight of the unknown part of the loss."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...models.losses import PartialImbalanceLoss
from ...progress import Progress, pass_length, publish_pass_length
from ...registry import HOOKS
from ...schedules import part_weight
from ...utils.log import warn
from .needed_parts import need_loss


@HOOKS.register_module()
class DSchedulerHook(Hook):
    """Schedule ``d`` of every :class:`mmpartial.PartialImbalanceLoss` in the model.

    Nothing is stored, because d follows from the epoch, before and after a restart. In an
    iteration-based loop, an epoch is one pass over the data.

    Args:
        m: d = 1 at epoch e_T - m (with ``mode='shifted'``), where e_T is the number of epochs.
        mode: ``'shifted'`` or ``'printed'``, see :func:`mmpartial.schedules.part_weight`.
        by_epoch: d changes once an epoch. False: at each iteration, with a fractional epoch.
        epoch_base: Number of the first epoch, 1 or 0. The paper does not say; 1 is our reading.

    Raises:
        ValueError: The model has no such loss.
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

    def d(self, progress: Progress) -> float:
        """The value of d at a point of the training."""
        done = progress.visit if self.by_epoch else progress.passes
        return part_weight(done + self.epoch_base, progress.max_passes, self.m, self.mode)

    def before_train(self, runner: Runner) -> None:
        """Give the losses their schedule, and warn if m does not fit the run."""
        losses = [m for m in runner.model.modules() if isinstance(m, PartialImbalanceLoss)]
        need_loss(self, losses, "PartialImbalanceLoss")
        publish_pass_length(runner)
        for loss in losses:
            loss.d_schedule = self.d
        epochs = runner.max_iters / pass_length(runner)
        if self.m > epochs:
            warn(
                f"DSchedulerHook: m={self.m:g} is longer than the run of {epochs:g} epochs, so d, "
                "the weight of unknown labels, would explode, and is bounded. A trial needs no "
                "change; in a short run that counts, set m below the number of epochs."
            )
