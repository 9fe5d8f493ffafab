"""Showing the training labels to losses, and keeping the state of losses."""

from mmengine.runner import Runner

from ...datasets import find_partial
from ...memory.loss_state import LossState
from ...models.losses.partial_loss import losses_of
from ...progress import publish_pass_length
from ...registry import HOOKS
from .memory_hook import MemoryHook


@HOOKS.register_module()
class LossMemoryHook(MemoryHook):
    """Show the training labels to every loss before the first step, and keep the losses' state.

    Class counts, ratios and the like are in the checkpoint. ``--resume`` restores them; with
    ``load_from`` they start anew.

    Raises:
        ValueError: The checkpoint to resume from has other losses.
    """

    priority = "HIGH"
    key = "loss_memory"
    takes_mixtures = True

    def make_memory(self, runner: Runner) -> LossState:
        """Set up all losses of the model; their state is the memory."""
        publish_pass_length(runner)
        losses = losses_of(runner.model)
        dataset = find_partial(runner.train_dataloader.dataset)
        if dataset is not None:
            for loss in losses:
                loss.setup(dataset)
        return LossState(losses)
