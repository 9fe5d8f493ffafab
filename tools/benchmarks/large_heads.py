"""Measure losses, q-sampling and drawn classes at 80 to 100,000 classes, on the CPU.

It prints four tables for batches of 128 images in float32, with one thread. What is compared takes
turns in one process. All times are processor times, and the least of some calls, because other work
on the machine only adds to them. A unit is the time, forward and backward, of PyTorch's
BCE-with-logits on as many logits.

1. The time of losses, forward and backward, in units: of a call after another loss, which leaves
   caches and the process's memory as the other loss needs them, and of a second call. The default
   is PartialImbalanceLoss as in configs/_base_/methods/partial_imbalance.py. Its labels are made
   anew in each step.
2. The time to choose a third of the unknown labels of each image, in milliseconds, beside a sort of
   all hashes, which chooses the same.
3. A step of QSamplingHead (512 features, 5 known labels an image) with the default loss, forward
   and backward, with all logits and with q_sampling='classes'.
4. The memory that a loss adds to logits and labels, forward and backward at 100,000 classes, in
   tensors of the size of the logits.

Example: python tools/benchmarks/large_heads.py --authors DIR

DIR holds a clone of Alibaba-MIIL/ASL in the folder ASL. timm and mlcpl are compared if they are
installed.
"""

import argparse
from functools import partial
from pathlib import Path

import torch
from authors import Authors
from default_method import default_loss
from large_losses import CLASSES, IMAGES, Inputs, least, losses, print_losses, print_memory, step
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample
from tables import settle
from torch import Tensor

from mmpartial.labels import UNKNOWN
from mmpartial.memory.base import LabelMemory
from mmpartial.models import QSamplingHead
from mmpartial.models.heads import sample_unknown
from mmpartial.testing import at_epoch, set_up, training_labels
from mmpartial.utils.counter_rng import hash_ints

Q, FEATURES = 1 / 3, 512


def by_sorting(unknown: Tensor, q: float, *key: Tensor | int) -> Tensor:
    """What sample_unknown chooses, found by a sort."""
    rank = hash_ints(*key, torch.arange(unknown.shape[1]))
    rank = rank.masked_fill(~unknown, torch.iinfo(torch.int64).max)
    k = (unknown.sum(1, keepdim=True) * q + 0.5).floor().long().clamp(min=1)
    return unknown & (rank <= rank.sort(1).values.gather(1, k - 1))


def print_sampling(seconds: float) -> None:
    print("| classes | a sort, ms | sample_unknown, ms | in units |")
    print("|---|---|---|---|")
    for classes in CLASSES:
        inputs = Inputs(classes)
        key = inputs.unknown, Q, 0, 0, torch.arange(IMAGES)[:, None]
        ours, theirs = partial(sample_unknown, *key), partial(by_sorting, *key)
        assert torch.equal(ours(), theirs())
        bce = step(losses(inputs, None)["BCE-with-logits"], inputs)
        (unit,), (own,), (sort,) = least([bce, ours, theirs], seconds)
        print(f"| {classes:,} | {1e3 * sort:.3g} | {1e3 * own:.3g} | {own / unit:.2f} |")
    print()


def samples(classes: int, generator: torch.Generator) -> list[DataSample]:
    result = []
    for row in range(IMAGES):
        target = torch.full((classes,), float(UNKNOWN))
        target[torch.randint(0, classes, (5,), generator=generator)] = 1.0
        sample = DataSample().set_gt_score(target)
        sample.set_field(row, "row", field_type="metainfo")
        result.append(sample)
    return result


def print_heads(seconds: float) -> None:
    shares = (1.0, 0.3, 0.1, 0.03)
    print("| classes | q | logits computed | ms | / all logits |")
    print("|---|---|---|---|---|")
    for classes in CLASSES:
        generator = torch.Generator().manual_seed(0)
        batch, feats = samples(classes, generator), (torch.randn(IMAGES, FEATURES),)
        loss = default_loss()
        heads = [
            QSamplingHead(
                num_classes=classes, in_channels=FEATURES, q=q, q_sampling="classes", loss=loss
            )
            for q in shares
        ]
        for head in heads:
            set_up(head.loss_module, training_labels(classes))
            head.memory = Zeros(classes)

        times = least([partial(train, head, feats, batch) for head in heads], seconds)
        for q, head, (seconds_of,) in zip(shares, heads, times, strict=True):
            assert head.output is not None
            draw = head.output.draw
            computed = classes if draw is None else len(draw.classes)
            ratio = seconds_of / times[0][0]
            print(f"| {classes:,} | {q:g} | {computed:,} | {1e3 * seconds_of:.3g} | {ratio:.2f} |")
    print()


def train(head: QSamplingHead, feats: tuple[Tensor], batch: list[DataSample]) -> None:
    head.zero_grad()
    head.loss(feats, batch)["loss"].backward()


class Zeros(LabelMemory):
    """A memory whose pseudo labels are all 0."""

    takes_draws = True

    def __init__(self, classes: int):
        self.classes = classes

    def lookup(self, row: Tensor) -> Tensor:
        """Zeros of all classes."""
        return torch.zeros(len(row), self.classes)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--authors", type=Path, metavar="DIR", help="clone of ASL's repository")
    parser.add_argument("--seconds", type=float, default=4, help="of each number of classes")
    parser.add_argument("--losses", action="store_true", help="print the first table alone")
    args = parser.parse_args()
    torch.set_num_threads(1)
    settle()
    init_default_scope("mmpretrain")
    authors = Authors(args.authors) if args.authors else None
    with at_epoch(0):
        print_losses(authors, args.seconds)
        if not args.losses:
            print_sampling(args.seconds)
            print_heads(args.seconds)
            print_memory(authors)


if __name__ == "__main__":
    main()
