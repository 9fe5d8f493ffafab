"""Category-wise fine-tuning: each class of a linear head goes on by itself."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ..evaluation.average_precision import average_precision
from .class_optimizers import OPTIMIZERS, ClassOptimizer, HeadInputs

_CHUNK = 2**26  # numbers that a step may make

STEPS = 5000
PATIENCE = 300


@dataclass
class Finetuned:
    """A head whose classes have been fine-tuned.

    Attributes:
        rows: ``(C, D + 1)``, the new rows.
        step: ``(C,)``, the step that a row is of, from 1; 0 for a row that did not change, -1 for
            one that could not.
        before: ``(C,)``, average precision on held-out images at the start.
        after: ``(C,)``, the same of the new rows.
    """

    rows: Tensor
    step: Tensor
    before: Tensor
    after: Tensor


def finetune_rows(
    rows: Tensor,
    train: HeadInputs,
    held_out: HeadInputs,
    method: str = "gradient",
    steps: int = STEPS,
    patience: int = PATIENCE,
    **options: Any,
) -> Finetuned:
    """Fine-tune each class of a head, and keep its best step on held-out images.

    This is https://arxiv.org/abs/2401.16991. A class without a known positive and a known negative
    in both parts stays as it is, and so does one that no step improves.

    Args:
        rows: ``(C, D + 1)`` weights and biases.
        train: Training images.
        held_out: Images that were not trained on.
        method: A key of :data:`~mmpartial.engine.class_optimizers.OPTIMIZERS`.
        steps: The most steps of a class.
        patience: A class stops after so many steps without an improvement.
        **options: Of the optimizer.
    """
    before = average_precision(held_out.features @ rows.T, held_out.labels)
    possible = train.has_both() & held_out.has_both()
    found = Finetuned(rows.clone(), possible.long() - 1, before, before.clone())
    make = OPTIMIZERS[method]
    size = max(1, _CHUNK // (make.copies * max(train.features.shape)))
    for classes in possible.nonzero().flatten().split(size):
        optimizer = make(rows[classes], train.of(classes), classes, **options)
        _finetune(found, classes, optimizer, held_out, steps, patience)
    return found


def _finetune(
    found: Finetuned,
    classes: Tensor,
    optimizer: ClassOptimizer,
    held_out: HeadInputs,
    steps: int,
    patience: int,
) -> None:
    """Fine-tune some classes, until each of them has stopped."""
    labels = held_out.labels[:, classes]
    for step in range(1, steps + 1):
        rows = optimizer.step()
        value = average_precision(held_out.features @ rows.T, labels)
        better = value > found.after[classes]
        changed = classes[better]
        found.rows[changed], found.after[changed] = rows[better], value[better]
        found.step[changed] = step
        running = step - found.step[classes] < patience
        if running.all():
            continue
        classes, labels = classes[running], labels[:, running]
        if not len(classes):
            return
        optimizer.keep(running)
