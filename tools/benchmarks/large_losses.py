"""The time and memory of losses at 80 to 100,000 classes, for ``large_heads.py``."""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from authors import Authors
from default_method import default_loss
from loss_inputs import ASL
from published_asl import Loss, published_asl
from torch import Tensor

from mmpartial.labels import UNKNOWN, LabelBatch
from mmpartial.models import losses as m
from mmpartial.registry import MODELS
from mmpartial.testing import set_up, training_labels

CLASSES, IMAGES = (80, 600, 9605, 100_000), 128
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
    default = set_up(MODELS.build(default_loss()), labels)
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
