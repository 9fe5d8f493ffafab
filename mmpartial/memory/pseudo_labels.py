"""Soft pseudo labels that follow the model's predictions."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from ..labels import is_unknown
from .base import HeadOutput
from .label_table import LabelTable
from .top_table import TopTable

UPDATES = ("visit", "epoch", "never")


class FollowPredictions:
    """Makes a table follow the predictions of unknown labels; known labels never change.

    See :class:`mmpartial.PseudoLabelHook` for ``momentum``, ``warmup``, ``update``, ``debias`` and
    ``hard``.
    """

    takes_draws = True
    move_parts: Callable[..., None]

    def __init__(
        self,
        *table: Any,
        momentum: float = 0.0,
        warmup: int = 0,
        update: str = "visit",
        debias: bool = False,
        hard: bool = False,
        **options: Any,
    ):
        super().__init__(*table, **options)
        self.momentum, self.warmup, self.when = momentum, warmup, update
        self.debias, self.hard = debias, hard

    def update(self, output: HeadOutput, loss: Any, epoch: int, lr: float) -> None:
        """Move the unknown entries of this step's images."""
        if self.when == "visit" and epoch >= self.warmup:
            self._follow(output, loss, epoch)

    def end_epoch(self, predict: Callable[[], Iterable[HeadOutput]], loss: Any, epoch: int) -> None:
        """Move the unknown entries of all images, if it is time to."""
        if self.when == "epoch" and epoch >= self.warmup:
            for output in predict():
                self._follow(output, loss, epoch)

    def _follow(self, output: HeadOutput, loss: Any, epoch: int) -> None:
        row = output.labels.row
        assert row is not None
        parts = partial(self._predicted, output, loss)
        self.move_parts(row, parts, output.logits.device, self.momentum, epoch)

    def _predicted(self, output: HeadOutput, loss: Any, images: slice) -> tuple[Tensor, Tensor]:
        """Probabilities of some images, and whether the table follows each of them."""
        labels, logits = output.labels.of_images(images), output.logits[images].float()
        prob = loss.posterior(logits) if self.debias else loss.log_odds(logits).sigmoid()
        if self.hard:
            prob = (prob > 0.5).to(prob.dtype)
        unknown = labels.selected if labels.all_selected else is_unknown(labels.target)
        if output.draw is not None:
            computed = torch.zeros_like(unknown)
            computed[:, output.draw.classes] = True
            unknown = unknown & computed
        return prob, unknown


class PseudoLabels(FollowPredictions, LabelTable):
    """The pseudo labels of all unknown labels."""


class TopPseudoLabels(FollowPredictions, TopTable):
    """The largest pseudo labels of each image; the others are 0."""
