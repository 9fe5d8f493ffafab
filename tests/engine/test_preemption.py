"""Signals that are noted, a second one, several processes, and workers."""

import os
import select
import signal
import time

import pytest
import torch
from torch.utils.data import DataLoader

from mmpartial.engine import preemption
from mmpartial.engine.preemption import Preemption, outlive_signals
from tests.commands import start_server


class Stopped(Exception):
    """What the handler of the tests raises."""


class Training:
    """Stands for a Runner."""

    def get(self, number):
        signal.raise_signal(number)


TRAINING = Training()


@pytest.fixture
def watched():
    def stop(number, frame):
        raise Stopped

    before = {number: signal.signal(number, stop) for number in preemption.SIGNALS}
    watched = Preemption(TRAINING)
    watched.watch()
    yield watched
    watched.restore()
    assert signal.getsignal(signal.SIGTERM) is stop
    for number, handler in before.items():
        signal.signal(number, handler)


def test_one_signal_is_noted_even_if_it_comes_twice(watched):
    assert not watched.agreed()
    TRAINING.get(signal.SIGUSR1)
    TRAINING.get(signal.SIGTERM)  # torchrun passes on what srun has sent already
    assert watched.agreed() and watched.caught == signal.SIGUSR1


def test_a_second_signal_goes_to_the_previous_handler(watched, monkeypatch):
    TRAINING.get(signal.SIGTERM)
    monkeypatch.setattr(preemption, "_ONE", 0.0)
    with pytest.raises(Stopped):
        TRAINING.get(signal.SIGTERM)


def test_a_signal_after_a_run_has_failed_goes_to_the_previous_handler(watched):
    with pytest.raises(Stopped):
        signal.raise_signal(signal.SIGTERM)
    assert watched.caught is None


def ask_four_times(rank, store):
    """In a copy of this process: rank 1 gets a signal before its second question."""
    torch.distributed.init_process_group("gloo", f"file://{store}", rank=rank, world_size=2)
    watched, answers = Preemption(TRAINING), ""
    watched.watch()
    for step in range(4):
        if rank == 1 and step == 1:
            TRAINING.get(signal.SIGTERM)
        answers += str(int(watched.agreed()))
    (store.parent / f"{rank}.txt").write_text(answers)


def test_all_processes_learn_of_a_signal_at_the_same_step(tmp_path):
    children = []
    for rank in (0, 1):
        if (pid := os.fork()) == 0:
            try:
                ask_four_times(rank, tmp_path / "store")
            finally:
                os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    assert [(tmp_path / f"{rank}.txt").read_text() for rank in (0, 1)] == ["0011", "0011"]


class Pids:
    """A dataset of the ids of the processes that load it."""

    def __len__(self):
        return 40

    def __getitem__(self, index):
        time.sleep(0.01)
        return os.getpid()


def test_a_worker_outlives_signals_of_others_than_its_parent(watched, tmp_path):
    loader = DataLoader(Pids(), num_workers=1, worker_init_fn=lambda _: (tmp_path / "init").touch())
    outlive_signals(loader)
    batches = iter(loader)
    worker = int(next(batches))
    assert (tmp_path / "init").exists()
    for number in sorted({*preemption.SIGNALS, signal.SIGINT}):
        if (sender := os.fork()) == 0:
            os.kill(worker, number)
            os._exit(0)
        os.waitpid(sender, 0)
    assert {int(batch) for batch in batches} == {worker}


def test_a_run_ends_workers_whose_parent_is_a_fork_server():
    start_server()
    loader = DataLoader(Pids(), num_workers=1, multiprocessing_context="forkserver")
    outlive_signals(loader)
    batches = iter(loader)
    next(batches)
    (worker,) = batches._workers
    worker.terminate()
    worker.join(10)
    assert worker.exitcode == 0


class Large:
    """A dataset whose batches fill the pipe in which they travel."""

    def __len__(self):
        return 40

    def __getitem__(self, index):
        return bytes(100_000)


def test_workers_end_with_a_run_that_is_killed():
    """Also those that wait until somebody takes their batches, and hold what the run locked."""
    still_there, held = os.pipe()
    if (run := os.fork()) == 0:
        os.setsid()
        loader = DataLoader(Large(), num_workers=2, collate_fn=list)
        outlive_signals(loader)
        batches = iter(loader)
        next(batches)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(held)
    os.waitpid(run, 0)
    ended = bool(select.select([still_there], [], [], 30)[0])
    os.close(still_there)
    if not ended:
        os.killpg(run, signal.SIGKILL)
    assert ended
