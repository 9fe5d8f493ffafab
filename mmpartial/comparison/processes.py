"""Many jobs, some at once, each in a process of its own."""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any, TypeVar

import torch

T = TypeVar("T")


def devices() -> list[str]:
    """The GPUs at hand, counted in another process: one that has started CUDA cannot fork."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name for name in visible.split(",") if name.strip()]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return [str(number) for number in range(pool.apply(torch.cuda.device_count))]


def room() -> int:
    """How many jobs fit at once: one on a GPU, or else one on a core."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(devices()) or (len(affinity(0)) if affinity else os.cpu_count() or 1)


def in_processes(
    work: Callable[[T], None], jobs: Sequence[T], at_once: int
) -> Iterator[tuple[T, int]]:
    """Do the jobs in forked processes; with GPUs, those take turns on them.

    A process that dies takes no other with it. Those still at work when the caller stops, or is
    killed, are ended.

    Yields:
        A job that ended, and its exit code (0; above 0 an error; below 0 the signal that ended it).
    """
    context = multiprocessing.get_context("fork")
    gpus, waiting = devices(), list(reversed(jobs))
    free = list(reversed(range(at_once)))
    running: dict[Any, tuple[Any, T, int]] = {}
    try:
        while waiting or running:
            while waiting and free:
                slot, job = free.pop(), waiting.pop()
                gpu = gpus[slot % len(gpus)] if gpus else None
                sys.stdout.flush()
                process = context.Process(target=_on_device, args=(work, job, gpu))
                process.start()
                running[process.sentinel] = process, job, slot
            for sentinel in wait(list(running)):
                process, job, slot = running.pop(sentinel)
                process.join()
                free.append(slot)
                yield job, process.exitcode or 0
    finally:
        for process, _, _ in running.values():
            process.terminate()
        for process, _, _ in running.values():
            process.join()


def _on_device(work: Callable[[Any], None], job: Any, gpu: str | None) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.freeze()  # what is inherited stays; collections need not look through it
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    work(job)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
