"""Runs many jobs, several at once, each in its own process."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any, TypeVar

import torch

from ..utils.machine import cores
from ..utils.parent import end_with_parent

T = TypeVar("T")
# With it, the imports of the server look for GPUs without starting CUDA. In training it is slow.
_NVML = "PYTORCH_NVML_BASED_CUDA_CHECK"


def devices() -> list[str]:
    """List the available GPUs by their names in ``CUDA_VISIBLE_DEVICES``."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name for name in visible.split(",") if name.strip()]
    return [str(number) for number in range(torch.cuda.device_count())]


def default_jobs() -> int:
    """Count the jobs that fit at once: one for each GPU, or else one for each core."""
    return len(devices()) or cores()


def in_processes(
    work: Callable[[T], None], jobs: Sequence[T], at_once: int
) -> Iterator[tuple[T, int]]:
    """Do each job in a new process; the processes take turns on the GPUs.

    A server imports the module of ``work`` and forks the processes. So no job waits for imports,
    and no job depends on another. If a process dies, the others continue. If the caller stops or is
    killed, its processes end.

    Yields:
        Each job that ended, with its exit code: 0, an error above 0, or a signal below 0.

    Raises:
        ChildProcessError: The server was killed.
    """
    context = multiprocessing.get_context("forkserver")
    os.environ.setdefault(_NVML, "1")
    context.set_forkserver_preload([work.__module__])
    gpus: list[str] | list[None] = devices() or [None]
    waiting, free = deque(jobs), deque(range(at_once))
    running: dict[Any, tuple[Any, T, int]] = {}
    try:
        while waiting or running:
            while waiting and free:
                job, slot = waiting.popleft(), free.popleft()
                process = context.Process(
                    target=_on_device, args=(work, job, gpus[slot % len(gpus)])
                )
                _start(process)
                running[process.sentinel] = process, job, slot
            for sentinel in wait(list(running)):
                process, job, slot = running.pop(sentinel)
                process.join()
                free.append(slot)
                yield job, process.exitcode or 0
    finally:
        for process, _, _ in running.values():
            process.kill()  # SIGTERM would be noted, and heeded after the next step of training
        for process, _, _ in running.values():
            process.join()


def _start(process: Any) -> None:
    try:
        process.start()
    except (EOFError, ConnectionError) as error:
        raise ChildProcessError(
            "a run cannot start, because the process that starts it was killed, perhaps because "
            "the memory was full: give the same command again, with fewer --jobs if that is so."
        ) from error


def _on_device(work: Callable[[T], None], job: T, gpu: str | None) -> None:
    end_with_parent()
    os.environ.pop(_NVML, None)
    gc.freeze()  # garbage collection skips the server's imports
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    work(job)
