"""Learning the label estimates of ROLE."""

from dataclasses import replace

import torch
from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.label_estimator import LabelEstimator
from ...models.heads import QSamplingMixin
from ...models.heads.q_sampling_head import Visit
from ...models.losses import ROLELoss
from ...registry import HOOKS
from .label_table_hook import LabelTableHook


@HOOKS.register_module()
class LabelEstimatorHook(LabelTableHook):
    """Give :class:`mmpartial.ROLELoss` a :class:`~mmpartial.memory.label_estimator.LabelEstimator`.

    The estimates are updated after each training step by an Adam of their own with ``lr_mult``
    times the learning rate of the model at that step, as in the code of Cole et al.
    (https://arxiv.org/abs/2106.09708), where they are one more parameter of the model.

    Args:
        lr_mult: Their learning rate over the model's.
        seed: Seed of their start values.
        max_memory: GiB that they may take, at 16 bytes a label.

    Raises:
        ValueError: A model without that loss, or too large a table.
    """

    def __init__(self, *, lr_mult: float = 10.0, seed: int = 0, max_memory: float = 8.0):
        self.lr_mult, self.seed, self.max_memory = lr_mult, seed, max_memory

    def make_table(
        self, runner: Runner, dataset: PartialLabelDataset, resumed: bool
    ) -> LabelEstimator:
        """Estimates at their start values."""
        if not any(isinstance(head.loss_module, ROLELoss) for head in self.heads):
            raise ValueError(
                "LabelEstimatorHook found no ROLELoss in the model: set model.head.loss="
                "dict(type='mmpartial.ROLELoss', expected_positives=...) or take the hook out of "
                "custom_hooks."
            )
        device = next(runner.model.parameters()).device
        return LabelEstimator(
            dataset.labels, dataset.fingerprint, self.seed, self.max_memory, device
        )

    def remember(self, runner: Runner, head: QSamplingMixin, visit: Visit, epoch: int) -> None:
        """Take the step that the loss of this batch asks of the estimates.

        The loss is computed once more, with the predictions as numbers: so the step does not
        depend on how the model's own gradients are scaled, averaged or accumulated.
        """
        row = visit.labels.row
        assert row is not None
        logits = self.table.logits.detach()[row.to(self.table.logits.device)].requires_grad_()
        loss = head.loss_module(visit.logits, replace(visit.labels, pseudo=logits.sigmoid()))
        (gradient,) = torch.autograd.grad(loss, logits)
        lr = next(iter(runner.optim_wrapper.get_lr().values()))[0]
        self.table.step(row, gradient, lr * self.lr_mult)
