"""One run at a time in a work_dir."""

import atexit
import json
import os
import socket
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from mmengine.dist import all_gather_object, broadcast_object_list, is_main_process
from mmengine.runner import Runner

from ..utils.log import note
from ..utils.machine import runs
from ..utils.whole_file import whole_file

_WORKERS_END = 15.0  # seconds in which the workers of a run that was killed end
_held: dict[str, "RunLock"] = {}


class RunLock:
    """A lock on a work_dir (``run.lock``), with a note of its holder (``run.json``).

    The operating system releases the lock however the process ends. Machines that share a disk may
    not see each other's locks, so a note of another host is enough to refuse.

    Args:
        work_dir: The folder.
    """

    def __init__(self, work_dir: str):
        self.work_dir = work_dir
        self.note = Path(work_dir) / "run.json"
        self._lock = FileLock(str(Path(work_dir) / "run.lock"))
        self._pid = os.getpid()

    def acquire(self) -> None:
        """Take the work_dir.

        Raises:
            ValueError: Another run holds it; the message names host, process and time.
        """
        Path(self.work_dir).mkdir(parents=True, exist_ok=True)
        holder = self.holder()
        host = socket.gethostname()
        if holder is not None and holder["host"] != host:
            raise ValueError(
                f"{self._sentence(holder)}, and {host} cannot see whether it still runs: if not, "
                f"delete {self.note}; otherwise choose another work_dir."
            )
        running = holder is not None and runs(holder["pid"])
        try:
            self._lock.acquire(timeout=0 if running else _WORKERS_END)
        except (Timeout, NotImplementedError) as error:  # some file systems have no locks
            if running or isinstance(error, Timeout):
                raise ValueError(
                    f"{self._sentence(self.holder())}: wait until it ends, stop it, or choose "
                    "another work_dir."
                ) from None
        if holder is not None:
            note(f"{self._sentence(holder)}, which is gone: this run takes its place.")
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        with whole_file(self.note) as partial:
            partial.write_text(json.dumps(dict(host=host, pid=self._pid, since=since)))

    def release(self) -> None:
        """Release the work_dir."""
        if os.getpid() == self._pid:  # a worker may have inherited the lock
            self.note.unlink(missing_ok=True)
            self._lock.release()

    def holder(self) -> dict | None:
        """The host, process and start of the run that holds the work_dir, or None."""
        try:
            holder = json.loads(self.note.read_text())
            return {key: holder[key] for key in ("host", "pid", "since")}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _sentence(self, holder: dict | None) -> str:
        run = "another run"
        if holder is not None:
            run = "the run of process {pid} on {host} since {since}".format(**holder)
        return f"{self.work_dir} belongs to {run}"


def hold_work_dir(runner: Runner) -> None:
    """Take the run's work_dir for all its processes until the run ends.

    The main process takes it first. If other machines do not share its disk, the first process on
    each of them takes the folder of the same name there.

    Raises:
        ValueError: Another run holds it.
    """
    refusal = _take(runner.work_dir) if is_main_process() else ""
    note = [_note(runner.work_dir)]
    broadcast_object_list(note)
    first_of_machine = os.environ.get("LOCAL_RANK", "0") == "0"
    if first_of_machine and note[0] is not None and _note(runner.work_dir) != note[0]:
        refusal = _take(runner.work_dir)
        if _note(runner.work_dir) == note[0]:  # a shared disk may show files late
            refusal = ""
    refusals = [text for text in all_gather_object(refusal) if text]
    if refusals:
        raise ValueError(refusals[0])


def _take(work_dir: str) -> str:
    """Take a work_dir, unless it is already taken; return the reason if this is not possible."""
    if work_dir in _held:
        return ""
    lock = RunLock(work_dir)
    try:
        lock.acquire()
    except ValueError as error:
        return str(error)
    _held[work_dir] = lock
    atexit.register(lock.release)
    return ""


def _note(work_dir: str) -> dict | None:
    return RunLock(work_dir).holder()


def release_work_dir(runner: Runner) -> None:
    """Release the run's work_dir."""
    lock = _held.pop(runner.work_dir, None)
    if lock is not None:
        atexit.unregister(lock.release)
        lock.release()
