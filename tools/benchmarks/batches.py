"""Measure how labels get from the label matrix to the device, and what they take in each worker.

The first table has the processor time of a batch of 128 images with 7 known labels each: as dense
rows of float32, which MMPretrain's PackInputs makes, and sparse, as mmpartial sends them. Both
start at the label matrix and end with one tensor on the device. The floor is one write of this
tensor. The second table has the memory that a worker adds while it gathers 100 batches of labels,
above a worker that gathers nothing, and that of a sampler. Images are not read.
"""

import argparse
import pickle
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.dataset import DefaultSampler, default_collate
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample
from torch.nn import functional
from torch.utils.data import DataLoader

from mmpartial.datasets import ArraySampler, PartialLabelDataset
from mmpartial.datasets.annotated_dataset import AnnotatedDataset
from mmpartial.datasets.annotation_store import StoredAnnotations, save
from mmpartial.datasets.sample_labels import add_labels
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.utils.packed_texts import PackedTexts

BATCH, KNOWN, BATCHES, ROUNDS = 128, 7, 100, 15


def random_labels(images: int, classes: int) -> LabelMatrix:
    """Labels with 7 known ones in each image, four in ten positive."""
    rng = np.random.default_rng(0)
    step = 2 * classes // KNOWN
    dtype = np.uint16 if classes <= 2**15 else np.uint32
    start: np.ndarray = np.arange(KNOWN, dtype=dtype) * step
    codes = np.concatenate(
        [
            (rng.integers(0, step // 2, (min(2**18, images - n), KNOWN)) * 2 + start).astype(dtype)
            for n in range(0, images, 2**18)
        ]
    )
    codes += rng.random(codes.shape, dtype=np.float32) < 0.4
    return LabelMatrix(np.arange(images + 1) * KNOWN, codes.ravel(), classes, -1)


class Labels(AnnotatedDataset):
    """Images that do not exist, with labels of a folder."""

    def read(self) -> Annotations:
        """Open the folder."""
        return StoredAnnotations(self.ann_file)


def milliseconds(function: Callable[[], Any]) -> float:
    """The median processor time of a function."""
    times = []
    for _ in range(ROUNDS + 2):
        start = time.process_time()
        function()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times[2:])


def dense_samples(labels: LabelMatrix, rows: np.ndarray) -> list[DataSample]:
    """Samples as PackInputs makes them."""
    return [DataSample().set_gt_score(labels[int(row)]) for row in rows]


def sparse_samples(labels: LabelMatrix, rows: np.ndarray) -> list[DataSample]:
    """Samples as PartialLabelDataset makes them."""
    samples = [DataSample() for _ in rows]
    for sample, row in zip(samples, rows.tolist(), strict=True):
        sample.set_field(row, "row", field_type="metainfo")
    add_labels([dict(data_samples=sample) for sample in samples], labels, dense=False)
    return samples


def batch_rows(classes: int, device: str) -> Iterator[str]:
    """The rows of the first table."""
    labels = random_labels(10_000, classes)
    rows = np.random.default_rng(1).permutation(len(labels))[:BATCH]
    for name, make in (("dense", dense_samples), ("sparse", sparse_samples)):
        samples = make(labels, rows)
        sent = bytes(ForkingPickler.dumps(make(labels, rows)))

        def gather(make: Callable = make) -> list[DataSample]:
            return make(labels, rows)

        def send(gather: Callable = gather) -> None:
            ForkingPickler.dumps(gather())

        def receive(sent: bytes = sent) -> None:
            pickle.loads(sent)

        def to_device(samples: list[DataSample] = samples) -> None:
            torch.stack([sample.gt_score for sample in samples]).to(device)

        times = [milliseconds(step) for step in (gather, send, receive, to_device)]
        shown = (times[0], max(0.0, times[1] - times[0]), *times[2:], sum(times[1:]))
        yield f"| {classes:,} | {name} | {len(sent):,} | {' | '.join(f'{t:.2f}' for t in shown)} |"

    floor = milliseconds(lambda: torch.full((BATCH, classes), -1.0, device=device))
    yield f"| {classes:,} | floor | | | | | | {floor:.2f} |"
    logits = torch.randn(BATCH, classes, device=device, requires_grad=True)
    target = torch.zeros(BATCH, classes, device=device)

    def loss() -> None:
        functional.binary_cross_entropy_with_logits(logits, target).backward()

    yield f"| {classes:,} | BCE, forward and backward | | | | | | {milliseconds(loss):.2f} |"


def private() -> float:
    """The memory in MiB that this process has written to and shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(x.split()[1]) for x in lines if x.startswith("Private_Dirty")) / 1024


def worker_memory(dataset: Any) -> float:
    """The private memory of a worker after its last batch, which has random images."""
    chosen = np.random.default_rng(2).integers(0, len(dataset), BATCH * BATCHES).tolist()

    def collate(batch: list) -> float:
        default_collate(batch)
        return private()

    return list(DataLoader(dataset, BATCH, sampler=chosen, num_workers=1, collate_fn=collate))[-1]


def sampler_memory(kind: type, size: int) -> float:
    """The private memory that a sampler adds after its first index."""
    before = private()
    indices = iter(kind(range(size), seed=0))
    next(indices)
    return private() - before


def memory_row(images: int, classes: int) -> str:
    """A row of the second table."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "labels")
        labels = random_labels(images, classes)
        names = PackedTexts(f"{number:016x}.jpg" for number in range(images))
        save(Annotations(names, [f"c{c}" for c in range(classes)], labels), path)
        stored = (labels.indptr.nbytes + labels.codes.nbytes) / int(labels.counts[1:].sum())
        del labels, names
        empty = worker_memory([{}])
        before = private()
        pipeline = [dict(type="PackInputs")]
        data = Labels(path, check_images=False, pipeline=pipeline)
        dataset = PartialLabelDataset(data)
        main, worker = private() - before, worker_memory(dataset) - empty
        with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
            kinds = ArraySampler, DefaultSampler
            samplers = [pool.apply(sampler_memory, (kind, images)) for kind in kinds]
    numbers = (stored, main, worker, *samplers)
    return f"| {images:,} x {classes:,} | {' | '.join(f'{n:.1f}' for n in numbers)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classes", type=int, nargs="+", default=[80, 600, 9_605, 100_000])
    parser.add_argument("--sizes", nargs="*", default=["1000000x600", "9000000x9605"])
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    init_default_scope("mmpretrain")
    print(
        "| classes | labels | bytes sent | gather, ms | pickle | unpickle "
        f"| dense on {args.device} | all |\n|---|---|---|---|---|---|---|---|"
    )
    for classes in args.classes:
        print("\n".join(batch_rows(classes, args.device)), flush=True)
    print("\n| images x classes | bytes on disk a known label | dataset, MiB | a worker adds, MiB "
          "| ArraySampler, MiB | DefaultSampler, MiB |\n|---|---|---|---|---|---|")  # fmt: skip
    for size in args.sizes:
        print(memory_row(*map(int, size.split("x"))), flush=True)


if __name__ == "__main__":
    main()
