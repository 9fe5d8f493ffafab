"""Measure all work on labels that a training step of the default method does, stage by stage.

It prints one table. A column is a number of classes with a number of images, each with 7 known
labels; a row is a stage of a step with 128 images, by mmpartial, by MMPretrain with a loss of
others, and the floor. A cell has milliseconds of processor time and, in brackets, units: the time
of PyTorch's BCE-with-logits on as many logits, forward and backward. The stages:

- open: the stored labels, once in a run; the memory is what this process then has for itself.
- wrap: samples without pictures through the dataset and its pipeline, and collate.
- gather, send: the labels of a batch leave the label matrix, and reach the main process.
- dense: the data preprocessor makes one tensor on the device.
- batch: the head gives the loss labels, masks and pseudo labels.
- loss: forward and backward.
- update: the pseudo labels follow the predictions; the table is the one that PseudoLabelHook takes.
- q-sampling: a third of the unknown labels; the default takes all, so it is not in the total.

The total is from gather to update. The floor is BCE-with-logits for the loss, and elsewhere the
bytes that have to be read or written over the bandwidth of a copy. The target is twice
BCE-with-logits, and one read and one write of as many float32 numbers as the batch has labels.

A time is the least of some steps, which take turns with those of others.

    python tools/benchmarks/label_work.py --authors DIR

DIR holds a clone of Alibaba-MIIL/ASL in the folder ASL. timm and mlcpl are compared if they are
installed. The files of the largest column take 2.5 GB of the folder for temporary files. With
--device cuda, times contain the waiting for the device.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from authors import Authors
from batches import BATCH
from label_steps import LabelSteps, Stages
from mmengine.registry import init_default_scope
from published_asl import published_asl
from tables import bandwidth, settle

from mmpartial.testing import at_epoch

SIZES = ("80x82081", "600x1000000", "9605x9000000", "100000x1000000")
STEP = ("gather", "send", "dense", "batch", "loss", "update")
STAGES = ("wrap", *STEP, "q-sampling", "total")
OF_LOSSES = ("loss", "total")  # stages in which others differ from each other


def floor(steps: LabelSteps, unit: float, speed: float) -> dict[str, float]:
    """Milliseconds that no code can save."""
    entries, rows = steps.logits.numel(), BATCH * steps.table.values[:1].nbytes
    moved = dict(dense=4 * entries, batch=rows + 5 * entries, update=5 * entries + 2 * rows)
    return dict(gather=0.0, send=0.0, loss=unit) | {k: v / speed for k, v in moved.items()}


def column(
    steps: LabelSteps, authors: Authors | None, seconds: float, speed: float
) -> dict[str, str]:
    """The cells of a number of classes, by the name of their row."""
    published = published_asl(authors)
    others = {name: partial(steps.theirs, loss) for name, loss in published.items()}
    times = least(dict(unit=steps.unit, mmpartial=steps.ours) | others, seconds, steps.device)
    unit = times.pop("unit")["loss"]
    times["floor"] = floor(steps, unit, speed)
    for taken in times.values():
        taken["total"] = sum(taken.get(stage, 0.0) for stage in STEP)
    first = dict.fromkeys(list(others)[:1], "MMPretrain")
    target = 2 * unit + 8 * steps.logits.numel() / speed
    cells = {
        f"{stage}: {name if stage in OF_LOSSES else first.get(name, name)}": times[name][stage]
        for stage in STAGES
        for name in times
        if stage in times[name] and (stage in OF_LOSSES or name not in others or name in first)
    } | {"total: target": target}
    opened = {"a unit": f"{unit:.3g}", "open: mmpartial": f"{1e3 * steps.open:.0f}",
              "open: mmpartial, MiB": f"{steps.memory:.1f}"}  # fmt: skip
    return opened | {name: f"{ms:.2f} ({ms / unit:.2f})" for name, ms in cells.items()}


def least(
    steps: dict[str, Callable[[], Stages]], seconds: float, device: str
) -> dict[str, dict[str, float]]:
    """The least milliseconds of each stage of steps that take turns, in at least 4 turns."""
    times: dict[str, dict[str, float]] = {name: defaultdict(lambda: float("inf")) for name in steps}
    until, turns = time.perf_counter() + seconds, 0
    while turns < 4 or time.perf_counter() < until:
        for name, step in steps.items():
            start = time.process_time()
            for stage in step():
                if device == "cuda":
                    torch.cuda.synchronize()
                times[name][stage] = min(times[name][stage], 1e3 * (time.process_time() - start))
                start = time.process_time()
        turns += 1
    return times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--authors", type=Path, metavar="DIR", help="clone of ASL's repository")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="CLASSESxIMAGES")
    parser.add_argument("--seconds", type=float, default=20, help="of each size")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    settle()
    init_default_scope("mmpretrain")
    authors, speed = Authors(args.authors) if args.authors else None, bandwidth()
    columns = []
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder, at_epoch(0):
            classes, images = map(int, size.split("x"))
            steps = LabelSteps(classes, images, args.device, Path(folder))
            columns.append(column(steps, authors, args.seconds, speed))
    print("| | " + " | ".join(args.sizes) + " |\n" + "|---" * (len(columns) + 1) + "|")
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(cells[name] for cells in columns) + " |")


if __name__ == "__main__":
    main()
