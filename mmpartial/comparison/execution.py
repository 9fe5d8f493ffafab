"""One run in a process of its own."""

import contextlib
import os
import shutil
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from filelock import FileLock

from .results import read_finished, write_result
from .training import Job, train_stages

LOG = "output.log"


def execute(job: Job) -> None:
    """Train, and leave a result, or the error; a run that was cut off starts anew.

    One process at a time works in a folder: another comparison that is there already is waited
    for, and its result taken.
    """
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{job.folder}.lock"):
        if read_finished(job.folder).get("status") == "done":
            return
        shutil.rmtree(job.folder, ignore_errors=True)
        job.folder.mkdir()
        start = time.monotonic()
        with _output_to(job.folder / LOG):
            try:
                result = dict(status="done", error="", **train_stages(job))
            except Exception as error:
                with (job.folder / LOG).open("a") as log:
                    traceback.print_exc(file=log)
                result = dict(status="failed", error=f"{type(error).__name__}: {error}")
        seconds = round(time.monotonic() - start, 1)
        write_result(job.folder, dict(result, seconds=seconds, made_of=job.made_of))


@contextlib.contextmanager
def _output_to(path: Path) -> Any:
    """Send all that this process and its workers print to a file."""
    with path.open("ab") as file:
        kept = [os.dup(1), os.dup(2)]
        try:
            for number in (1, 2):
                os.dup2(file.fileno(), number)
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, old in zip((1, 2), kept, strict=True):
                os.dup2(old, number)
                os.close(old)
