"""The base of all losses for partial labels."""

from dataclasses import replace
from typing import ClassVar

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor, nn

from ...labels import LabelBatch, TrainingLabels

AVERAGES = ("image", "known", "element", "sum")


class PartialLoss(nn.Module):
    """Base of losses that know about unknown labels.

    A subclass implements :meth:`compute`, which turns logits and a
    :class:`~mmpartial.labels.LabelBatch` into one scalar. A loss that needs facts about the
    training labels takes them in :meth:`setup`. If it keeps state between steps, ``remembered``
    names it. :class:`mmpartial.LossMemoryHook` calls ``setup``, and saves and restores the state.
    The numbers in ``diagnostics`` are logged and never added to the loss.

    Args:
        average: The divisor of the sum over elements, which differs between papers: ``'image'``,
            the number of images; ``'known'``, the number of known labels (at least 1);
            ``'element'``, the number of images times classes; ``'sum'``, 1. All processes are
            counted together, so that the gradient does not depend on their number.

    Attributes:
        remembered: Names of the attributes that a checkpoint holds and a resumed run restores.
            They are the same on all processes, except for beta with ``ratio_sync=False``.
        samples_unknown: Whether the loss can leave out unknown labels (q-sampling).
        samples_classes: Whether the loss can be computed on drawn classes (``labels.draw``), with
            the loss of all classes as its expectation. For this, it has to be a sum over classes,
            and numbers that it keeps for each class have to be picked by the draw.
        table_hook: The hook whose table of labels the loss understands; None for any hook.
        needs_hook: The hook without which the loss would be another method, or None.
        exact_gradient: False if the method stops gradients inside of its value, as with a
            detached focusing factor.
        per_batch: True if the loss changes when two processes get half of the batch each.
        uses_length: True if the loss in an epoch depends on the number of epochs of the run.
        least_images: The smallest batch that the loss can take.
    """

    remembered: tuple[str, ...] = ()
    samples_unknown: bool = True
    samples_classes: bool = False
    table_hook: ClassVar[str | None] = None
    needs_hook: str | None = None
    exact_gradient: bool = True
    per_batch: bool = False
    uses_length: bool = False
    least_images: ClassVar[int] = 1

    def __init__(self, average: str = "element") -> None:
        super().__init__()
        if average not in AVERAGES:
            raise ValueError(f"average={average!r}: choose one of {', '.join(AVERAGES)}.")
        self.average = average
        self.diagnostics: dict[str, Tensor] = {}

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """The loss, a scalar, of ``(N, C)`` logits in float32 or float64."""
        raise NotImplementedError(f"{type(self).__name__} has no compute(logits, labels).")

    def posterior(self, logits: Tensor) -> Tensor:
        """Probabilities of logits, without the effect of the loss's own weights."""
        return logits.sigmoid()

    def log_odds(self, logits: Tensor) -> Tensor:
        """Log odds of the probabilities that heads predict without a calibration.

        They are the logits, unless the method itself defines another function from logits to
        probabilities.
        """
        return logits

    def untilted(self, logits: Tensor) -> Tensor:
        """Log odds without the effect of the loss's own weights, strictly increasing.

        They have the same order as the logits, and calibration starts from them.
        """
        return logits

    def prior_logits(self, done: float) -> Tensor:
        """Logits ``(C,)`` with the smallest loss for a model that does not look at images.

        Args:
            done: Share of the training that is done, in [0, 1].

        Raises:
            ValueError: The loss has none, or was not set up.
        """
        raise ValueError(
            f"{type(self).__name__} does not say where biases should start: take PriorBiasHook "
            "out of custom_hooks."
        )

    def setup(self, dataset: TrainingLabels) -> None:
        """Take facts of the training labels, before a resumed run restores ``remembered``."""

    def not_set_up(self, missing: str, argument: str | None = None) -> ValueError:
        """The error if :meth:`setup`, which takes facts from the dataset, was not called."""
        other = f", or give the loss {argument}" if argument else ""
        return ValueError(
            f"{type(self).__name__} has no {missing}: add dict(type='mmpartial.LossMemoryHook') to "
            "default_hooks (configs/_base_/default_runtime.py has it) and wrap the training "
            f"dataset in mmpartial.PartialLabelDataset{other}."
        )

    def reduce(self, total: Tensor, labels: LabelBatch) -> Tensor:
        """Divide a sum over the elements of a batch as ``average`` says."""
        if self.average == "sum":  # DDP averages the gradients of the processes
            return total * get_world_size() if get_world_size() > 1 else total
        if self.average == "known":
            known = labels.known.sum().to(total.dtype)
            return total / mean_of_processes(known).clamp(min=1 / get_world_size())
        count = len(labels.target) * (labels.num_classes if self.average == "element" else 1)
        return total / max(1, count)

    def forward(
        self, cls_score: Tensor, labels: LabelBatch | Tensor, avg_factor: float | None = None
    ) -> Tensor:
        """Compute the loss.

        Args:
            cls_score: ``(N, C)`` logits. Half precision is computed in float32.
            labels: The batch's labels. A plain ``(N, C)`` target, as MMPretrain's own heads
                pass it, means that all unknown entries count and nothing is remembered.
            avg_factor: Ignored; stock heads pass it.

        Raises:
            ValueError: The head and the labels have different numbers of classes.
        """
        if isinstance(labels, Tensor):
            labels = LabelBatch.from_target(labels)
        if cls_score.shape != labels.target.shape:
            raise ValueError(
                f"the head gives {tuple(cls_score.shape)} scores but the labels are "
                f"{tuple(labels.target.shape)}: set model.head.num_classes="
                f"{labels.target.shape[-1]}, the dataset's number of classes."
            )
        cls_score = cls_score.to(torch.promote_types(cls_score.dtype, torch.float32))
        if labels.target.dtype != cls_score.dtype:
            labels = replace(labels, target=labels.target.to(cls_score.dtype))
        with torch.autocast(cls_score.device.type, enabled=False):
            return self.compute(cls_score, labels)


def mean_of_processes(value: Tensor) -> Tensor:
    """The mean of a tensor over all processes, with the gradient of this process's share."""
    if get_world_size() == 1:
        return value
    mean = value.detach().clone()
    all_reduce(mean, "mean")
    return value + (mean - value.detach())


def losses_of(model: nn.Module) -> list[PartialLoss]:
    """All losses for partial labels in a model, those inside others as well."""
    return [module for module in model.modules() if isinstance(module, PartialLoss)]
