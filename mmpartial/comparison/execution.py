"""Executes one run in its own process."""

import os
import shutil
import time
import traceback

from filelock import FileLock

from .code import loaded_code
from .results import read_finished, write_result
from .training import Job

LOG = "output.log"


def execute(job: Job) -> None:
    """Train, and write the result or the error; an interrupted run starts anew.

    Only one process at a time works in a folder. If another benchmark trains this run, the process
    waits for it and keeps its result. The process prints to the run's log from now on.
    """
    job.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{job.folder}.lock"):
        if read_finished(job.folder).get("status") == "done":
            return
        shutil.rmtree(job.folder, ignore_errors=True)
        job.folder.mkdir()
        with (job.folder / LOG).open("ab") as log:  # for this process and its workers
            for number in (1, 2):
                os.dup2(log.fileno(), number)
        start = time.monotonic()
        try:
            result = dict(status="done", error="", **job.train(job))
        except Exception as error:
            traceback.print_exc()
            result = dict(status="failed", error=f"{type(error).__name__}: {error}")
        seconds = round(time.monotonic() - start, 1)
        # If a file was edited during the run, the hash from before the edit is that of the code.
        code = {name: job.code.get(name, now) for name, now in loaded_code().items()}
        write_result(job.folder, dict(result, seconds=seconds, made_of=job.made_of | code))
