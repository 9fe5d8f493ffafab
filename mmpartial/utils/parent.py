"""Processes that do not outlive the one that started them."""

import multiprocessing
import os
import signal
import threading


def end_with_parent(*_: object) -> None:
    """End this process as soon as the one that started it ends, even if that one was killed.

    This is also a ``worker_init_fn``. PyTorch's workers notice a killed parent within five seconds,
    but if its pipe is full, they then wait for ever until somebody takes their batches, and hold
    all files that the parent had locked.

    Ctrl-C goes to all processes of a terminal, and this one leaves it to its parent. Otherwise a
    worker with a full pipe would wait for the parent, and the parent for the worker, for five
    seconds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after_parent, daemon=True).start()


def _end_after_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
