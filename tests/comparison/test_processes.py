"""Jobs in processes: none goes on alone, and they take turns on devices."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from mmpartial.comparison.processes import in_processes


def sleep(file):
    Path(file).write_text(str(os.getpid()))
    time.sleep(600)


def sleep_in_processes(*jobs):
    list(in_processes(sleep, jobs, 2))


@pytest.mark.slow
def test_processes_end_with_a_killed_parent(tmp_path):
    """Of two at once, none goes on alone."""
    jobs = [str(tmp_path / name) for name in "ab"]
    parent = multiprocessing.get_context("forkserver").Process(target=sleep_in_processes, args=jobs)
    parent.start()
    wait_until(lambda: all(Path(job).exists() and Path(job).read_text() for job in jobs))
    os.kill(parent.pid, signal.SIGKILL)
    parent.join()
    wait_until(lambda: not any(alive(int(Path(job).read_text())) for job in jobs))


def wait_until(condition):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited for a minute")


def alive(pid):
    """Whether a process runs; one that has ended may still be listed until its parent looks."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def end_late(file):
    signal.signal(signal.SIGTERM, lambda *args: None)  # as a run that trains
    if file is not None:
        Path(f"{file}.began").touch()
        time.sleep(3)
        Path(file).touch()


def test_no_job_goes_on_when_the_caller_stops(tmp_path):
    late = tmp_path / "late"
    ended = in_processes(end_late, [None, late], 2)
    assert next(ended) == (None, 0)
    wait_until((tmp_path / "late.began").exists)
    ended.close()
    assert not late.exists()


def note(job):
    Path(job).write_text(os.environ.get("CUDA_VISIBLE_DEVICES", "none"))


def test_jobs_take_turns_on_devices(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    jobs = [str(tmp_path / name) for name in "abc"]
    for at_once, expected in ((1, {"2"}), (2, {"2", "5"})):
        assert sorted(in_processes(note, jobs, at_once)) == [(job, 0) for job in jobs]
        assert {Path(job).read_text() for job in jobs} == expected


@pytest.mark.parametrize("error", [EOFError, ConnectionRefusedError, BrokenPipeError])
def test_a_server_that_was_killed_is_named(error, monkeypatch):
    def connect(*args):
        raise error

    monkeypatch.setattr("multiprocessing.forkserver.connect_to_new_process", connect)
    with pytest.raises(ChildProcessError, match="the process that starts it was killed, perhaps"):
        list(in_processes(note, ["a"], 1))
