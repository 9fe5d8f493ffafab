"""Disturb small runs at random moments, resume them, and compare them with an undisturbed run.

python tools/benchmarks/soak.py FOLDER [--method NAME] [--hooks HOOKS] [--faults 200]

Runs are killed, preempted, and find a full disk; between their parts checkpoints are cut off,
emptied, changed or deleted, and the clock jumps. When a run has reached its end, its last and best
checkpoints, and the scores of all epochs, are compared bit for bit with those of an undisturbed
run, and a new run begins, until there were enough faults. The exit status is 1 if a run differs.
All runs are copies of one process, because importing takes longer than training.
"""

import argparse
import ast
import gc
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import torch
from mmengine.config import Config
from soak_compare import differences
from soak_faults import DAMAGES, FULL_DISK, LARGEST, SIGNALS, SMALLEST, limit_files, send

from mmpartial.datasets import ClutteredDigits
from mmpartial.engine.preemption import EX_TEMPFAIL as PREEMPTED
from mmpartial.launch import run_stock_tool
from mmpartial.registry import registered

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
STARTED = "Checkpoints will be saved"  # a line of the log
SHARE = 5  # a run's part until a fault takes at most this share of it


def write_config(folder: Path, method: str, hooks: list[dict] | None, epochs: int) -> Path:
    """Write the digits config of a method, with a tiny network and few images."""
    leaf = "resnet18_digits_pal06.py"
    if method != "partial_imbalance":
        leaf = f"{method}/{method}_resnet18_digits-pal06.py"
    cfg = Config.fromfile(str(CONFIGS / leaf))
    cfg.merge_from_dict(
        {
            "model.backbone.base_channels": 4,
            "model.backbone.stem_channels": 4,
            "model.head.in_channels": 16,
            "train_dataloader.batch_size": 16,
            "train_dataloader.dataset.dataset.indices": 320,
            "val_dataloader.dataset.indices": 200,
            "train_cfg.max_epochs": epochs,
            "train_cfg.val_interval": 1,
            "visualizer.vis_backends": [dict(type="LocalVisBackend")],
        }
    )
    del cfg.default_hooks["report"]  # it takes longer than the training
    if hooks is not None:
        cfg.custom_hooks = hooks
    cfg.work_dir = str(folder / "run")
    folder.mkdir(parents=True)
    cfg.dump(str(folder / "config.py"))
    return folder / "config.py"


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
        log = os.open(_log(config, os.getpid()), os.O_WRONLY | os.O_CREAT)
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


def _log(config: Path, pid: int) -> Path:
    return config.parent / f"log_{pid}.txt"


def trains(config: Path, pid: int) -> bool:
    """Tell from its log whether a run has begun to train."""
    log = _log(config, pid)
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
        raise SystemExit(f"a run ended with status {status}: see {_log(config, pid)}")


def suffer(config: Path, name: str, seconds: float, generator: random.Random) -> int:
    """Let a run go on until a fault stops it, and return its exit status.

    Args:
        config: The config.
        name: A signal, or that the disk is full.
        seconds: The fault comes at a random moment before this time, from the first step on.
        generator: Draws the moment.
    """
    full = name == FULL_DISK
    largest = generator.randrange(SMALLEST, LARGEST) if full else None
    pid = train(config, workers=generator.choice([0, 0, 1]), largest=largest)
    status = ended(pid, 600, lambda: not full and trains(config, pid))
    if status is None:
        status = ended(pid, generator.uniform(0, seconds))
    if status is None:
        send(name, pid)
        status = ended(pid, 600)
    if status not in {"SIGKILL": (-9, 0), FULL_DISK: (1, 0)}.get(name, (PREEMPTED, 0)):
        raise SystemExit(f"{name}: the run ended with status {status}: see {_log(config, pid)}")
    return int(status)


def disturbed_run(config: Path, faults: int, seconds: float, generator: random.Random) -> Counter:
    """Train to the end through faults at random moments.

    Returns:
        How often the run survived each fault.
    """
    survived: Counter[str] = Counter()
    while True:
        damage = generator.choice(["", "", *DAMAGES])
        if damage and survived.total() < faults:
            survived[damage] += DAMAGES[damage](config.parent / "run", generator)
        if survived.total() >= faults:
            finish(config, train(config, 0, None))
            return survived
        name = generator.choice(["SIGKILL", *SIGNALS, FULL_DISK])
        if suffer(config, name, seconds, generator) == 0:
            return survived
        survived[name] += 1


def prepare() -> None:
    """Do once what each run needs: import everything, and draw the images."""
    torch.set_num_threads(1)  # threads do not survive a fork
    registered()
    for split in ("train", "test"):
        ClutteredDigits(split=split, pipeline=[])
    gc.collect()
    gc.freeze()  # MMEngine collects garbage for each dataset


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder for the runs; it must not exist")
    parser.add_argument("--method", default="partial_imbalance", help="folder of configs/")
    parser.add_argument("--hooks", type=ast.literal_eval, help="custom_hooks in place of its own")
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    folder, generator = args.folder.resolve(), random.Random(args.seed)
    prepare()

    whole = write_config(folder / "whole", args.method, args.hooks, args.epochs)
    pid = train(whole, 0, None)
    ended(pid, 3600, lambda: trains(whole, pid))
    began = time.monotonic()
    finish(whole, pid)
    seconds = time.monotonic() - began

    survived: Counter[str] = Counter()
    runs = failed = 0
    while survived.total() < args.faults:
        runs += 1
        config = write_config(folder / f"run_{runs}", args.method, args.hooks, args.epochs)
        left = args.faults - survived.total()
        here = disturbed_run(config, left, seconds / SHARE, generator)
        survived += here
        found = differences(whole.parent / "run", config.parent / "run")
        failed += bool(found)
        print(f"run {runs}: {here.total()} faults, {'; '.join(found) or 'equal'}", flush=True)
    for name, count in survived.most_common():
        print(f"{count:5d} {name}")
    print(f"{survived.total()} faults survived in {runs} runs, {failed} of which end differently")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
