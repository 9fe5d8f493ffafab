"""Measure time and memory of loading a synthetic Open Images of full size (3 GB of disk).

It writes CSV files like the published ones with random labels, reads them in one process, opens the
result in another, and prints a Markdown table. Peak memory covers the whole process; Python, torch
and MMPretrain take about 870 MiB of it. Private memory is what loading writes to.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from mmengine.registry import DefaultScope
from mmengine.utils import ProgressBar
from pyarrow import csv

from mmpartial.datasets import OpenImages, PartialLabelDataset

LABELS = "oidv6-train-annotations-human-imagelabels.csv"
CLASSES = "oidv6-classes-trainable.txt"
_STEP = 500_000  # number of images to write together


def write(folder: Path, images: int, classes: int, labels: int) -> None:
    """Write random labels by image, four in ten positive, with a long tail of classes."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    mids = pa.array([f"/m/{number:07x}" for number in range(classes)])
    (folder / CLASSES).write_text("\n".join(mids.to_pylist()) + "\n")
    ids = np.unique(rng.integers(0, 2**63, images + images // 100, dtype=np.uint64))
    ids = np.sort(rng.permutation(ids)[:images])
    share = np.cumsum(1 / np.arange(1, classes + 1) ** 0.7)
    bar = ProgressBar(-(-images // _STEP))
    with open(folder / LABELS, "wb") as file:
        file.write(b"ImageID,Source,LabelName,Confidence\n")
        for start in range(0, images, _STEP):
            image: np.ndarray = np.repeat(ids[start : start + _STEP], labels // images)
            more = rng.integers(0, min(_STEP, images - start), labels % images * _STEP // images)
            image = np.sort(np.concatenate([image, ids[start + more]]))
            cls = np.searchsorted(share, rng.random(len(image)) * share[-1])
            text = image.astype(">u8").tobytes().hex().encode()
            offsets = np.arange(0, len(text) + 1, 16, dtype=np.int32).tobytes()
            buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
            table = pa.table({
                "ImageID": pa.Array.from_buffers(pa.string(), len(image), buffers),
                "Source": pa.array(["verification"]).take(pa.array(np.zeros(len(image), int))),
                "LabelName": mids.take(pa.array(cls)),
                "Confidence": pa.array((rng.random(len(image)) < 0.4).astype(np.int8)),
            })  # fmt: skip
            options = csv.WriteOptions(include_header=False, quoting_style="none")
            csv.write_csv(table, file, options)
            bar.update()


def memory(kind: str) -> float:
    """Read the MiB that this process takes: ``private`` (from smaps) or ``peak``."""
    name, keys = {
        "private": ("smaps_rollup", ("Private_Dirty",)),
        "peak": ("status", ("VmHWM",)),
    }[kind]
    lines = Path(f"/proc/self/{name}").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(keys)) / 1024


def load(folder: str) -> None:
    """Open the dataset as training does, and print its time and memory."""
    before, start = memory("private"), time.perf_counter()
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        data = OpenImages(LABELS, CLASSES, data_root=folder, data_prefix="train")
        read = time.perf_counter() - start
        wrapped = PartialLabelDataset(data)
    seconds = time.perf_counter() - start
    known = int(wrapped.labels.counts[1:].sum())
    print("RESULT", read, seconds, memory("private") - before, memory("peak"), known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="folder to make for the files")
    parser.add_argument("--images", type=int, default=9_000_000)
    parser.add_argument("--classes", type=int, default=9_605)
    parser.add_argument("--labels", type=int, default=60_000_000)
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.load:
        load(args.folder)
        return
    write(Path(args.folder), args.images, args.classes, args.labels)
    print("\n| | s | peak, MiB | private, MiB | s per million labels | MiB per million labels |")
    print("|---|---|---|---|---|---|")
    for what in ("read the CSV and write the cache", "open the cache"):
        command = [sys.executable, __file__, args.folder, "--load"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        line = next(line for line in output.splitlines() if line.startswith("RESULT"))
        _, seconds, private, peak, known = map(float, line.split()[1:])
        millions = known / 1e6
        print(
            f"| {what} | {seconds:.2f} | {peak:,.0f} | {private:,.0f} "
            f"| {seconds / millions:.4f} | {peak / millions:.1f} |"
        )


if __name__ == "__main__":
    main()
