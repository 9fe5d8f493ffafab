"""Train the digits with 1, 2 and 4 processes on CPUs, and compare speed and label state.

python tools/benchmarks/processes.py work_dirs/processes

The images of a step are the same number for any number of processes. Each process has one thread.
`two_nodes.sh` trains with `--worker` on two nodes. All processes have to end with the same weights,
buffers, table of pseudo labels and state of the loss; the exit status is 1 otherwise.
"""

import argparse
import hashlib
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import all_gather_object, get_rank, get_world_size
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmpartial.engine.distributed import close_cpu_group, init_cpu_group
from mmpartial.engine.hooks import LabelMemoryHook
from mmpartial.launch.tool import run_tool
from mmpartial.memory.loss_state import LossState
from mmpartial.models.losses.partial_loss import losses_of
from mmpartial.registry import RUNNERS
from mmpartial.utils.packaged_configs import config_path

PROCESSES = (1, 2, 4)
EPOCHS = 4
STEP = 64  # images of all processes together


class Clock(Hook):
    """The seconds of each epoch, without validation."""

    priority = "LOWEST"

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def before_train_epoch(self, runner: Runner) -> None:
        """Start."""
        self.start = time.perf_counter()

    def after_train_epoch(self, runner: Runner) -> None:
        """Stop."""
        self.seconds.append(time.perf_counter() - self.start)


def config_of(folder: Path, resume: bool) -> Config:
    """The digits config, with a table of pseudo labels that is mapped from a file."""
    cfg = Config.fromfile(config_path("resnet18_digits_pal06.py"))
    cfg.merge_from_dict(
        {
            "work_dir": str(folder),
            "resume": resume,
            "train_cfg.max_epochs": EPOCHS,
            "train_cfg.val_interval": EPOCHS,
            "param_scheduler": None,
            "train_dataloader.batch_size": STEP // get_world_size(),
            "custom_hooks": [dict(hook, path="table") for hook in cfg.custom_hooks],
            "default_hooks.checkpoint.interval": EPOCHS,
        }
    )
    cfg.default_hooks.pop("report")
    cfg.launcher = "pytorch" if get_world_size() > 1 else "none"
    cfg.model_wrapper_cfg = dict(type="mmpartial.DistributedDataParallel", broadcast_buffers=False)
    return cfg


def digests(runner: Runner) -> dict[str, str]:
    """The hash of each part of the state of this process."""
    losses = losses_of(runner.model)
    tables = [hook.memory for hook in runner.hooks if isinstance(hook, LabelMemoryHook)]
    rows = torch.arange(len(runner.train_dataloader.dataset))
    parts: dict[str, Any] = {
        "weights and buffers": list(runner.model.state_dict().values()),
        "pseudo labels": [table.lookup(rows) for table in tables],
        "loss": [part[k] for part in LossState(losses).state_dict() for k in sorted(part)],
    }
    return {name: _hash(values) for name, values in parts.items()}


def _hash(values: list) -> str:
    data = b"".join(torch.as_tensor(value).contiguous().numpy().tobytes() for value in values)
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def work(folder: Path, resume: bool) -> None:
    """Train in this process, and print the speed and whether all processes agree."""
    init_cpu_group()
    torch.set_num_threads(1)
    runner = RUNNERS.build(config_of(folder, resume))
    clock = Clock()
    runner.register_hook(clock)
    runner.train()
    found = all_gather_object((socket.gethostname(), digests(runner)))
    differing = [part for part in found[0][1] if len({state[part] for _, state in found}) > 1]
    if get_rank() == 0:
        hosts = ", ".join(dict.fromkeys(host for host, _ in found))
        speed = len(runner.train_dataloader.dataset) / statistics.median(clock.seconds[1:])
        equal = f"different: {', '.join(differing)}" if differing else "equal"
        print(f"RESULT {get_world_size()} {speed:.1f} {equal} ({hosts}) {found[0][1]}", flush=True)
    del runner
    if get_world_size() > 1:
        close_cpu_group()
    if differing:
        raise SystemExit(1)


def measure(number: int, folder: Path) -> tuple[float, str]:
    """Images per second with some processes, and whether their states are equal."""
    script = (str(Path(__file__).resolve()), str(folder / str(number)), "--worker")
    launch = ("-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={number}")
    command = [sys.executable, *(launch if number > 1 else ()), *script]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE)
    lines = [line.split(" ", 4) for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise ValueError(f"{' '.join(command)} ended with {done.returncode} and no result.")
    return float(lines[0][2]), lines[0][3]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="new folder for the runs")
    parser.add_argument("--worker", action="store_true", help="be one of the processes")
    parser.add_argument("--resume", action="store_true", help="with --worker, go on")
    args = parser.parse_args()
    if args.worker:
        work(args.folder, args.resume)
        return
    if args.folder.exists():
        raise FileExistsError(f"{args.folder} exists: choose a new folder.")
    print(f"\n{os.cpu_count()} cores\n")
    print("| processes | images/s | efficiency | state |\n|---|---|---|---|")
    first = 0.0
    for number in PROCESSES:
        speed, state = measure(number, args.folder)
        first = first or speed
        efficiency = 100 * speed / (number * first)
        print(f"| {number} | {speed:.0f} | {efficiency:.0f} % | {state} |", flush=True)
        if state != "equal":
            raise SystemExit(1)


if __name__ == "__main__":
    run_tool(main)
