"""Looking after what a method remembers of each label: start, checkpoint, resume."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from mmengine.dataset import DefaultSampler, default_collate
from mmengine.hooks import CheckpointHook, Hook
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from mmengine.utils import apply_to
from torch import Tensor
from torch.utils.data import DataLoader

from ...datasets import PartialLabelDataset, find_partial
from ...models.heads import QSamplingMixin
from ...models.heads.q_sampling_head import Visit
from ...schedules import pass_length
from ...utils.counter_rng import hash_ints
from ..checkpoints import checkpoint_folder
from ..run_lock import hold_work_dir

_NO_EPOCH = -1  # tells the numbers of an extra pass from those of training


def on_cpu(state: Any) -> Any:
    """A part of a checkpoint, which a GPU run loads onto the GPU, with its tensors on the CPU."""
    return apply_to(state, lambda value: isinstance(value, Tensor), lambda value: value.cpu())


def partial_dataset_and_heads(
    runner: Runner, hook: str
) -> tuple[PartialLabelDataset, list[QSamplingMixin]]:
    """The training dataset's wrapper, and the model's heads of mmpartial.

    Raises:
        ValueError: One of them is missing; the message names the hook that needs both.
    """
    dataset = find_partial(runner.train_dataloader.dataset)
    heads = [m for m in runner.model.modules() if isinstance(m, QSamplingMixin)]
    if dataset is None or not heads:
        raise ValueError(
            f"{hook} needs train_dataloader.dataset.type='mmpartial.PartialLabelDataset' and a "
            "head such as model.head.type='mmpartial.QSamplingHead'."
        )
    return dataset, heads


class LabelTableHook(Hook):
    """Base of hooks that give the head a table of images x classes and look after it.

    The table is part of each checkpoint and restored on ``--resume``; processes exchange what
    they visited after each pass over the data, and before a checkpoint. A subclass makes the
    table and says when it changes.
    """

    table: Any = None
    pipeline: Sequence[dict] | None = None
    _loaded: dict | None = None

    def make_table(self, runner: Runner, dataset: PartialLabelDataset, resumed: bool) -> Any:
        """A new table; if ``resumed``, its contents will be loaded."""
        raise NotImplementedError(f"{type(self).__name__} has no make_table.")

    def remember(self, runner: Runner, head: QSamplingMixin, visit: Visit, epoch: int) -> None:
        """Change the table after a training step; the epoch is 0-based."""

    def end_pass(self, runner: Runner, epoch: int) -> None:
        """Change the table after a pass over the data, before it is exchanged."""

    def before_train(self, runner: Runner) -> None:
        """Make the table, or restore it, and give it to the head."""
        hold_work_dir(runner)
        dataset, self.heads = partial_dataset_and_heads(runner, type(self).__name__)
        self._check_partners(runner)
        self.dataset = dataset
        resumed = runner.iter > 0
        self.table = self.make_table(runner, dataset, resumed)
        if resumed:
            if self._loaded is None or self._loaded.pop("hook") != type(self).__name__:
                raise ValueError(
                    f"the checkpoint to resume from holds no pseudo labels of {type(self).__name__}"
                    ": a run without it wrote it. Use load_from to start from its weights."
                )
            named = os.path.dirname(runner._load_from or "")
            self.table.load_state_dict(self._loaded, named or checkpoint_folder(runner))
        self._loaded = None
        for head in self.heads:
            head.pseudo_labels = self.table

    def _check_partners(self, runner: Runner) -> None:
        """Check that the losses understand this table, and that it is the only one."""
        for head in self.heads:
            wanted = head.loss_module.table_hook
            if wanted not in (None, type(self).__name__):
                raise ValueError(
                    f"{type(head.loss_module).__name__} does not understand what "
                    f"{type(self).__name__} remembers: take dict(type='mmpartial.{wanted}') in "
                    "custom_hooks instead."
                )
        others = [h for h in runner.hooks if isinstance(h, LabelTableHook) and h is not self]
        if others:
            raise ValueError(
                f"{type(self).__name__} and {type(others[0]).__name__} both keep a table of labels "
                "for the head: keep one of them in custom_hooks."
            )

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Remember what this step said; exchange where a pass ends."""
        length = pass_length(runner)
        epoch = runner.iter // length
        for head in self.heads:
            if head.visit is not None and head.visit.labels.row is not None:
                self.remember(runner, head, head.visit, epoch)
        done = runner.iter + 1
        if done % length == 0:
            self.end_pass(runner, epoch)
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
            and self.every_n_train_iters(runner, hook.interval, hook.save_begin)
            for hook in runner.hooks
        )

    def predictions(self, runner: Runner, epoch: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Predict this process's share of the training images in evaluation mode.

        Augmentation depends on the run's seed, the epoch and the image alone, and leaves the
        generators of training as they are.

        Args:
            runner: The run.
            epoch: The pass that has ended, 0-based.

        Yields:
            Row numbers ``(B,)``, targets ``(B, L)`` and logits ``(B, L)``.
        """
        model = runner.model.module if is_model_wrapper(runner.model) else runner.model
        model.eval()
        with torch.no_grad():
            for batch in self._sequential_loader(runner, epoch):
                data = model.data_preprocessor(batch, training=False)
                logits = model(data["inputs"], mode="tensor").float()
                row = torch.tensor([sample.row for sample in data["data_samples"]])
                yield row, torch.stack([sample.gt_score for sample in data["data_samples"]]), logits
        model.train()

    def _sequential_loader(self, runner: Runner, epoch: int) -> DataLoader:
        """A loader over the training images themselves: Runner.build_dataloader copies them."""
        train = runner.train_dataloader
        dataset = self.dataset.at_epoch(epoch, int(hash_ints(runner.seed, _NO_EPOCH)))
        if self.pipeline is not None:
            dataset = dataset.with_pipeline(self.pipeline)
        return DataLoader(
            dataset,
            batch_size=train.batch_size,
            sampler=DefaultSampler(dataset, shuffle=False, seed=0),
            num_workers=train.num_workers,
            collate_fn=default_collate,
            worker_init_fn=train.worker_init_fn,
            multiprocessing_context=train.multiprocessing_context,
            generator=torch.Generator(),
        )

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the table into the checkpoint."""
        state = self.table.state_dict(checkpoint_folder(runner))
        checkpoint["pseudo_labels"] = dict(state, hook=type(self).__name__)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Keep the checkpoint's table: :meth:`before_train` uses it if training goes on."""
        self._loaded = on_cpu(checkpoint.get("pseudo_labels"))
