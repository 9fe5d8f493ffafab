"""Signals by which a scheduler announces that it takes a machine back."""

import os
import signal
import time
import weakref
from collections.abc import Callable
from functools import partial
from threading import Thread, current_thread, main_thread
from types import FrameType
from typing import Any

import torch
from mmengine.dist import get_world_size
from torch.utils.data import DataLoader

from ..utils.parent import end_with_parent

SIGNALS = {signal.SIGTERM, getattr(signal, "SIGUSR1", signal.SIGTERM)}  # Windows lacks the second
EX_TEMPFAIL = 75  # exit status of sysexits.h: try again later
_ONE = 3.0  # seconds; torchrun and srun may both pass on one signal


class Preemption:
    """Notes that a signal came, to this process or another one of the run.

    The first signal is only noted. A second one, more than three seconds later, goes to the
    earlier handler, and so does a signal that comes when the run has failed.

    Args:
        runner: The Runner, whose methods are running when a signal is noted.

    Attributes:
        caught: The signal that came to this process, or None.
        several: Whether the run has several processes.
    """

    def __init__(self, runner: Any) -> None:
        self._runner = weakref.ref(runner)
        self.caught: signal.Signals | None = None
        self._first = 0.0
        self._previous: dict[int, Any] = {}
        self.several = get_world_size() > 1
        self._asked: tuple[Any, torch.Tensor] | None = None

    def watch(self) -> None:
        """Catch the signals from now on."""
        if self.several:
            self._group = torch.distributed.new_group(backend="gloo")
        if current_thread() is main_thread():  # Python lets no other thread do so
            self._previous = {number: signal.signal(number, self._note) for number in SIGNALS}

    def restore(self) -> None:
        """Restore the handlers that the signals had before."""
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous = {}

    def _note(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self._runs(frame) or (self.caught is not None and now - self._first > _ONE):
            self.restore()
            signal.raise_signal(number)
        elif self.caught is None:
            self.caught, self._first = signal.Signals(number), now

    def _runs(self, frame: FrameType | None) -> bool:
        """Whether the signal came while the Runner trained; no hook learns that a run failed."""
        runner = self._runner()
        while frame is not None and frame.f_locals.get("self") is not runner:
            frame = frame.f_back
        return frame is not None and runner is not None

    def agreed(self) -> bool:
        """Tell whether a signal has come to any process; all processes ask at the same steps.

        With several processes the answer is that of the step before, so that none waits for it.
        """
        if not self.several:
            return self.caught is not None
        before = self._asked
        flag = torch.tensor([int(self.caught is not None)])
        maximum = torch.distributed.ReduceOp.MAX
        work = torch.distributed.all_reduce(flag, maximum, self._group, async_op=True)
        self._asked = work, flag
        if before is None:
            return False
        before[0].wait()
        return bool(before[1].item())


def outlive_signals(loader: DataLoader) -> None:
    """Make a dataloader's workers ignore signals that do not come from this process.

    srun sends signals to all processes, but a run needs its workers to reach the end of its step.
    The workers end with this process, even if it is killed.
    """
    if hasattr(signal, "sigwaitinfo"):  # macOS and Windows have none
        loader.worker_init_fn = partial(_ignore_signals, os.getpid(), loader.worker_init_fn)


def _ignore_signals(run: int, then: Callable[[int], None] | None, worker: int) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # of this thread, and those that it starts
    end_with_parent()
    Thread(target=_end_with_run, args=(run,), daemon=True).start()
    if then is not None:
        then(worker)


def _end_with_run(run: int) -> None:
    """Wait for a signal of the run, which is not the parent if a fork server starts the workers."""
    while signal.sigwaitinfo(SIGNALS).si_pid != run:
        pass
    os._exit(0)
