"""Runs as copies of a process that has imported everything."""

import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from socket import socket

from soak_faults import ALL, limit_files

from mmpartial.launch import run_stock_tool

STARTED = "Checkpoints will be saved"  # a line of the log
OTHERS = 60.0  # seconds in which the other processes notice that one has ended


class Run:
    """A run that starts, or continues, in one or several copies of this process.

    Args:
        config: The config; the output of each process goes to a file beside it.
        processes: Number of processes that train.
        workers: Processes that load data, for each of them.
        largest: Largest file that the main process can write, or None.
    """

    def __init__(self, config: Path, processes: int, workers: int = 0, largest: int | None = None):
        self.config, self._options = config, ["--resume"]
        self._options += ["--cfg-options", f"train_dataloader.num_workers={workers}"]
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        sizes = [largest, *[None] * (processes - 1)]
        self._pids = [self._start(rank, processes, size) for rank, size in enumerate(sizes)]
        self._status: dict[int, int] = {}

    def _start(self, rank: int, processes: int, largest: int | None) -> int:
        """Start a process, and return its id."""
        if (pid := os.fork()) != 0:
            return pid
        status = 1
        try:
            os.setsid()  # a signal to all processes of the run spares this script
            log = os.open(self._log(os.getpid()), os.O_WRONLY | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            if largest is not None:
                limit_files(largest)
            sys.argv = ["train.py", str(self.config), *self._options]
            if processes > 1:
                sys.argv += ["--launcher", "pytorch"]
                os.environ.update(
                    RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(processes),
                    MASTER_ADDR="127.0.0.1", MASTER_PORT=self._port,
                )  # fmt: skip
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

    def _log(self, pid: int) -> Path:
        return self.config.parent / f"log_{pid}.txt"

    @property
    def log(self) -> Path:
        """The output of the main process."""
        return self._log(self._pids[0])

    def trains(self) -> bool:
        """Tell from the log whether the run has begun to train."""
        return self.log.exists() and STARTED in self.log.read_text(errors="replace")

    def send(self, name: str, generator: random.Random) -> None:
        """Send a signal to a process, to all with their workers, or SIGKILL to one or all."""
        pids = [pid for pid in self._pids if pid not in self._status]
        chosen = pids if name == ALL else [generator.choice(pids)]
        if name == "SIGKILL" and generator.choice([True, False]):
            chosen = pids  # as in a power cut
        for pid in chosen:
            if name == ALL:
                os.killpg(pid, signal.SIGTERM)
            else:
                os.kill(pid, signal.Signals[name])

    def ended(self, seconds: float, until: Callable[[], bool] = lambda: False) -> int | None:
        """Wait some seconds, or until something is true; return the status of a run that ends.

        Of several processes, the status is that of the first one that has not reached the end.

        Raises:
            SystemExit: A process does not notice that another one has ended.
        """
        end, noticed = time.monotonic() + seconds, None
        while time.monotonic() < end and not until():
            for pid in self._pids:
                done, status = (0, 0) if pid in self._status else os.waitpid(pid, os.WNOHANG)
                if done:
                    self._status[pid] = os.waitstatus_to_exitcode(status)
            if len(self._status) == len(self._pids):
                return next(filter(None, self._status.values()), 0)
            noticed = noticed or (time.monotonic() + OTHERS if self._status else None)
            if noticed is not None and time.monotonic() > noticed:
                raise SystemExit(f"a process has ended and another has not: see {self.log}")
            time.sleep(0.005)
        return None

    def finish(self) -> None:
        """Wait until the run has reached its end.

        Raises:
            SystemExit: It failed.
        """
        if (status := self.ended(3600)) != 0:
            raise SystemExit(f"a run ended with status {status}: see {self.log}")
