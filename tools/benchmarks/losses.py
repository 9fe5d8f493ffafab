"""Measure the time of each loss, forward and backward in float32 on the CPU, as ratios.

The first columns divide the time of a loss by the time of BCE-with-logits. With ``--authors DIR``
the others divide it by the time of the authors' code on the same inputs: below 1, our loss is
faster. Both sides of a ratio take turns in one process, and the ratio compares their medians.
Before the timing, value and gradient must equal the authors'. Where authors published two variants
of a loss (ASL), the faster one counts.

DIR holds clones of these GitHub repositories, each in a folder of the repository's name:

    Alibaba-MIIL/ASL, Alibaba-MIIL/PartialLabelingCSL, Correr-Zhou/SPML-AckTheUnknown,
    HCPLab-SYSU/HCP-MLR-PL, LUMIA-Group/APL, TAKELAMAG/PU-MLC, cvl-umass/l48-benchmarking,
    elijahcole/single-positive-multi-label, kalelpark/RAL, snucml/LargeLossMatters,
    tk1980/TwoWayMultiLabelLoss, wannature/COMIC, wutong16/DistributionBalancedLoss,
    xinyu1205/robust-loss-mlml, yan4xi1/GRLoss

None of their code is a part of this project. The two-way loss and ZLPR are compared with timm's,
too. The authors of PartialImbalanceLoss, of SPA and of PLM published no code (a port of PLM to
NumPy and Keras exists, but its time cannot be compared).
HeadTailBalancerLoss is left out: it calls another loss four times.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from authors import Authors
from authors_losses import Function, their_losses
from loss_inputs import EPOCH, Inputs
from mmengine.registry import init_default_scope
from our_losses import our_losses
from tables import settle
from torch import Tensor, nn

from mmpartial.labels import LabelBatch
from mmpartial.launch import ToolParser
from mmpartial.testing import at_epoch

SHAPES = ((128, 80), (128, 600), (128, 9605))


def check(name: str, ours: Function, theirs: Function, leaves: list[Tensor]) -> None:
    """Check that two losses agree.

    Raises:
        AssertionError: Their values or gradients differ.
    """
    x = leaves[0]
    a, b = ours(x), theirs(x)
    torch.testing.assert_close(a, b, rtol=1e-4, atol=0, msg=lambda text: f"{name}: {text}")
    pairs = zip(torch.autograd.grad(a, leaves), torch.autograd.grad(b, leaves), strict=True)
    for g, h in pairs:
        difference = ((g - h).norm() / h.norm()).item()
        assert difference < 1e-3, f"{name}: the gradients differ by {difference:.2g} of theirs"


def alternate(
    functions: Sequence[Callable[[], object]], seconds: float, most: int = 300
) -> list[float]:
    """Call functions in turns for some seconds, at least 3 times; return their median seconds."""
    times: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    end = time.perf_counter() + seconds
    while len(times[0]) < 3 or (time.perf_counter() < end and len(times[0]) < most):
        pairs = list(zip(functions, times, strict=True))
        # The order alternates because the previous function decides what caches hold.
        for function, record in pairs if len(times[0]) % 2 else reversed(pairs):
            start = time.perf_counter()
            function()
            record.append(time.perf_counter() - start)
    return [statistics.median(record) for record in times]


def measure(
    inputs: Inputs, authors: Authors | None, seconds: float
) -> dict[str, tuple[float, float | None]]:
    """Compute each loss's ratios to BCE-with-logits and to the authors' code (None without)."""
    theirs = their_losses(inputs, authors) if authors else {}
    ratios: dict[str, tuple[float, float | None]] = {}
    for name, (loss, labels) in our_losses(inputs).items():
        leaves = [inputs.logits]
        if labels.pseudo is not None and labels.pseudo.requires_grad:
            leaves.append(labels.pseudo)

        def ours(x: Tensor, loss: nn.Module = loss, labels: LabelBatch = labels) -> Tensor:
            return loss(x, labels)

        def step(function: Function, leaves: list[Tensor] = leaves) -> Callable[[], object]:
            return lambda: torch.autograd.grad(function(leaves[0]), leaves)

        others = theirs.get(name, [])
        for other in others:
            check(name, ours, other, leaves)
        bce = step(lambda x: F.binary_cross_entropy_with_logits(x, inputs.assumed), leaves[:1])
        base, own, *rest = alternate([bce, step(ours), *map(step, others)], seconds)
        ratios[name] = own / base, own / min(rest) if rest else None
    return ratios


def print_table(results: list[dict[str, tuple[float, float | None]]], authors: bool) -> None:
    shapes = [f"{images} x {classes}" for images, classes in SHAPES]
    heads = [f"/ BCE, {shape}" for shape in shapes]
    heads += [f"/ authors', {shape}" for shape in shapes] if authors else []
    print("| loss | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    for name in results[0]:
        cells = [f"{result[name][0]:.1f}" for result in results]
        if authors:
            ratios = [result[name][1] for result in results]
            cells += ["-" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--authors", type=Path, metavar="DIR", help="clones of their repositories")
    parser.add_argument("--seconds", type=float, default=1.5, help="of each loss and shape")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    settle()
    init_default_scope("mmpretrain")
    authors = Authors(args.authors) if args.authors else None
    with at_epoch(EPOCH - 1):
        results = [measure(Inputs(*shape), authors, args.seconds) for shape in SHAPES]
    print_table(results, authors is not None)


if __name__ == "__main__":
    main()
