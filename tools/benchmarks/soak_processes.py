"""Runs as copies of a process that has imported everything."""

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from soak_faults import limit_files

from mmpartial.launch import run_stock_tool

STARTED = "Checkpoints will be saved"  # a line of the log


def train(config: Path, workers: int, largest: int | None) -> int:
    """Start or continue a run in a copy of this process, which has imported everything.

    Args:
        config: The config; output goes to a file beside it.
        workers: Processes that load data.
        largest: Largest file that can be written, or None.

    Returns:
        The id of the process.
    """
    if (pid := os.fork()) != 0:
        return pid
    status = 1
    try:
        os.setsid()  # a signal to all processes of the run spares this script
        log = os.open(log_of(config, os.getpid()), os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if largest is not None:
            limit_files(largest)
        options = "--cfg-options", f"train_dataloader.num_workers={workers}"
        sys.argv = ["train.py", str(config), "--resume", *options]
        run_stock_tool("train")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
        print(end.code)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def log_of(config: Path, pid: int) -> Path:
    return config.parent / f"log_{pid}.txt"


def trains(config: Path, pid: int) -> bool:
    """Tell from its log whether a run has begun to train."""
    log = log_of(config, pid)
    return log.exists() and STARTED in log.read_text(errors="replace")


def ended(pid: int, seconds: float, until: Callable[[], bool] = lambda: False) -> int | None:
    """Wait some seconds, or until something is true; return the status of a run that ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def finish(config: Path, pid: int) -> None:
    """Wait until a run has reached its end.

    Raises:
        SystemExit: It failed.
    """
    if (status := ended(pid, 3600)) != 0:
        raise SystemExit(f"a run ended with status {status}: see {log_of(config, pid)}")
