"""Disturb small runs at random moments, resume them, and compare them with an undisturbed run.

python tools/benchmarks/soak.py FOLDER [--method NAME] [--hooks HOOKS] [--kills 200] [--processes 2]

Runs are killed, preempted, and find a full disk. Before they go on, checkpoints are cut off,
emptied, changed or deleted, and the clock jumps. When a run has reached its end, its last and best
checkpoints, and the scores of all epochs, are compared bit for bit with those of an undisturbed
run, and a new run begins, until runs were stopped often enough. The exit status is 1 if one
differs. All runs are copies of one process, because importing takes longer than training. With
--processes, each run has several that train, one or all of which get a signal; the images do not
divide evenly.
"""

import argparse
import ast
import gc
import random
import time
from collections import Counter
from pathlib import Path

import torch
from mmengine.config import Config
from soak_compare import differences
from soak_faults import DAMAGES, FULL_DISK, LARGEST, SIGNALS, SMALLEST
from soak_processes import Run

from mmpartial.datasets import ClutteredDigits
from mmpartial.engine.preemption import EX_TEMPFAIL as PREEMPTED
from mmpartial.registry import registered

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
SHARE = 5  # a run's part until a fault takes at most this share of it


def write_config(folder: Path, args: argparse.Namespace) -> Path:
    """Write the digits config of a method, with a tiny network and few images."""
    method = args.method
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
            "train_dataloader.dataset.dataset.indices": 321 - args.processes,
            "val_dataloader.dataset.indices": 200,
            "train_cfg.max_epochs": args.epochs,
            "train_cfg.val_interval": 1,
            "visualizer.vis_backends": [dict(type="LocalVisBackend")],
        }
    )
    del cfg.default_hooks["report"]  # it takes longer than the training
    if args.hooks is not None:
        cfg.custom_hooks = args.hooks
    cfg.work_dir = str(folder / "run")
    folder.mkdir(parents=True)
    cfg.dump(str(folder / "config.py"))
    return folder / "config.py"


def suffer(
    config: Path, processes: int, name: str, seconds: float, generator: random.Random
) -> int:
    """Let a run go on until a fault stops it, and return its exit status.

    Args:
        config: The config.
        processes: Number of processes that train.
        name: A signal, or that the disk is full.
        seconds: The fault comes at a random moment before this time, from the first step on.
        generator: Draws the moment.
    """
    full = name == FULL_DISK
    largest = generator.randrange(SMALLEST, LARGEST) if full else None
    run = Run(config, processes, workers=generator.choice([0, 0, 1]), largest=largest)
    status = run.ended(600, lambda: not full and run.trains())
    if status is None:
        status = run.ended(generator.uniform(0, seconds))
    if status is None:
        run.send(name, generator)
        status = run.ended(600)
    if status not in {"SIGKILL": (-9, 0), FULL_DISK: (1, 0)}.get(name, (PREEMPTED, 0)):
        raise SystemExit(f"{name}: the run ended with status {status}: see {run.log}")
    return int(status)


def disturbed_run(
    config: Path, processes: int, kills: int, seconds: float, generator: random.Random
) -> Counter:
    """Train to the end through faults at random moments.

    Args:
        config: The config.
        processes: Number of processes that train.
        kills: The run is stopped at most so often.
        seconds: The longest time until it is stopped.
        generator: Draws faults and moments.

    Returns:
        How often the run survived each fault.
    """
    survived: Counter[str] = Counter()
    for _ in range(kills):
        name = generator.choice(["SIGKILL", *SIGNALS, FULL_DISK])
        if suffer(config, processes, name, seconds, generator) == 0:
            return survived
        survived[name] += 1
        damage = generator.choice([*DAMAGES, *DAMAGES, ""])
        if damage and DAMAGES[damage](config.parent / "run", generator):
            survived[damage] += 1
    Run(config, processes).finish()
    return survived


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
    parser.add_argument("--kills", type=int, default=200, help="times that runs are stopped")
    parser.add_argument("--processes", type=int, default=1, help="that train together")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    folder, generator = args.folder.resolve(), random.Random(args.seed)
    prepare()

    whole = write_config(folder / "whole", args)
    undisturbed = Run(whole, args.processes)
    undisturbed.ended(3600, undisturbed.trains)
    began = time.monotonic()
    undisturbed.finish()
    seconds = time.monotonic() - began

    survived: Counter[str] = Counter()
    runs = failed = kills = 0
    while kills < args.kills:
        runs += 1
        config = write_config(folder / f"run_{runs}", args)
        left = args.kills - kills
        here = disturbed_run(config, args.processes, left, seconds / SHARE, generator)
        survived += here
        kills = sum(survived[name] for name in (*SIGNALS, FULL_DISK))
        found = differences(whole.parent / "run", config.parent / "run")
        failed += bool(found)
        print(f"run {runs}: {here.total()} faults, {'; '.join(found) or 'equal'}", flush=True)
    for name, count in survived.most_common():
        print(f"{count:5d} {name}")
    print(
        f"{survived.total()} faults survived in {runs} runs, which were stopped {kills} times; "
        f"{failed} of them end differently"
    )
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
