"""Computes only some of the classes without a known label, drawn anew in each step."""

from typing import Any

import torch
import torch.nn.functional as F
from mmpretrain.structures import DataSample
from torch import Tensor, nn

from ...labels import ClassDraw
from ...memory.base import HeadOutput
from ...progress import Progress
from .q_sampling_mixin import QSamplingMixin
from .unknown_sampling import sample_unknown


def draw_classes(known: Tensor, q: float, *key: int) -> ClassDraw:
    """Take all known classes, and draw k = max(1, floor(q n + 1/2)) of the n others.

    Each of the k drawn classes weighs n / k, so that the expected sum is the sum over all classes.

    Args:
        known: ``(C,)`` bool, the classes with a known label in the batch.
        q: Share in (0, 1].
        *key: Integers from which the draw follows.
    """
    chosen = sample_unknown(~known[None], q, *key)[0]
    classes = (known | chosen).nonzero().flatten()
    others = (~known).sum() / chosen.sum().clamp(min=1)
    return ClassDraw(classes, torch.where(known[classes], 1.0, others), len(known))


class ClassSamplingMixin(QSamplingMixin):
    """A linear head that can compute some of the classes, with ``q_sampling='classes'``.

    In each step, the head computes the logits of the classes that have a known label in the batch,
    and of k = max(1, round(q n)) of the n others, which are drawn for the whole batch. Each drawn
    class stands for n / k classes, so the expected loss and gradient are those of all classes. Time
    and memory of the layer and the loss fall with the number of logits. Labels and pseudo labels
    are still looked up for all classes, but only the pseudo labels of computed classes change.

    The draw is a pure function of (seed, iteration, class) and of the classes with a known label.
    Processes draw for their own batches. Prediction computes all classes.

    Raises:
        ValueError: The loss is not a sum over classes, or the memory needs all logits.
    """

    q_samplings = (*QSamplingMixin.q_samplings, "classes")
    fc: nn.Linear

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.q_sampling == "classes" and not self.loss_module.samples_classes:
            raise ValueError(
                f"{type(self.loss_module).__name__} with these options needs the logits of all "
                "classes: set model.head.q_sampling='exact'."
            )

    def loss(
        self, feats: tuple[Tensor, ...], data_samples: list[DataSample], **kwargs: Any
    ) -> dict[str, Tensor]:
        """The loss of a training batch and its diagnostics."""
        progress = Progress.current()
        q = self.q_schedule(progress)
        if self.q_sampling != "classes" or q == 1:
            return super().loss(feats, data_samples, **kwargs)  # type: ignore[misc]
        if self.memory is not None and not self.memory.takes_draws:
            raise ValueError(
                f"{type(self.memory).__name__} remembers the logits of all classes: set "
                "model.head.q_sampling='exact'."
            )
        labels = self.label_batch(data_samples)
        draw = draw_classes(labels.known.any(0), q, self.seed, progress.step)
        weight, bias = (
            part.index_select(0, draw.classes) for part in (self.fc.weight, self.fc.bias)
        )
        cls_score = F.linear(self.pre_logits(feats), weight, bias)  # type: ignore[attr-defined]
        self.output = HeadOutput(labels, _all_classes(cls_score.detach(), draw), draw)
        return self.loss_of(cls_score, labels.of_classes(draw), **kwargs)


def _all_classes(cls_score: Tensor, draw: ClassDraw) -> Tensor:
    """Logits of all classes, 0 where they were not computed."""
    scores = cls_score.new_zeros(len(cls_score), draw.total)
    return scores.index_copy_(1, draw.classes, cls_score)
