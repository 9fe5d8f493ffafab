"""Compares pseudo labels with the labels that a setting has hidden."""

from typing import Any

import numpy as np
import torch
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner

from ...datasets import PartialLabelDataset, find_partial
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...memory.base import LabelMemory
from ...models.heads import QSamplingMixin
from ...progress import pass_length
from ...registry import HOOKS
from ...utils.log import note

_IMAGES = 10_000  # images in a mean; more would take time and hardly change the mean
_BLOCK = 2**22  # labels that are looked up at a time


@HOOKS.register_module()
class HiddenLabelHook(Hook):
    """Log the mean pseudo label of hidden positives and of hidden negatives after each epoch.

    A setting such as PAL hides labels that are known, so one can see whether pseudo labels become
    right. No method sees the hidden labels. ``hidden_positives`` and ``hidden_negatives`` go to
    MMEngine's vis backends and into the log. They are means over at most 10,000 images. A run that
    hides nothing, or has no pseudo labels, logs nothing.
    """

    priority = "LOW"  # after the hook that moves the pseudo labels

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Log the means where a pass over the data ends."""
        done, length = runner.iter + 1, pass_length(runner)
        if done % length or not is_main_process():
            return
        dataset = find_partial(runner.train_dataloader.dataset)
        heads = [m for m in runner.model.modules() if isinstance(m, QSamplingMixin)]
        memory = next((head.memory for head in heads if head.memory is not None), None)
        if dataset is None or memory is None or dataset.full_labels is dataset.labels:
            return
        found = means_of_hidden(memory, dataset)
        if found:
            epochs = isinstance(runner.train_loop, EpochBasedTrainLoop)
            step = done // length if epochs else done  # as MMEngine counts evaluations
            runner.visualizer.add_scalars(found, step=step)
            text = ", ".join(f"{name} {value:.3f}" for name, value in found.items())
            note(f"mean pseudo labels: {text}")


def means_of_hidden(memory: LabelMemory, dataset: PartialLabelDataset) -> dict[str, float]:
    """The mean pseudo labels of hidden positives and negatives; no entry if none is hidden.

    Args:
        memory: The pseudo labels; NaN where there is none yet.
        dataset: The training images.
    """
    images = dataset.num_rows
    rows = np.linspace(0, images - 1, min(_IMAGES, images)).astype(int)
    names = {POSITIVE: "hidden_positives", NEGATIVE: "hidden_negatives"}
    sums, numbers = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0)
    step = max(1, _BLOCK // dataset.labels.shape[1])
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        pseudo = memory.lookup(torch.from_numpy(part)).cpu().numpy()
        truth = np.where(dataset.labels[part] == UNKNOWN, dataset.full_labels[part], UNKNOWN)
        for state in names:
            values = pseudo[(truth == state) & np.isfinite(pseudo)]
            sums[state] += float(values.sum(dtype=float))
            numbers[state] += len(values)
    return {names[s]: sums[s] / numbers[s] for s in names if numbers[s]}
