"""Measure time and peak memory of our metrics and stock MMPretrain's on random scores.

Each side evaluates in its own process with one thread, batch by batch as under a Runner. Peak
memory is the growth of the process since before the first batch. NAMES are all metrics that a
config can name. It prints one table:

    python tools/benchmarks/metrics.py
"""

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable

import torch
from mmengine.evaluator import BaseMetric
from mmpretrain.evaluation import AveragePrecision, MultiLabelMetric

from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.evaluation.named_metrics import NAMES

SIDES: dict[str, Callable[[], list[BaseMetric]]] = {
    "AveragePrecision, MultiLabelMetric": lambda: [AveragePrecision(), MultiLabelMetric()],
    "PartialMultiLabelMetric": lambda: [PartialMultiLabelMetric()],
    "PartialMultiLabelMetric(further_metrics=['auroc'])": lambda: [
        PartialMultiLabelMetric(further_metrics=["auroc"])
    ],
    "PartialMultiLabelMetric(further_metrics=NAMES)": lambda: [
        PartialMultiLabelMetric(further_metrics=NAMES)
    ],
    "PartialMultiLabelMetric(bins=1000)": lambda: [PartialMultiLabelMetric(bins=1000)],
}


def peak_mib() -> float:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(side: str, images: int, classes: int, batch: int) -> tuple[float, float, float]:
    """Measure CPU seconds, peak MiB and mAP."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    share = torch.logspace(-3, -0.5, classes)
    metrics = SIDES[side]()
    before, seconds = peak_mib(), 0.0
    for start in range(0, images, batch):
        shape = (min(batch, images - start), classes)
        labels = (torch.rand(shape, generator=generator) < share).float()
        scores = (torch.randn(shape, generator=generator) + 2 * labels - 3).sigmoid()
        samples = [dict(pred_score=s, gt_score=t) for s, t in zip(scores, labels, strict=True)]
        begin = time.process_time()
        for metric in metrics:
            metric.process(None, samples)
        seconds += time.process_time() - begin
    begin = time.process_time()
    results: dict[str, float] = {}
    for metric in metrics:
        results |= metric.evaluate(images)
    seconds += time.process_time() - begin
    return seconds, peak_mib() - before, results["multi-label/mAP"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["40137x80", "125436x600"])
    parser.add_argument("--batch", type=int, default=64)
    args = parser.parse_args()
    print("| images x classes | | CPU s | peak, MiB | mAP |\n|---|---|---|---|---|")
    for size in args.sizes:
        images, classes = map(int, size.split("x"))
        for side in SIDES:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                row = pool.apply(measure, (side, images, classes, args.batch))
            print(f"| {size} | {side} | {row[0]:.1f} | {row[1]:,.0f} | {row[2]:.4f} |", flush=True)


if __name__ == "__main__":
    main()
