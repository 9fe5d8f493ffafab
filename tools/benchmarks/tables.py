"""Measure the tables of pseudo labels at 80 to 100,000 classes, on the CPU with one thread.

It prints a table with, for batches of 128 images: the processor time to look up the pseudo labels
of a batch and to move them with momentum 0.9, and the floor: the bytes that both have to read or
write (predictions, the mask of unknown labels, the numbers found, the rows of the table thrice)
over the bandwidth of a copy in memory. Then the processor time and the time to hash and write the
copy of a checkpoint, beside the time to write as many zeros to the disk (with fsync).

    python tools/benchmarks/tables.py FOLDER

FOLDER is made for the files, which are deleted again. With --images 9000000 the largest table
takes 2.1 GiB there, twice. All other tables have 20,000 images at most.
"""

import argparse
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from mmpartial.memory.label_table import LabelTable
from mmpartial.memory.row_table import RowTable
from mmpartial.memory.top_table import TopTable

BATCH, KEEP = 128, 64
CASES = [
    *((kind, classes) for classes in (80, 600, 9605) for kind in ("float16", "uint8", "top")),
    ("top", 100_000),
]


def settle() -> None:
    """Let PyTorch's log1p, which BCE needs, become as fast as it gets.

    On some processors with AVX-512, a new process takes up to ten times as long for log1p until it
    has called a function such as lgamma.
    """
    torch.lgamma(torch.ones(64))


def least(function: Callable[[], object], seconds: float = 3.0) -> float:
    """The least milliseconds of processor time of some calls."""
    times: list[float] = []
    until = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < until:
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return 1e3 * min(times)


def table_of(kind: str, images: int, classes: int, path: Path) -> RowTable:
    if kind == "top":
        return TopTable(images, classes, "", KEEP, path=str(path))
    return LabelTable(images, classes, "", 0.0, kind, path=str(path))


def bandwidth() -> float:
    """Bytes that a copy in memory reads and writes in a millisecond."""
    source = torch.zeros(2**28, dtype=torch.uint8)
    target = torch.empty_like(source)
    return 2 * source.nbytes / least(lambda: target.copy_(source))


def floor(table: RowTable, value: Tensor, chosen: Tensor) -> float:
    """Milliseconds to move the bytes that a lookup and a move have to read or write."""
    rows = 3 * BATCH * table.values[:1].nbytes  # read twice and written once
    return (2 * value.nbytes + chosen.nbytes + rows) / bandwidth()


def row(kind: str, images: int, classes: int, folder: Path) -> str:
    """A row of the result."""
    images = images if kind == "top" else min(images, 20_000)
    table = table_of(kind, images, classes, folder / f"{kind}_{classes}")
    generator = torch.Generator().manual_seed(0)
    value = torch.rand(BATCH, classes, generator=generator) ** 8
    chosen = torch.rand(value.shape, generator=generator) < 0.99
    batches = torch.randint(images, (50, BATCH), generator=generator)
    number = iter(range(10**9))

    def batch() -> Tensor:
        return batches[next(number) % len(batches)]

    look = least(lambda: table.lookup(batch()))
    move = least(lambda: table.move(batch(), value, chosen, 0.9, 1))
    bytes_ = floor(table, value, chosen)
    start, worked = time.perf_counter(), time.process_time()
    table.state_dict(str(folder))
    saved, worked = time.perf_counter() - start, time.process_time() - worked
    start = time.perf_counter()
    with open(folder / "zeros", "wb") as file:
        for _ in range(0, table.values.nbytes, 2**24):
            file.write(bytes(min(2**24, table.values.nbytes)))
        file.flush()
        os.fsync(file.fileno())
    zeros = time.perf_counter() - start
    for path in folder.iterdir():
        path.unlink()
    size = table.values.nbytes
    return (
        f"| {classes:,} | {kind} | {look:.2f} | {move:.2f} | {bytes_:.2f} "
        f"| {(look + move) / bytes_:.1f} | {images:,} | {size / 2**20:,.0f} "
        f"| {worked:.2f} | {saved:.2f} | {zeros:.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=20_000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.folder.mkdir(parents=True)
    print(
        "| classes | table | lookup, ms | update, ms | floor, ms | / floor | images | MiB "
        "| checkpoint: processor, s | checkpoint: all, s | zeros, s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    try:
        for kind, classes in CASES:
            large = kind == "top" and classes == 9605
            images = args.images if large else min(args.images, 20_000)
            print(row(kind, images, classes, args.folder), flush=True)
    finally:
        shutil.rmtree(args.folder)


if __name__ == "__main__":
    main()
