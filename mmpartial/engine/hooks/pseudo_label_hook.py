"""Soft pseudo labels that follow the model's predictions."""

import os
from collections.abc import Sequence

from mmengine.runner import Runner
from torch import Tensor

from ...datasets import PartialLabelDataset
from ...labels import UNKNOWN
from ...memory.pseudo_labels import PseudoLabelTable
from ...models.heads import QSamplingMixin
from ...models.heads.q_sampling_head import Visit
from ...registry import HOOKS
from .label_table_hook import LabelTableHook

UPDATES = ("visit", "epoch", "never")


@HOOKS.register_module()
class PseudoLabelHook(LabelTableHook):
    """Give the head a :class:`~mmpartial.memory.pseudo_labels.PseudoLabelTable` and look after it.

    The defaults are our reading of equation (5) of https://arxiv.org/abs/2308.00166: all unknown
    labels of an image take the prediction just made of it, from the augmented view and before the
    optimizer's step, and are first used at the image's next visit. Known labels never change.

    The table is part of each checkpoint and restored on ``--resume``; processes exchange what
    they visited after each pass over the data, and before a checkpoint.

    Args:
        init: Start value of all pseudo labels.
        momentum: Share of the old value that stays at an update.
        warmup: Epochs without updates.
        update: ``'visit'`` at each visit; ``'epoch'`` by an extra pass over the training images
            in evaluation mode after each epoch; ``'never'``. Under an iteration-based loop an
            epoch is one pass over the data.
        debias: Remember the loss's ``posterior`` of the logits, the probability without what its
            weights and smoothing add, instead of their sigmoid. They are those of the step, or
            with ``update='epoch'`` of the epoch's last one.
        pipeline: Transforms of the extra pass. None takes the training pipeline.
        dtype: ``'float16'`` or ``'uint8'``.
        path: Keep the table in a memory-mapped file of this name (relative to the work_dir)
            instead of RAM. Checkpoints then refer to a copy beside them, with a checksum. A copy
            goes with the last of this run's checkpoints in that folder that refer to it.

    Raises:
        ValueError: An option that is none of these, a model without a head that takes pseudo
            labels, or a training dataset without :class:`mmpartial.PartialLabelDataset`.
    """

    def __init__(
        self,
        init: float = 0.5,
        momentum: float = 0.0,
        warmup: int = 0,
        update: str = "visit",
        debias: bool = False,
        pipeline: Sequence[dict] | None = None,
        dtype: str = "float16",
        path: str | None = None,
    ):
        if update not in UPDATES:
            raise ValueError(f"update={update!r}: choose one of {', '.join(UPDATES)}.")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum={momentum} is outside [0, 1): it is what stays of the old.")
        self.init, self.momentum, self.warmup, self.update = init, momentum, warmup, update
        self.debias, self.pipeline, self.dtype, self.path = debias, pipeline, dtype, path

    def make_table(
        self, runner: Runner, dataset: PartialLabelDataset, resumed: bool
    ) -> PseudoLabelTable:
        """A table that starts at ``init``."""
        path = None if self.path is None else os.path.join(runner.work_dir, self.path)
        classes = len(dataset.metainfo["classes"])
        return PseudoLabelTable(
            dataset.num_rows,
            classes,
            dataset.fingerprint,
            self.init,
            self.dtype,
            path,
            resumed,
            runner.work_dir,
        )

    def remember(self, runner: Runner, head: QSamplingMixin, visit: Visit, epoch: int) -> None:
        """Move the unknown entries of this step's images."""
        if self.update == "visit" and epoch >= self.warmup:
            labels = visit.labels
            self._update(head, labels.row, labels.target, visit.logits.float(), epoch)

    def end_pass(self, runner: Runner, epoch: int) -> None:
        """Predict all training images, if it is time to."""
        if self.update == "epoch" and epoch >= self.warmup:
            for row, target, logits in self.predictions(runner, epoch):
                self._update(self.heads[0], row, target, logits, epoch)

    def after_train(self, runner: Runner) -> None:
        """Keep the file of a run that has finished."""
        self.table.finish()

    def _update(
        self, head: QSamplingMixin, row: Tensor, target: Tensor, logits: Tensor, epoch: int
    ) -> None:
        prob = head.loss_module.posterior(logits) if self.debias else logits.sigmoid()
        self.table.update(row, prob, target == UNKNOWN, self.momentum, epoch)
