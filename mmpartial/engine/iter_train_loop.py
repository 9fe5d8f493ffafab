"""A loop over iterations that resumes without loading the batches that are done."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mmengine.dataset import InfiniteSampler
from mmengine.runner import BaseLoop, IterBasedTrainLoop, Runner
from torch.utils.data import DataLoader, Sampler

from ..progress import pass_length
from ..registry import LOOPS
from .train_loop import with_batches


@LOOPS.register_module()
class ResumableIterTrainLoop(IterBasedTrainLoop):
    """MMEngine's IterBasedTrainLoop in passes over the data, which resumes without a delay.

    When it resumes, MMEngine's loop loads all finished batches again, and its random augmentation
    depends on the workers. This loop leaves the finished batches out. Before each pass over the
    data it calls ``before_pass`` of the hooks, so that :class:`mmpartial.ReproducibleHook` can tell
    the dataset the number of the pass. The order of the images is that of MMEngine's loop.
    :class:`mmpartial.TerseRunner` uses it for ``train_cfg=dict(by_epoch=False)``.
    """

    dataloader: DataLoader

    def __init__(self, runner: Runner, dataloader: DataLoader | dict, **kwargs: Any):
        BaseLoop.__init__(self, runner, dataloader)
        loader = self.dataloader
        super().__init__(runner, _Unopened(loader), **kwargs)
        self.dataloader = loader
        self.dataloader_iterator = _Batches(self)

    def passes(self) -> Iterator[Any]:
        """The batches from this iteration on, one pass after the other."""
        length = pass_length(self.runner)
        todo = _PassByPass(self.dataloader, self.iter, length)
        loader = with_batches(self.dataloader, todo, self.dataloader.persistent_workers)
        while True:
            self.runner.call_hook("before_pass", number=self.iter // length)
            yield from loader


class _Unopened:
    """A dataloader that loads nothing: MMEngine's loop opens it too early."""

    def __init__(self, loader: DataLoader):
        self.dataset = loader.dataset

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class _Batches:
    """The iterator of the loop, from which MMEngine takes the batches that are done as well."""

    def __init__(self, loop: ResumableIterTrainLoop):
        self._loop, self._passes = loop, loop.passes()
        self._taken = 0

    def __next__(self) -> Any:
        self._taken += 1
        return None if self._taken <= self._loop.iter else next(self._passes)

    def skip_iter(self, number: int) -> None:
        """Leave batches out; newer versions of MMEngine call this."""
        self._taken += number


class _PassByPass(Sampler[list[int]]):
    """A batch sampler that yields the next pass each time."""

    def __init__(self, loader: DataLoader, done: int, length: int):
        self._batches = _endless(loader, done, length)
        self._left, self._length = length - done % length, length

    def __iter__(self) -> Iterator[list[int]]:
        left, self._left = self._left, self._length  # when the first batch is asked for
        yield from islice(self._batches, left)

    def __len__(self) -> int:
        return self._left


def _endless(loader: DataLoader, done: int, length: int) -> Iterator[list[int]]:
    """The batches after those that are done, without end."""
    batches = loader.batch_sampler
    sampler: Any = getattr(batches, "sampler", None)
    if isinstance(sampler, InfiniteSampler):
        yield from islice(iter(batches), done, None)
    number, start = divmod(done, length)
    while True:
        if hasattr(sampler, "set_epoch"):
            sampler.set_epoch(number)
        yield from islice(iter(batches), start, None)
        number, start = number + 1, 0
