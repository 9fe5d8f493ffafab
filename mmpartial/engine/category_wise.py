"""Category-wise fine-tuning: each class of a linear head is trained further by itself."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..evaluation.average_precision import average_precision
from .class_optimizers import OPTIMIZERS, HeadInputs

_CHUNK = 2**26  # numbers that a step may make

STEPS = 5000
PATIENCE = 300
PRIOR = 30


@dataclass
class Finetuned:
    """A head whose classes have been fine-tuned.

    Attributes:
        rows: ``(C, D + 1)``, the new rows.
        step: ``(C,)``, the step from which a row is, counted from 1; 0 for a row that did not
            change, -1 for a row that could not change.
        before: ``(C,)``, average precision on held-out images at the start.
        after: ``(C,)``, the same with the new rows.
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
    prior: float = PRIOR,
    **options: Any,
) -> Finetuned:
    """Fine-tune each class of a head, and keep the step that promises most on held-out images.

    This is https://arxiv.org/abs/2401.16991, except for the choice of the step (:func:`promise`).
    With ``prior=0`` it is the paper's choice, the best step of each class by itself. A class stays
    as it is if it lacks a known positive or negative among the training or the held-out images, or
    if no step promises a gain.

    Args:
        rows: ``(C, D + 1)`` weights and biases.
        train: Training images.
        held_out: Images that were not trained on.
        method: ``'gradient'`` or ``'genetic'``.
        steps: The most steps of a class.
        patience: A class stops after this many steps without an improvement.
        prior: The weight of the mean of all classes, see :func:`promise`.
        **options: Of the optimizer.
    """
    before = average_precision(held_out.features @ rows.T, held_out.labels)
    possible = train.has_both() & held_out.has_both()
    found = Finetuned(rows.clone(), possible.long() - 1, before, before.clone())
    make, classes = OPTIMIZERS[method], possible.nonzero().flatten()
    size = max(1, _CHUNK // (make.copies * max(train.features.shape)))
    parts = [
        (make(rows[some], train.of(some), some, **options), held_out.labels[:, some])
        for some in classes.split(size)
    ]
    fewer = held_out.of(classes).fewer()
    best = torch.zeros_like(before[classes])
    for step in range(1, steps + 1):
        running = step - found.step[classes] <= patience
        if not running.any():
            break
        proposed = [optimizer.step() for optimizer, _ in parts]
        value = torch.cat(
            [
                average_precision(held_out.features @ new.T, labels)
                for new, (_, labels) in zip(proposed, parts, strict=True)
            ]
        )
        promised = promise(value - before[classes], fewer, prior)
        better = running & (promised > best)
        changed = classes[better]
        best[better], found.step[changed] = promised[better], step
        found.rows[changed], found.after[changed] = torch.cat(proposed)[better], value[better]
    return found


def promise(gain: Tensor, labels: Tensor, prior: float) -> Tensor:
    """The gain that a step promises to each class: its own, pulled towards the gain of all classes.

    With few labels, the gain of a class is largely chance, and the best of many steps is the
    luckiest. The mean of all classes is steadier. The gain of a class with ``prior`` labels is
    pulled half of the way to one standard error below that mean, so that a mean gain by chance
    changes no class.

    Args:
        gain: ``(C,)`` gains in average precision on held-out images.
        labels: ``(C,)``, held-out positives or negatives, whichever are fewer.
        prior: The weight of the mean, in labels.

    >>> promise(torch.tensor([0.3, 0.1, -0.1]), torch.tensor([1, 30, 90]), 30)
    tensor([ 0.0152,  0.0529, -0.0736])
    """
    error = gain.std(correction=0) / len(gain) ** 0.5
    return (labels * gain + prior * (gain.mean() - error)) / (labels + prior)
