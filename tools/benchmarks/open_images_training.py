"""Train with the default method on a synthetic Open Images of full size, and measure it.

    python tools/benchmarks/open_images_training.py work_dirs/open_images

It trains configs/resnet50_open-images-v7_as-annotated.py for some steps with 9 million images,
9,605 classes and 60 million random labels, and resumes for some more in another process. Images are
noise of 32 x 32 pixels, and the network is a ResNet-18: pictures are not what is measured. FOLDER
needs 5 GB of disk. It prints the sentence of PseudoLabelHook, the processor time of a step and of
the table's part in it, and the memory of the processes.
"""

import argparse
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from open_images import CLASSES, LABELS, memory

from mmpartial.datasets import OpenImages
from mmpartial.datasets.published.open_images_csv import HexNames, without_conflicts
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.registry import DATASETS, TRANSFORMS

LEAF = "resnet50_open-images-v7_as-annotated.py"
IMAGES, NUM_CLASSES, KNOWN = 9_000_000, 9_605, 60_000_000


@DATASETS.register_module()
class RandomOpenImages(OpenImages):
    """Open Images with random labels in place of those of its CSV file; the cache keeps them."""

    def read(self) -> Annotations:
        """Labels as in open_images.py, without the CSV file."""
        rng = np.random.default_rng(0)
        share = np.cumsum(1 / np.arange(1, NUM_CLASSES + 1) ** 0.7)
        image = np.sort(rng.integers(0, IMAGES, KNOWN, dtype=np.int64))
        keys = image * (2 * NUM_CLASSES)
        keys += 2 * np.searchsorted(share, rng.random(KNOWN) * share[-1])
        keys += rng.random(KNOWN) < 0.4
        keys, _ = without_conflicts(keys)
        labels = LabelMatrix.from_keys(keys, (IMAGES, NUM_CLASSES), default_state=-1)
        classes = [f"/m/{number:07x}" for number in range(NUM_CLASSES)]
        return Annotations(
            HexNames(np.arange(IMAGES, dtype=np.uint64), self.suffix), classes, labels
        )


@TRANSFORMS.register_module()
class Noise(BaseTransform):
    """An image of noise that depends on the sample alone."""

    def transform(self, results: dict) -> dict:
        """Add ``img``."""
        rng = np.random.default_rng(results["row"])
        image = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        return dict(results, img=image, img_shape=(32, 32), ori_shape=(32, 32))


def config_of(folder: Path, steps: int, batch: int) -> Config:
    """The config with noise for images, a smaller network, and no evaluation."""
    cfg = Config.fromfile(str(Path(__file__).parents[2] / "configs" / LEAF))
    noise = [dict(type="mmpartial.Noise"), dict(type="PackInputs")]
    data = dict(
        type="mmpartial.RandomOpenImages",
        data_root=str(folder),
        ann_file=LABELS,
        class_file=CLASSES,
        description_file=None,
        pipeline=noise,
    )
    cfg.train_dataloader.dataset.dataset.update(data)
    cfg.train_dataloader.update(batch_size=batch, num_workers=0, persistent_workers=False)
    cfg.train_dataloader.sampler = dict(type="InfiniteSampler", shuffle=True)
    backbone = dict(type="ResNet", depth=18, num_stages=4, out_indices=(3,))
    cfg.model.backbone, cfg.model.head.in_channels = backbone, 512
    for name in ("val", "test"):
        for part in ("cfg", "dataloader", "evaluator"):
            cfg[f"{name}_{part}"] = None
    cfg.train_cfg = dict(by_epoch=False, max_iters=2 * steps)
    cfg.param_scheduler = None
    cfg.default_hooks.checkpoint.update(by_epoch=False, interval=steps, save_best=None, rule=None)
    cfg.default_hooks.pop("report", None)
    cfg.work_dir, cfg.resume = str(folder / "run"), True
    return cfg


class Ended(Exception):
    """The run has made its steps."""


class Clock(Hook):
    """The processor time of each step, and of the table's part in it; ends a run early.

    Args:
        until: The number of steps after which the run ends.
    """

    priority = "LOWEST"  # after the checkpoint

    def __init__(self, until: int) -> None:
        self.until = until
        self.steps: list[float] = []
        self.parts: list[float] = []

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Start."""
        self.start = time.process_time()

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Stop, and do the table's part once more."""
        self.steps.append(time.process_time() - self.start)
        head = runner.model.head
        start = time.process_time()
        head.memory.lookup(head.output.labels.row)
        head.memory.update(head.output, head.loss_module, 0, 0.0)
        self.parts.append(time.process_time() - start)
        if runner.iter + 1 == self.until:
            raise Ended


def train(folder: Path, steps: int, until: int, batch: int) -> None:
    """Train until a step, and print what it took."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    runner = Runner.from_cfg(config_of(folder, steps, batch))
    clock = Clock(until)
    runner.register_hook(clock)
    with suppress(Ended):
        runner.train()
    table = runner.model.head.memory
    stored = sum(int((part != 0).any(1).sum()) for part in table.values.split(2**20))
    took = time.perf_counter() - start
    step, part = min(clock.steps), 1e3 * min(clock.parts)
    print(
        f"RESULT {until} steps, {stored:,} of {len(table.values):,} images have pseudo "
        f"labels; {took:.0f} s in all; a step {step:.2f} s of processor time, of it lookup, "
        f"posterior and move {part:.1f} ms; private memory {memory('private'):,.0f} MiB, peak "
        f"{memory('peak'):,.0f} MiB with mapped files"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="folder to make")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--until", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.until:
        train(args.folder, args.steps, args.until, args.batch)
        return
    args.folder.mkdir(parents=True)
    for name in (LABELS, CLASSES):
        (args.folder / name).touch()  # the cache is named by these files
    for until in (args.steps, 2 * args.steps):
        command = [sys.executable, __file__, str(args.folder), "--until", str(until)]
        command += ["--steps", str(args.steps), "--batch", str(args.batch)]
        done = subprocess.run(command, capture_output=True, text=True)
        for line in (done.stdout + done.stderr).splitlines():
            if "RESULT" in line or "pseudo labels:" in line:
                print(line, flush=True)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)


if __name__ == "__main__":
    main()
