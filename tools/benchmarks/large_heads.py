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
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from losses import ASL, Authors
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample
from published_asl import Loss, published_asl
from torch import Tensor

from mmpartial.labels import UNKNOWN, LabelBatch
from mmpartial.memory.base import LabelMemory
from mmpartial.models import QSamplingHead
from mmpartial.models import losses as m
from mmpartial.models.heads import sample_unknown
from mmpartial.testing import at_epoch, set_up, training_labels
from mmpartial.utils.counter_rng import hash_ints

CLASSES, IMAGES, Q, FEATURES = (80, 600, 9605, 100_000), 128, 1 / 3, 512
Function = Callable[[], object]


def least(functions: Sequence[Function], seconds: float, calls: int = 1) -> list[list[float]]:
    """Call functions some times in turns, for at least 3 turns.

    Returns:
        The least seconds of each function, of the first call in a turn, the second and so on.
    """
    times: list[list[list[float]]] = [[] for _ in functions]
    until = time.perf_counter() + seconds
    while len(times[0]) < 3 or time.perf_counter() < until:
        for function, record in zip(functions, times, strict=True):
            clock = [time.process_time()]
            for _ in range(calls):
                function()
                clock.append(time.process_time())
            record.append([end - start for start, end in pairwise(clock)])
    return [list(map(min, zip(*record, strict=True))) for record in times]


class Inputs:
    """Logits, labels with a third of each state, and pseudo labels."""

    def __init__(self, classes: int):
        generator = torch.Generator().manual_seed(0)
        shape = (IMAGES, classes)
        self.logits = torch.randn(shape, generator=generator, requires_grad=True)
        self.target = torch.randint(-1, 2, shape, generator=generator).float()
        self.assumed, self.unknown = self.target.clamp(min=0), self.target == UNKNOWN
        self.pseudo = torch.rand(shape, generator=generator)

    def labels(self) -> LabelBatch:
        """The labels of a step, with nothing computed yet."""
        return LabelBatch(self.target, self.unknown, self.pseudo, all_selected=True)


def losses(inputs: Inputs, authors: Authors | None) -> dict[str, Callable[[Tensor], Tensor]]:
    """Make losses of the logits; the first is the unit."""
    classes = inputs.target.shape[1]
    labels = training_labels(classes)
    labels[:2] = [[1], [0]]  # no class without positives or negatives
    default = set_up(m.PartialImbalanceLoss(p_mode="off"), labels)
    batch = m.PartialImbalanceLoss(p_mode="off", ratio_mode="gated", ratio_scope="class")
    asl = m.PartialAsymmetricLoss(gamma_unknown=4, **ASL)
    result: dict[str, Callable[[Tensor], Tensor]] = {
        "BCE-with-logits": lambda x: F.binary_cross_entropy_with_logits(x, inputs.assumed),
        "the default": lambda x: default(x, inputs.labels()),
        "the default, ratios of each class in the batch": lambda x: batch(x, inputs.labels()),
        "PartialAsymmetricLoss (ASL)": lambda x: asl(x, inputs.labels()),
    }
    for name, theirs in published_asl(authors).items():

        def of_logits(x: Tensor, theirs: Loss = theirs) -> Tensor:
            return theirs(x, inputs.assumed)

        result[name] = of_logits
    return result


def step(function: Callable[[Tensor], Tensor], inputs: Inputs) -> Function:
    return lambda: torch.autograd.grad(function(inputs.logits), inputs.logits)


def print_losses(authors: Authors | None, seconds: float) -> None:
    print("| loss | " + " | ".join(f"{classes:,}" for classes in CLASSES) + " |")
    print("|---" * (len(CLASSES) + 1) + "|")
    columns = []
    for classes in CLASSES:
        inputs = Inputs(classes)
        functions = losses(inputs, authors)
        times = least([step(function, inputs) for function in functions.values()], seconds, 2)
        columns.append(dict(zip(functions, times, strict=True)))
    unit = next(iter(columns[0]))
    for name in list(columns[0])[1:]:
        pairs = [zip(column[name], column[unit], strict=True) for column in columns]
        cells = (", ".join(f"{time / of_unit:.2f}" for time, of_unit in pair) for pair in pairs)
        print(f"| {name} | " + " | ".join(cells) + " |")
    cells = (", ".join(f"{1e3 * seconds:.3g}" for seconds in column[unit]) for column in columns)
    print("| a unit, ms | " + " | ".join(cells) + " |\n")


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
        loss = dict(type="mmpartial.PartialImbalanceLoss", p_mode="off")
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


def peak() -> int:
    """The most memory of this process since the last reset, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM: this table needs Linux.")


def print_memory(authors: Authors | None) -> None:
    inputs = Inputs(CLASSES[-1])
    print("| loss | logits' sizes |")
    print("|---|---|")
    for name, function in losses(inputs, authors).items():
        step(function, inputs)()  # what is kept from step to step is not counted
        Path("/proc/self/clear_refs").write_text("5")
        before = peak()
        step(function, inputs)()
        print(f"| {name} | {(peak() - before) / (4 * inputs.logits.numel()):.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--authors", type=Path, metavar="DIR", help="clone of ASL's repository")
    parser.add_argument("--seconds", type=float, default=4, help="of each number of classes")
    parser.add_argument("--losses", action="store_true", help="print the first table alone")
    args = parser.parse_args()
    torch.set_num_threads(1)
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
