"""Soft pseudo labels that follow the model's predictions."""

import os
from collections.abc import Sequence
from typing import Any

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.pseudo_labels import UPDATES, PseudoLabels
from ...registry import HOOKS
from .label_memory_hook import LabelMemoryHook


@HOOKS.register_module()
class PseudoLabelHook(LabelMemoryHook):
    """Give the head :class:`~mmpartial.memory.pseudo_labels.PseudoLabels`.

    The defaults are our reading of equation (5) of https://arxiv.org/abs/2308.00166: all unknown
    labels of an image take the prediction just made of it, from the augmented view and before the
    optimizer's step. They are first used at the image's next visit. Known labels never change.

    Args:
        init: Start value of all pseudo labels.
        momentum: Share of the old value that stays at an update.
        warmup: Epochs without updates.
        update: ``'visit'`` at each visit; ``'epoch'`` by an extra pass over the training images
            in evaluation mode after each epoch; ``'never'``. Under an iteration-based loop an
            epoch is one pass over the data.
        debias: Store the loss's ``posterior`` of the logits instead of their sigmoid: the
            probability without the effect of the loss's weights and smoothing in the last step.
        pipeline: Transforms of the extra pass. None takes the training pipeline.
        dtype: ``'float16'`` or ``'uint8'``.
        path: Keep the table in a memory-mapped file of this name (relative to the work_dir)
            instead of RAM. Checkpoints then refer to a copy beside them, with a checksum. The
            copy is deleted with the last of this run's checkpoints that refer to it.

    Raises:
        ValueError: The model has no head of mmpartial, or the training dataset is not in a
            :class:`mmpartial.PartialLabelDataset`.
    """

    def __init__(
        self,
        init: float = 0.5,
        momentum: float = 0.0,
        warmup: int = 0,
        update: str = "visit",
        debias: bool = False,
        pipeline: Sequence[dict] | None = None,
        dtype: str = "float16",
        path: str | None = None,
    ):
        if update not in UPDATES:
            raise ValueError(f"update={update!r}: choose one of {', '.join(UPDATES)}.")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum={momentum} is outside [0, 1): it is a share of the old.")
        self.options: dict[str, Any] = dict(
            momentum=momentum, warmup=warmup, update=update, debias=debias
        )
        self.init, self.pipeline, self.dtype, self.path = init, pipeline, dtype, path

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> PseudoLabels:
        """A table that starts at ``init``."""
        return PseudoLabels(
            dataset.num_rows,
            len(dataset.metainfo["classes"]),
            dataset.fingerprint,
            self.init,
            self.dtype,
            path=None if self.path is None else os.path.join(runner.work_dir, self.path),
            reuse=runner.iter > 0,
            work_dir=runner.work_dir,
            **self.options,
        )
