"""Estimating class priors with a temporary model, for CSL."""

from pathlib import Path
from typing import Any

import torch
from mmengine.dist import all_reduce, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor

from ...memory.class_prior import write_prior
from ...registry import HOOKS
from ...schedules import pass_length
from ...utils.owned_file import OwnedFile
from ..run_lock import hold_work_dir
from .label_table_hook import on_cpu, partial_dataset_and_heads


@HOOKS.register_module()
class ClassPriorHook(Hook):
    """Average the predictions of the training images, and write them as class priors.

    The first stage of CSL (https://arxiv.org/abs/2110.10955, section 3.2): a temporary model is
    trained on known labels alone, and its mean prediction of each class, over all training steps
    so far, is what :class:`mmpartial.PartialAsymmetricLoss` takes as ``prior`` in the second. The
    predictions are those of the training steps, of augmented images.

    Args:
        file: Where the priors are written after each epoch, below the work_dir. Another run's
            file is not overwritten, nor one of a run that has finished.
        reset_each_epoch: Average over the last epoch alone; the authors never start over.

    Raises:
        ValueError: A model without a head of mmpartial, or a training dataset without class names.
        FileExistsError: The file exists, and the run does not resume.
    """

    def __init__(self, *, file: str = "class_prior.json", reset_each_epoch: bool = False):
        self.file, self.reset_each_epoch = file, reset_each_epoch
        self._loaded: Tensor | None = None

    def before_train(self, runner: Runner) -> None:
        """Start, or go on where a checkpoint stopped."""
        hold_work_dir(runner)
        dataset, self.heads = partial_dataset_and_heads(runner, "ClassPriorHook")
        self.classes = dataset.metainfo["classes"]
        self.path = Path(runner.work_dir) / self.file
        if len(set(map(str, self.classes))) < len(self.classes):
            raise ValueError(
                "two classes of the training dataset have one name, and so class priors cannot be "
                "told apart: give metainfo=dict(classes=[...]) with different ones."
            )
        self.sums = torch.zeros(len(self.classes) + 1, dtype=torch.float64)  # and the images
        resumed = runner.iter > 0 and self._loaded is not None
        if resumed:
            self.sums = self._loaded
        self.owned = OwnedFile(self.path, runner.work_dir, dataset.fingerprint)
        if is_main_process():
            self.owned.take(resumed)

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Add this step's predictions; write where a pass over the data ends."""
        for head in self.heads:
            if head.visit is not None:
                prob = head.visit.logits.double().sigmoid()
                new = torch.cat([prob.sum(0), prob.new_full((1,), len(prob))])
                all_reduce(new)
                self.sums = self.sums.to(new.device) + new
        ends = (runner.iter + 1) % pass_length(runner) == 0
        if (ends or runner.iter + 1 == runner.max_iters) and is_main_process():
            write_prior(self.path, self.prior(), self.classes)
        if ends and self.reset_each_epoch:
            self.sums = torch.zeros_like(self.sums)

    def after_train(self, runner: Runner) -> None:
        """Keep the file of a run that has finished."""
        if is_main_process():
            self.owned.finish()

    def prior(self) -> Tensor:
        """Mean predictions so far, ``(L,)``."""
        return self.sums[:-1] / self.sums[-1].clamp(min=1)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the sums into the checkpoint."""
        checkpoint["class_prior"] = self.sums.cpu()

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the sums for :meth:`before_train`."""
        self._loaded = on_cpu(checkpoint.get("class_prior"))
