"""Kill a small run at random moments, resume it, and compare it with an uninterrupted run.

python tools/benchmarks/soak.py FOLDER [--method NAME] [--hooks HOOKS] [--kills 25]

It prints the checkpoints in the work_dir at each kill, and the differences in the end. The exit
status is 1 if there are any.
"""

import argparse
import ast
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import torch
from mmengine.config import Config

from mmpartial.utils.compat import read_checkpoint

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"
PARTS = ("state_dict", "optimizer", "pseudo_labels", "loss_memory", "class_prior")


def write_config(folder: Path, method: str, hooks: list[dict] | None) -> Path:
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
            "train_cfg.val_interval": 1,
        }
    )
    if hooks is not None:
        cfg.custom_hooks = hooks
    cfg.work_dir = str(folder / "run")
    folder.mkdir(parents=True)
    cfg.dump(str(folder / "config.py"))
    return folder / "config.py"


def start(config: Path) -> subprocess.Popen:
    """Start a run or continue it; its output goes to log.txt."""
    command = [sys.executable, str(ROOT / "tools" / "train.py"), str(config), "--resume"]
    with open(config.parent / "log.txt", "ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def wait_until_it_trains(process: subprocess.Popen, config: Path, starts: int) -> None:
    """Wait until the log says so once for each start: importing takes most of a short run."""
    log = config.parent / "log.txt"
    while process.poll() is None and log.read_text().count("Checkpoints will be saved") < starts:
        time.sleep(0.01)


def wait(process: subprocess.Popen, config: Path) -> None:
    """Wait until the run ends.

    Raises:
        SystemExit: The run failed.
    """
    if process.wait():
        raise SystemExit(f"the run failed: see {config.parent / 'log.txt'}")


def moment(run: Path) -> str:
    """List the checkpoints that a killed run left behind."""
    files = sorted(path.name for path in run.glob("*.pth*"))
    return ", ".join(files) or "no checkpoint"


def share_left(config: Path) -> float:
    """Compute the share of the epochs that no checkpoint covers yet."""
    last = config.parent / "run" / "last_checkpoint"
    name = Path(last.read_text()).stem if last.exists() else ""
    epochs = Config.fromfile(str(config)).train_cfg.max_epochs
    return 1 - int(name.partition("_")[2] or 0) / epochs


def kill_and_resume(config: Path, kills: int, seconds: float, seed: int) -> None:
    """Train to the end, which takes ``seconds``, with kills at random moments."""
    generator = random.Random(seed)
    for number in range(1, kills + 1):
        process = start(config)
        wait_until_it_trains(process, config, number)
        try:
            # Runs speed up and slow down, so the remaining kills share the remaining time.
            mean = seconds * share_left(config) / (kills - number + 1)
            process.wait(generator.uniform(0, 2 * mean))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            print(f"kill {number}: {moment(config.parent / 'run')}", flush=True)
        else:
            wait(process, config)
            raise SystemExit(f"the run ended after {number - 1} kills: use fewer, or another seed")
    wait(start(config), config)


def scores(run: Path) -> dict[int, float]:
    """Read the mAP of each epoch from the logs."""
    found = {}
    for file in sorted(run.glob("*/vis_data/scalars.json")):
        for line in file.read_text().splitlines():
            record = json.loads(line)
            if "multi-label/mAP" in record:
                found[record["step"]] = record["multi-label/mAP"]
    return found


def equal(a: object, b: object) -> bool:
    """Tell whether two values are equal bit for bit."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return torch.equal(a.nan_to_num(9), b.nan_to_num(9))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def differences(whole: Path, broken: Path) -> list[str]:
    """Describe the differences between two runs."""
    names = [{path.name for path in run.glob("best_*.pth")} for run in (whole, broken)]
    found = [] if names[0] == names[1] else [f"best checkpoints: {names[0]} and {names[1]}"]
    last = Path((whole / "last_checkpoint").read_text()).name
    for name in {last, *names[0] & names[1]}:
        a, b = (read_checkpoint(run / name) for run in (whole, broken))
        found += [f"{name}: {part}" for part in PARTS if not equal(a.get(part), b.get(part))]
    if scores(whole) != scores(broken):
        found.append(f"scores of the epochs: {scores(whole)} and {scores(broken)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder for both runs; it must not exist")
    parser.add_argument("--method", default="partial_imbalance", help="folder of configs/")
    parser.add_argument("--hooks", type=ast.literal_eval, help="custom_hooks in place of its own")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    configs = [
        write_config(args.folder.resolve() / name, args.method, args.hooks)
        for name in ("whole", "broken")
    ]
    process = start(configs[0])
    wait_until_it_trains(process, configs[0], 1)
    began = time.monotonic()
    wait(process, configs[0])
    seconds = time.monotonic() - began
    kill_and_resume(configs[1], args.kills, seconds, args.seed)
    found = differences(*(config.parent / "run" for config in configs))
    print("\n".join(found) or "equal: weights, tables, best checkpoint and scores of all epochs")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
