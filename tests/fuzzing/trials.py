"""Reading damaged files in a process of its own, with limits."""

import os
import resource
import shutil
import signal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from typing import NamedTuple

from .cases import CASES, Case
from .mutations import mutate

MIB = 300  # that reading a damaged small file may take
SECONDS = 5  # of the processor
WAIT = 300  # seconds, on a busy machine
LETTERS = 2000  # of a sentence


class Fault(NamedTuple):
    """A damaged file that was not read as it should, and the reason."""

    case: str
    seed: int
    reason: str


def damaged_files(case: Case, name: str, seed: int, folder: Path) -> None:
    """Write the files of a case into a new folder, and damage one of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    case.write(folder)
    rng = Random(f"{name} {seed}")
    file = rng.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    content = mutate(rng, file.read_bytes(), file.name)
    file.write_bytes(content)
    case.sealed(folder)


def outcome(case: Case, folder: Path) -> str:
    """``'read'``, ``'told'``, or what is wrong with the exception."""
    try:
        case.read(folder)
    except Exception as error:
        text, names = str(error), [path.name for path in folder.rglob("*")]
        kind = type(error)
        if kind not in (ValueError, FileNotFoundError):
            return f"{kind.__name__}: {text[:300]}"
        if not any(name in text for name in (str(folder), *names)):
            return f"no file is named: {text[:300]}"
        return "told" if len(text) <= LETTERS else f"{len(text)} letters: {text[:300]}"
    return "read"


def run(name: str, seeds: range, folder: Path) -> list[Fault]:
    """Try the damaged files of some seeds.

    Args:
        name: The case.
        seeds: The seeds.
        folder: Where the files are written; those of a fault stay there, in a folder of its seed.

    Returns:
        The faults.
    """
    faults: list[Fault] = []
    first = seeds.start
    while first < seeds.stop:
        ours, theirs = Pipe(duplex=False)
        child = ForkProcess(target=_try, args=(name, range(first, seeds.stop), folder, theirs))
        child.start()
        theirs.close()
        reason = ""
        while first < seeds.stop:
            try:
                if not ours.poll(WAIT):
                    reason = f"nothing for {WAIT} seconds"
                    break
                found = ours.recv()
            except EOFError:
                reason = "its process was ended"
                break
            if found:
                faults.append(Fault(name, first, found))
            first += 1
        child.join(1)
        child.kill()
        child.join()
        if first < seeds.stop:
            slow = child.exitcode == -signal.SIGPROF
            reason = f"more than {SECONDS} seconds" if slow else reason
            faults.append(Fault(name, first, f"{reason} (exit code {child.exitcode})"))
            _keep(name, first, folder)
            first += 1
    return faults


def _try(name: str, seeds: range, folder: Path, out: Connection) -> None:
    """Send an empty text, or a fault, for each seed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**32,) * 2)
    case = CASES[name]
    for seed in seeds:
        damaged_files(case, name, seed, folder / "try")
        before = _peak()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # its signal ends the process
        found = outcome(case, folder / "try")
        signal.setitimer(signal.ITIMER_PROF, 0)
        grown = _peak() - before
        if found in ("read", "told"):
            found = f"{grown} MiB" if grown > MIB else ""
        if found:
            _keep(name, seed, folder)
        out.send(found)


def _keep(name: str, seed: int, folder: Path) -> None:
    """Keep the files of a fault."""
    target = folder / f"{name} {seed}".replace(" ", "_")
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(folder / "try", target)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
