"""Checks for losses on partial labels, to test your own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from mmengine.logging import MessageHub
from torch import Tensor

from .labels import UNKNOWN, LabelBatch
from .labels.groups import Groups
from .labels.matrix import LabelMatrix
from .models.losses.partial_loss import PartialLoss, losses_of

_number = count()
IMAGES, CLASSES = 6, 7


@contextmanager
def at_epoch(epoch: int, max_epochs: int = 100) -> Iterator[None]:
    """Pretend to train ``epoch``, 0-based, without a Runner."""
    hub = MessageHub.get_instance(f"at_epoch_{next(_number)}")
    done = dict(epoch=epoch, max_epochs=max_epochs, iter=epoch, max_iters=max_epochs)
    for key, value in done.items():
        hub.update_info(key, value)
    try:
        yield
    finally:
        MessageHub._instance_dict.pop(hub.instance_name)


def training_labels(num_classes: int = CLASSES) -> np.ndarray:
    """``(50, C)`` labels of all three states, with fewer positives in later classes."""
    rng = np.random.default_rng(0)
    positive = rng.random((50, num_classes)) < np.linspace(0.6, 0.15, num_classes)
    return np.where(rng.random(positive.shape) < 0.4, UNKNOWN, positive).astype(np.int8)


def set_up(loss: PartialLoss, labels: np.ndarray) -> PartialLoss:
    """Show training labels to a loss, as :class:`mmpartial.LossMemoryHook` does."""
    dataset: Any = SimpleNamespace(
        labels=LabelMatrix.from_dense(labels),
        groups=Groups(np.arange(len(labels), dtype=np.int32) % 3, ("a", "b", "c")),
        metainfo=dict(classes=[str(c) for c in range(labels.shape[1])]),
    )
    for part in losses_of(loss):
        part.setup(dataset)
    return loss


def batch(states: str = "known negative unknown", seed: int = 0) -> tuple[Tensor, LabelBatch]:
    """Random float64 logits and labels of some states, with pseudo labels and row numbers."""
    generator = torch.Generator().manual_seed(seed)
    shape = (IMAGES, CLASSES)
    values = dict(known=1.0, negative=0.0, unknown=float(UNKNOWN))
    allowed = torch.tensor([values[state] for state in states.split()], dtype=torch.float64)
    target = allowed[torch.randint(0, len(allowed), shape, generator=generator)]
    logits = torch.randn(shape, generator=generator, dtype=torch.float64) * 2
    pseudo = torch.rand(shape, generator=generator, dtype=torch.float64)
    row = torch.arange(len(target))
    unknown = target == UNKNOWN
    return logits, LabelBatch(target, unknown, pseudo, row, all_selected=True, group=row % 3)


def check_loss(make: Callable[[], PartialLoss], epoch: int = 5) -> None:
    """Check a loss with every function of ``CHECKS``.

    Args:
        make: Gives a new instance, float64 throughout.
        epoch: The epoch to be in, 0-based.

    Raises:
        AssertionError: A check fails; the message names the fault.
    """
    with at_epoch(epoch):
        for check in CHECKS:
            check(lambda: set_up(make(), training_labels()))


def check_known(make: Callable[[], PartialLoss]) -> None:
    """On full labels, pseudo labels and the option ``unknown`` change nothing."""
    logits, labels = batch("known negative")
    plain = LabelBatch(labels.target, labels.selected, row=labels.row, group=labels.group)
    loss = make()
    if not needs_memory(loss):
        assert torch.equal(make()(logits, labels), make()(logits, plain)), "pseudo labels matter"
    weighted = "ignore_normalize_classes"  # weighs known labels by their number
    for unknown in getattr(loss, "unknown_options", ()):
        other = make()
        if weighted not in (unknown, other.unknown):
            other.unknown = unknown
            torch.testing.assert_close(other(logits, labels), make()(logits, labels))


def needs_memory(loss: PartialLoss) -> bool:
    """Whether a loss refuses labels without pseudo labels."""
    logits, labels = batch("known negative")
    try:
        loss(logits, replace(labels, pseudo=None))
    except ValueError:
        return True
    return False


def check_all_unknown(make: Callable[[], PartialLoss]) -> None:
    """A batch without any known label has a finite loss with a gradient."""
    logits, labels = batch("unknown")
    logits.requires_grad_()
    value = make()(logits, labels)
    assert value.shape == () and torch.isfinite(value), f"the loss is {value}"
    value.backward()
    assert logits.grad is not None and torch.isfinite(logits.grad).all(), "the gradient is not"


def check_inputs(make: Callable[[], PartialLoss]) -> None:
    """The loss does not modify logits and labels."""
    logits, labels = batch()
    parts = [logits, *(getattr(labels, field.name) for field in fields(labels))]
    after = [part for part in parts if isinstance(part, Tensor)]
    before = [part.clone() for part in after]
    make()(logits, labels)
    assert all(map(torch.equal, before, after)), "an input was modified"


def check_class_order(make: Callable[[], PartialLoss]) -> None:
    """Classes in another order, of training labels and batch, give the same loss."""
    logits, labels = batch()
    order = torch.randperm(CLASSES, generator=torch.Generator().manual_seed(1))
    assert labels.pseudo is not None
    moved = replace(labels, target=labels.target[:, order], selected=labels.selected[:, order],
                    pseudo=labels.pseudo[:, order])  # fmt: skip
    other = set_up(make(), training_labels()[:, order.numpy()])
    torch.testing.assert_close(other(logits[:, order], moved), make()(logits, labels))


def check_extremes(make: Callable[[], PartialLoss]) -> None:
    """Half precision logits of +-50 give a finite loss and gradient, under autocast too."""
    _, labels = batch()
    logits = torch.where(torch.arange(CLASSES) % 2 == 0, 50.0, -50.0).repeat(IMAGES, 1)
    logits[::2] *= -1
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        x = logits.detach().to(dtype, copy=True).requires_grad_()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = make()(x, labels)
        assert torch.isfinite(value), f"{dtype} gives {value}"
        value.backward()
        assert x.grad is not None and torch.isfinite(x.grad).all(), f"{dtype}: the gradient"


def check_gradient(make: Callable[[], PartialLoss]) -> None:
    """The gradient belongs to the value, unless the loss has ``exact_gradient=False``."""
    if make().exact_gradient:
        logits, labels = batch()
        x = logits.requires_grad_()
        assert torch.autograd.gradcheck(lambda x: make()(x, labels), (x,))


CHECKS = (
    check_known, check_all_unknown, check_inputs, check_class_order, check_extremes, check_gradient
)  # fmt: skip
