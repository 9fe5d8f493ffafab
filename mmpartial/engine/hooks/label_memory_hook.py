"""The base of hooks that keep a number for each training label."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.base import HeadOutput, LabelMemory
from ...progress import pass_length
from ..run_lock import hold_work_dir
from ..training_predictions import predict_training_images
from .memory_hook import MemoryHook
from .needed_parts import partial_dataset_and_heads


class LabelMemoryHook(MemoryHook):
    """Base of hooks that give the head a :class:`~mmpartial.memory.base.LabelMemory`.

    The memory learns from each training step, and from each pass over the data that has ended.
    Processes exchange their numbers after each pass and before a checkpoint. A subclass only has
    to make the memory.
    """

    key = "pseudo_labels"
    for_head = True  # False if the labels go into the batch
    pipeline: Sequence[dict] | None = None

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> LabelMemory:
        """A new memory of the labels of the training dataset."""
        raise NotImplementedError(f"{type(self).__name__} has no make_label_memory.")

    def make_memory(self, runner: Runner) -> LabelMemory:
        """Check dataset, heads and losses, and make the memory."""
        hold_work_dir(runner)
        self.dataset, self.heads = partial_dataset_and_heads(runner, type(self).__name__)
        self._check_partners(runner)
        memory = self.make_label_memory(runner, self.dataset)
        if runner.iter > 0 and (self._loaded or {}).get("hook") != type(self).__name__:
            raise ValueError(
                f"the checkpoint to resume from holds no pseudo labels of {type(self).__name__}: "
                "a run without it wrote it. Use load_from to start from its weights."
            )
        return memory

    def _check_partners(self, runner: Runner) -> None:
        """Check that the losses understand this memory, and that it is the only one."""
        for head in self.heads:
            wanted = head.loss_module.table_hook
            if wanted not in (None, type(self).__name__):
                raise ValueError(
                    f"{type(head.loss_module).__name__} does not understand the labels of "
                    f"{type(self).__name__}: take dict(type='mmpartial.{wanted}') in "
                    "custom_hooks instead."
                )
        others = [h for h in runner.hooks if isinstance(h, LabelMemoryHook) and h is not self]
        if others:
            raise ValueError(
                f"{type(self).__name__} and {type(others[0]).__name__} both keep a table of labels "
                "for the head: keep one of them in custom_hooks."
            )

    def before_train(self, runner: Runner) -> None:
        """Make the memory, or restore it, and give it to the heads if they use it."""
        super().before_train(runner)
        if self.for_head:
            for head in self.heads:
                head.memory = self.memory

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Learn from this step; exchange where a pass ends."""
        length = pass_length(runner)
        epoch, done = runner.iter // length, runner.iter + 1
        lr = next(iter(runner.optim_wrapper.get_lr().values()))[0]
        for head in self.heads:
            if head.output is not None and head.output.labels.row is not None:
                self.memory.update(head.output, head.loss_module, epoch, lr)
        if runner.optim_wrapper.should_update():
            self.memory.end_step()
        if done % length == 0:
            predict = partial(self.predict, runner, epoch)
            self.memory.end_epoch(predict, self.heads[0].loss_module, epoch)
        if done % length == 0 or done == runner.max_iters or self._checkpoint_due(runner):
            self.memory.sync()

    def predict(self, runner: Runner, epoch: int) -> Iterator[HeadOutput]:
        """Predict this process's share of the training images, after an epoch."""
        return predict_training_images(runner, self.dataset, epoch, self.pipeline)

    def _checkpoint_due(self, runner: Runner) -> bool:
        return any(
            isinstance(hook, CheckpointHook)
            and not hook.by_epoch
            and self.every_n_train_iters(runner, hook.interval, hook.save_begin)
            for hook in runner.hooks
        )

    def before_val(self, runner: Runner) -> None:
        """Exchange, because a best checkpoint may follow."""
        if self.memory is not None:
            self.memory.sync()

    def after_train(self, runner: Runner) -> None:
        """Tell the memory that training has ended."""
        self.memory.finish()

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Put the memory into the checkpoint, with the hook that looks after it."""
        super().before_save_checkpoint(runner, checkpoint)
        checkpoint.get(self.key, {})["hook"] = type(self).__name__
