"""Soft pseudo labels that follow the model's predictions."""

import os
from collections.abc import Sequence
from typing import Any

from mmengine.runner import Runner

from ...datasets import PartialLabelDataset
from ...memory.pseudo_labels import UPDATES, PseudoLabels, TopPseudoLabels
from ...memory.this_machine import this_machine
from ...registry import HOOKS
from ...utils.log import note
from .label_memory_hook import LabelMemoryHook
from .pseudo_label_choice import ALL, choose, size_of


@HOOKS.register_module()
class PseudoLabelHook(LabelMemoryHook):
    """Give the head :class:`~mmpartial.memory.pseudo_labels.PseudoLabels`.

    The defaults are our reading of equation (5) of https://arxiv.org/abs/2308.00166. At each visit
    of an image, its unknown labels take the prediction of this step, made from the augmented view
    and before the optimizer's step. The loss uses them at the image's next visit, because a
    prediction teaches nothing as the target of its own step. Known labels never change.

    If all pseudo labels would take more than a quarter of the machine's memory, the hook keeps the
    64 largest of each image, in a memory-mapped file. The log has a sentence on it.

    Args:
        init: Start value of all pseudo labels.
        momentum: Share of the old value that stays at an update.
        warmup: Epochs without updates.
        update: ``'visit'``: at each visit; ``'epoch'``: by an extra pass over the training images
            in evaluation mode after each epoch; ``'never'``. In an iteration-based loop, an epoch
            is one pass over the data.
        debias: Store the loss's ``posterior`` of the logits instead of the head's prediction: the
            probability without the effect of the loss's weights and smoothing in the last step.
        hard: Store 1 for a prediction above 1/2, and 0 for others. The paper does not say whether
            pseudo labels are hard or soft; the default is soft.
        pipeline: Transforms of the extra pass. None takes the training pipeline.
        dtype: ``'float16'`` or ``'uint8'``, if all pseudo labels are kept.
        path: Keep the table in a memory-mapped file of this name (relative to the work_dir)
            instead of RAM, one for each machine. Checkpoints then refer to a copy beside them, with
            a checksum. The copy is deleted when no checkpoint of this run refers to it any more.
        keep: ``'all'``; or a number k, to keep the k largest pseudo labels of each image
            (:class:`~mmpartial.memory.top_table.TopTable`), which needs ``init=0`` and is always in
            a file, by default ``pseudo_labels``; or None, to decide by size.

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
        hard: bool = False,
        pipeline: Sequence[dict] | None = None,
        dtype: str = "float16",
        path: str | None = None,
        keep: int | str | None = None,
    ):
        if update not in UPDATES:
            raise ValueError(f"update={update!r}: choose one of {', '.join(UPDATES)}.")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum={momentum} is outside [0, 1): it is a share of the old.")
        if init is None:
            raise ValueError("init=None: give a number in [0, 1], where pseudo labels start.")
        if keep not in (None, ALL) and not (isinstance(keep, int) and keep >= 1):
            raise ValueError(f"keep={keep!r}: choose 'all', a number of at least 1, or None.")
        self.options: dict[str, Any] = dict(
            momentum=momentum, warmup=warmup, update=update, debias=debias, hard=hard
        )
        self.init, self.pipeline, self.dtype, self.path = init, pipeline, dtype, path
        self.keep = keep

    def make_label_memory(
        self, runner: Runner, dataset: PartialLabelDataset
    ) -> PseudoLabels | TopPseudoLabels:
        """A table that starts at ``init``.

        Raises:
            ValueError: Only the largest are kept, and ``init`` is not 0.
        """
        shape = dataset.labels.shape
        copies = this_machine()[2] if self.path is None else 1
        resumed = (self._loaded or {}).get("keep", ALL) if runner.iter > 0 else None
        keep, reason = choose(self.keep, shape, self.dtype, copies, resumed)
        path = self.path if keep is None else self.path or "pseudo_labels"
        if keep is not None and self.init != 0:
            raise ValueError(
                f"PseudoLabelHook keeps the {keep} largest pseudo labels of each image, {reason}, "
                f"and the others count as 0, but init={self.init}: set init=0, or keep='all'."
            )
        what = f"all {shape[0]} x {shape[1]}" if keep is None else f"the {keep} largest of an image"
        where = "in the memory of each process" if path is None else f"in the file {path}"
        note(f"pseudo labels: {what} ({size_of(keep, shape, self.dtype)}), {where}, {reason}.")
        options = dict(
            self.options,
            path=None if path is None else os.path.join(runner.work_dir, path),
            reuse=runner.iter > 0,
            work_dir=runner.work_dir,
        )
        if keep is not None:
            return TopPseudoLabels(*shape, dataset.fingerprint, keep, **options)
        return PseudoLabels(*shape, dataset.fingerprint, self.init, self.dtype, **options)
