"""Differences between a disturbed run and an undisturbed one."""

import json
from pathlib import Path

import torch

from mmpartial.utils.torch_load import read_checkpoint

PARTS = (
    "state_dict", "optimizer", "param_schedulers", "pseudo_labels", "loss_memory", "class_prior",
)  # fmt: skip


def scores(run: Path) -> dict[int, float]:
    """Read the mAP of each epoch from the logs."""
    found = {}
    for file in sorted(run.glob("*/vis_data/scalars.json")):
        for line in file.read_text().splitlines():
            try:
                record = json.loads(line)
            except ValueError:  # the run was killed as it wrote this line
                continue
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
