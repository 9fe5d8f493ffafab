"""Looking after the pseudo labels: start, update, checkpoint, resume."""

import os
from collections.abc import Sequence
from typing import Any

import torch
from mmengine.hooks import CheckpointHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner

from ...datasets import find_partial
from ...labels import UNKNOWN
from ...models.heads import QSamplingMixin
from ...pseudo_labels import PseudoLabelTable
from ...registry import HOOKS
from ...schedules import pass_length

UPDATES = ("visit", "epoch", "never")


@HOOKS.register_module()
class PseudoLabelHook(Hook):
    """Give the head a :class:`~mmpartial.pseudo_labels.PseudoLabelTable` and look after it.

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
        pipeline: Sequence[dict] | None = None,
        dtype: str = "float16",
        path: str | None = None,
    ):
        if update not in UPDATES:
            raise ValueError(f"update={update!r}: choose one of {', '.join(UPDATES)}.")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum={momentum} is outside [0, 1): it is what stays of the old.")
        self.init, self.momentum, self.warmup, self.update = init, momentum, warmup, update
        self.pipeline, self.dtype, self.path = pipeline, dtype, path
        self.table: PseudoLabelTable | None = None
        self._loaded: dict | None = None
        self._loader: Any = None

    def before_train(self, runner: Runner) -> None:
        """Make the table, or restore it, and give it to the head."""
        self.dataset = find_partial(runner.train_dataloader.dataset)
        self.heads = [m for m in runner.model.modules() if isinstance(m, QSamplingMixin)]
        if self.dataset is None or not self.heads:
            raise ValueError(
                "PseudoLabelHook needs train_dataloader.dataset.type="
                "'mmpartial.PartialLabelDataset' and a head such as "
                "model.head.type='mmpartial.QSamplingHead'."
            )
        path = None if self.path is None else os.path.join(runner.work_dir, self.path)
        resumed = runner.iter > 0
        self.table = PseudoLabelTable(
            self.dataset.num_rows,
            len(self.dataset.metainfo["classes"]),
            self.dataset.fingerprint,
            self.init,
            self.dtype,
            path,
            reuse=resumed,
        )
        if resumed:
            if self._loaded is None:
                raise ValueError(
                    "the checkpoint to resume from holds no pseudo labels: a run with "
                    "PseudoLabelHook did not write it. Use load_from to start from its weights."
                )
            named = os.path.dirname(runner._load_from or "")
            self.table.load_state_dict(self._loaded, named or self._folder(runner))
        self._loaded = None
        for head in self.heads:
            head.pseudo_labels = self.table

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Remember the predictions of this step; exchange them where a pass ends."""
        assert self.table is not None
        length = pass_length(runner)
        warm = runner.iter // length >= self.warmup
        for head in self.heads:
            visit, head.visit = head.visit, None
            if warm and self.update == "visit" and visit is not None and visit.row is not None:
                prob = visit.logits.float().sigmoid()
                now = runner.iter // length
                self.table.update(visit.row, prob, visit.unknown, self.momentum, now)
        done = runner.iter + 1
        if done % length == 0 and warm and self.update == "epoch":
            self._full_pass(runner)
        if done % length == 0 or done == runner.max_iters or self._checkpoint_due(runner):
            self.table.sync()

    def before_val(self, runner: Runner) -> None:
        """Exchange what was visited: a best checkpoint may follow."""
        if self.table is not None:
            self.table.sync()

    def _checkpoint_due(self, runner: Runner) -> bool:
        return any(
            isinstance(hook, CheckpointHook)
            and not hook.by_epoch
            and self.every_n_train_iters(runner, hook.interval)
            for hook in runner.hooks
        )

    def _full_pass(self, runner: Runner) -> None:
        """Predict all training images in evaluation mode and update their pseudo labels."""
        assert self.table is not None
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        visit = runner.iter // pass_length(runner)
        model.eval()
        with torch.no_grad():
            for batch in self._sequential_loader(runner):
                data = model.data_preprocessor(batch, training=False)
                prob = model(data["inputs"], mode="tensor").float().sigmoid()
                row = torch.tensor([sample.row for sample in data["data_samples"]])
                target = torch.stack([sample.gt_score for sample in data["data_samples"]])
                self.table.update(row, prob, target == UNKNOWN, self.momentum, visit)
        model.train()

    def _sequential_loader(self, runner: Runner) -> Any:
        if self._loader is None:
            train = runner.train_dataloader
            dataset = self.dataset
            if self.pipeline is not None and dataset is not None:
                dataset = dataset.with_pipeline(self.pipeline)
            self._loader = runner.build_dataloader(
                dict(
                    dataset=dataset,
                    batch_size=train.batch_size,
                    num_workers=train.num_workers,
                    persistent_workers=train.num_workers > 0,
                    sampler=dict(type="DefaultSampler", shuffle=False),
                    collate_fn=dict(type="default_collate"),
                )
            )
        return self._loader

    @staticmethod
    def _folder(runner: Runner) -> str:
        """Where this run's checkpoints are."""
        folders = (hook.out_dir for hook in runner.hooks if isinstance(hook, CheckpointHook))
        return next(folders, None) or runner.work_dir

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the table into the checkpoint."""
        assert self.table is not None
        checkpoint["pseudo_labels"] = self.table.state_dict(self._folder(runner))

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the checkpoint's table: :meth:`before_train` uses it if training goes on."""
        self._loaded = checkpoint.get("pseudo_labels")
