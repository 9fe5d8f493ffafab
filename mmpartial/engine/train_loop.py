"""A loop over epochs that resumes within an epoch."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mmengine.runner import BaseLoop, EpochBasedTrainLoop
from torch.utils.data import BatchSampler, DataLoader, Sampler

from ..progress import PASS_LENGTH
from ..registry import LOOPS
from ..utils.log import warn


@LOOPS.register_module()
class ResumableTrainLoop(EpochBasedTrainLoop):
    """MMEngine's EpochBasedTrainLoop, which can go on in the middle of an epoch.

    If a checkpoint was written within an epoch, MMEngine's loop starts the epoch over. This loop
    leaves out the batches that are done, without loading them. :class:`mmpartial.TerseRunner` uses
    it for ``train_cfg=dict(by_epoch=True)``.
    """

    _iter: int
    _done = 0  # batches of the first epoch that the checkpoint covers

    def run(self) -> None:
        """Train from where the checkpoint was written."""
        self._done = self._batches_done()
        return super().run()

    def _batches_done(self) -> int:
        """Count the batches of this epoch that the checkpoint covers."""
        length = len(self.dataloader)
        before = self.runner.message_hub.runtime_info.get(PASS_LENGTH, length)
        done = self._iter - self._epoch * before
        if before == length:
            return done
        if done:
            warn(
                f"the checkpoint of iteration {self._iter} was written within epoch "
                f"{self._epoch + 1}, which starts over: an epoch had {before} batches, and now "
                f"has {length}."
            )
        # So passes over the data, which are counted in iterations, still end with epochs.
        self._iter = self._epoch * length
        optim_wrapper = self.runner.optim_wrapper
        optim_wrapper.initialize_count_status(self.runner.model, self._iter, self.max_iters)
        return 0

    def run_epoch(self) -> None:
        """Train one epoch, or the rest of it."""
        self.runner.call_hook("before_train_epoch")
        self.runner.model.train()
        done, self._done = self._done, 0
        for idx, batch in enumerate(rest_of(self.dataloader, done), done):
            self.run_iter(idx, batch)
        self.runner.call_hook("after_train_epoch")
        self._epoch += 1


def resumable(loop: BaseLoop | dict) -> BaseLoop | dict:
    """Use the loop of this project for a ``train_cfg`` with ``by_epoch`` and without a type."""
    if not isinstance(loop, dict) or "by_epoch" not in loop or "type" in loop:
        return loop
    options = dict(loop)
    name = "ResumableTrainLoop" if options.pop("by_epoch") else "ResumableIterTrainLoop"
    return dict(type=f"mmpartial.{name}", **options)


def in_unit_of(loop: BaseLoop | dict | None, log_processor: Any) -> Any:
    """Let log lines count iterations if ``train_cfg`` does and the config does not say otherwise.

    MMEngine's lines would be ``Epoch(train) [1][7/3]`` in an epoch of 3 batches.
    """
    if not isinstance(loop, dict) or not isinstance(log_processor, dict):
        return log_processor
    return dict(dict(by_epoch=loop.get("by_epoch", True)), **log_processor)


def rest_of(loader: DataLoader, done: int) -> DataLoader:
    """Make a dataloader of the batches that follow the first ones.

    Args:
        loader: A dataloader, which is returned itself if nothing is done.
        done: Number of batches to leave out.
    """
    if not done:
        return loader
    return with_batches(loader, _Rest(loader.batch_sampler, done))


def with_batches(
    loader: DataLoader, batches: Sampler[list[int]], persistent_workers: bool = False
) -> DataLoader:
    """Make the same dataloader with other batches."""
    return DataLoader(
        loader.dataset,
        batch_sampler=batches,
        persistent_workers=persistent_workers,
        num_workers=loader.num_workers,
        collate_fn=loader.collate_fn,
        pin_memory=loader.pin_memory,
        timeout=loader.timeout,
        worker_init_fn=loader.worker_init_fn,
        multiprocessing_context=loader.multiprocessing_context,
        generator=loader.generator,
        prefetch_factor=loader.prefetch_factor,
    )


class _Rest(Sampler[list[int]]):
    """A batch sampler without its first batches."""

    def __init__(self, batches: BatchSampler, done: int):
        self.batches, self.done = batches, done

    def __iter__(self) -> Iterator[list[int]]:
        return islice(iter(self.batches), self.done, None)

    def __len__(self) -> int:
        return len(self.batches) - self.done
