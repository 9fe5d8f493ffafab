"""Learning the label estimates of ROLE."""

from typing import Any

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.label_estimates import LabelEstimates
from ...models.losses import ROLELoss
from ...registry import HOOKS
from .label_memory_hook import LabelMemoryHook
from .needed_parts import need_loss


@HOOKS.register_module()
class LabelEstimatorHook(LabelMemoryHook):
    """Learn the label estimates of :class:`mmpartial.ROLELoss`.

    A separate Adam updates the estimates after each training step, with ``lr_mult`` times the
    learning rate of the model at that step. In the code of Cole et al.
    (https://arxiv.org/abs/2106.09708) they are one more parameter of the model, with that rate.
    The authors' ``linear_init`` carries them from a run with a frozen backbone to the next run.
    Here, a run that starts with ``load_from`` begins with new estimates.

    Args:
        lr_mult: Learning rate of the estimates, as a multiple of the model's.
        seed: Seed of the start values.
        max_memory: GiB that the estimates may take, at 16 bytes a label.

    Raises:
        ValueError: The model has no such loss, or the estimates exceed ``max_memory``.
    """

    def __init__(self, *, lr_mult: float = 10.0, seed: int = 0, max_memory: float = 8.0):
        self.options: dict[str, Any] = dict(lr_mult=lr_mult, seed=seed, max_memory=max_memory)

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> LabelEstimates:
        """Estimates at their start values."""
        found = any(isinstance(head.loss_module, ROLELoss) for head in self.heads)
        need_loss(self, found, "ROLELoss", "expected_positives=...")
        return LabelEstimates(
            dataset.labels,
            dataset.fingerprint,
            device=next(runner.model.parameters()).device,
            **self.options,
        )
