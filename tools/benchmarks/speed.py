"""Measure the cost of partial labels, as ratios to plain torch and stock MMPretrain.

It prints two tables: a training iteration beside the stock head, and the dataset wrapper. The two
sides of a ratio alternate in one process, and the tables show medians. ``losses.py`` measures the
losses.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable

import torch
from default_method import default_loss
from mmengine.optim import OptimWrapper
from mmengine.registry import init_default_scope
from mmpretrain.datasets import MultiLabelDataset
from mmpretrain.registry import MODELS
from mmpretrain.structures import DataSample

from mmpartial.datasets import PartialLabelDataset
from mmpartial.labels import UNKNOWN
from mmpartial.memory.label_table import LabelTable
from mmpartial.testing import set_up, training_labels

WARM_UP = 3  # rounds that do not count


def alternate(
    a: Callable[[], object], b: Callable[[], object], rounds: int
) -> tuple[float, float, float]:
    """Measure median seconds of a and b, and the median over the rounds of the ratio b / a."""
    times: list[tuple[float, float]] = []
    for number in range(rounds + WARM_UP):
        pair = []
        for function in (a, b):
            start = time.perf_counter()
            function()
            pair.append(time.perf_counter() - start)
        if number >= WARM_UP:
            times.append((pair[0], pair[1]))
    return (
        statistics.median(t[0] for t in times),
        statistics.median(t[1] for t in times),
        statistics.median(t[1] / t[0] for t in times),
    )


def _step(ours: bool, batch: int, size: int) -> Callable[[], object]:
    """Make a training iteration of ResNet-50 on random images; ours stores its predictions."""
    head = dict(type="MultiLabelLinearClsHead", loss=dict(type="AsymmetricLoss"))
    if ours:
        loss = default_loss()
        head = dict(type="mmpartial.QSamplingHead", loss=loss)
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type="ImageClassifier",
            backbone=dict(type="ResNet", depth=50, num_stages=4, out_indices=(3,)),
            neck=dict(type="GlobalAveragePooling"),
            head=dict(head, num_classes=80, in_channels=2048),
            data_preprocessor=dict(type="ClsDataPreprocessor", mean=[0.0] * 3, std=[1.0] * 3),
        )
    ).train()
    if ours:
        set_up(model.head.loss_module, training_labels(80))
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=1e-4))
    table = LabelTable(82_081, 80, "benchmark")
    images = torch.randint(0, 256, (batch, 3, size, size), dtype=torch.uint8)
    target = torch.randint(-1 if ours else 0, 2, (batch, 80)).float()

    def step() -> None:
        samples = []
        for row, score in enumerate(target):
            sample = DataSample().set_gt_score(score)
            sample.set_field(row * 17, "row", field_type="metainfo")
            samples.append(sample)
        model.train_step(dict(inputs=images, data_samples=samples), wrapper)
        if ours:
            labels, logits, _ = model.head.output
            table.move(labels.row, logits.sigmoid(), labels.target == UNKNOWN, 0.95)

    if ours:
        model.head.memory = table
    return step


def iteration_table(batch: int, size: int, rounds: int) -> None:
    stock, ours = (_step(which, batch, size) for which in (False, True))
    a, b, ratio = alternate(stock, ours, rounds)
    print(
        f"\n| ResNet-50, batch {batch}, {size} px | s |\n|---|---|\n"
        f"| stock head, AsymmetricLoss | {a:.3f} |\n| QSamplingHead, PartialImbalanceLoss, "
        f"pseudo labels | {b:.3f} |\n| ratio | {ratio:.4f} |"
    )


def wrapper_table(images: int) -> None:
    base = _random_dataset(images)
    start = time.perf_counter()
    wrapped = PartialLabelDataset(base, setting="PAL", ratio=0.6)
    seconds = time.perf_counter() - start

    def read(dataset: object) -> Callable[[], None]:
        def all_of_them() -> None:
            for idx in range(0, images, 8):
                dataset.get_data_info(idx)  # type: ignore[attr-defined]

        return all_of_them

    a, b, _ = alternate(read(base), read(wrapped), rounds=9)
    print(
        f"\n| wrapper on {images} x 80 labels | |\n|---|---|\n| wrapped in, s | {seconds:.2f} |\n"
        f"| overhead of get_data_info, us | {(b - a) / (images / 8) * 1e6:.2f} |"
    )


def _random_dataset(images: int) -> MultiLabelDataset:
    """Make a stock dataset with random labels, about 3 positives for each image."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.rand(images, 80, generator=generator) < 0.037
    items = [
        dict(img_path=f"{i:012d}.jpg", gt_label=row.nonzero().flatten().tolist())
        for i, row in enumerate(labels)
    ]
    content = dict(metainfo=dict(classes=[f"class {c}" for c in range(80)]), data_list=items)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(content, file)
        file.flush()
        return MultiLabelDataset(file.name, data_prefix="images")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--rounds", type=int, default=15, help="training iterations of each side")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    init_default_scope("mmpretrain")
    iteration_table(batch=16, size=224, rounds=args.rounds)
    wrapper_table(images=80_000)


if __name__ == "__main__":
    main()
