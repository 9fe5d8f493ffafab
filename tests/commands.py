"""Scripts that run as a user runs them, in processes forked from one that has imported the stack.

A new interpreter takes ten seconds to import it. Python's own server forks the processes, here and
in the benchmark.
"""

import gc
import os
import runpy
import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing import connection, forkserver, get_context
from pathlib import Path
from socket import socket
from typing import NamedTuple

import mmpretrain
import torch

ROOT = Path(__file__).parents[1]
TRAIN, TEST = ROOT / "tools" / "train.py", ROOT / "tools" / "test.py"
STOCK_TRAIN = Path(mmpretrain.__file__).parent / ".mim" / "tools" / "train.py"
TIMEOUT = 400  # seconds


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str

    def checked(self):
        """The same, if there was no error."""
        if self.returncode:
            raise AssertionError(self.stdout[-4000:])
        return self


@cache
def start_server():
    """Start the process that the others are forked from."""
    forkserver.set_forkserver_preload(["tests.stack"])
    before = os.getcwd()
    os.chdir(ROOT)  # where it looks for tests.stack
    forkserver.ensure_running()
    os.chdir(before)


class Command:
    """A script with arguments that runs in its own process, with more environment variables."""

    def __init__(self, script, *arguments, cwd, **environment):
        start_server()
        descriptor, self._output = tempfile.mkstemp()
        os.close(descriptor)
        words = [str(script), *map(str, arguments)]
        self.process = get_context("forkserver").Process(
            target=_run, args=(words, str(cwd), os.environ | environment, self._output)
        )
        self.process.start()

    def done(self):
        """Wait for its end."""
        self.process.join(TIMEOUT)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()
        output = Path(self._output)
        text = output.read_text()
        output.unlink()
        return Done(self.process.exitcode, text)


def _run(words, cwd, environment, output):
    gc.freeze()  # garbage collection skips the server's imports
    torch.set_num_threads(1)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    file = os.open(output, os.O_WRONLY | os.O_APPEND)
    for number in (1, 2):
        os.dup2(file, number)
    sys.argv = words
    sys.path.insert(0, str(Path(words[0]).parent))
    runpy.run_path(words[0], run_name="__main__")


def run_script(script, *arguments, cwd, check=True):
    """Run a script to its end."""
    done = Command(script, *arguments, cwd=cwd).done()
    return done.checked() if check else done


def run_on_two(script, *arguments, cwd, check=True):
    """Run a script in two processes that find each other, as torchrun starts them."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        address = dict(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(free.getsockname()[1]))
    commands = []
    for rank in "01":
        ranks = dict(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE="2", LOCAL_WORLD_SIZE="2")
        commands.append(Command(script, *arguments, cwd=cwd, **address, **ranks))
    running = [command.process for command in commands]
    while running:
        connection.wait([process.sentinel for process in running], TIMEOUT)
        running = [process for process in running if process.exitcode is None]
        if any(command.process.exitcode for command in commands):
            for process in running:  # it would wait for the other
                process.kill()
    done = [command.done() for command in commands]
    code = next((part.returncode for part in done if part.returncode), 0)
    both = Done(code, "".join(part.stdout for part in done))
    return both.checked() if check else both


def run(*command, cwd, check=True):
    """Run a command line of Python in a new interpreter."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], cwd=cwd, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT,
    )  # fmt: skip
    done = Done(done.returncode, done.stdout)
    return done.checked() if check else done


def run_here(monkeypatch, script, *arguments):
    """Run a script in this process."""
    monkeypatch.setattr(sys, "argv", [str(script), *map(str, arguments)])
    runpy.run_path(str(script), run_name="__main__")
