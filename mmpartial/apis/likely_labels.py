"""Probabilities of the unknown training labels of a run, from the method or from classifiers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mmengine.registry import init_default_scope

from ..datasets import PartialLabelDataset, find_partial
from ..labels import UNKNOWN
from ..labels.annotations import Annotations
from ..memory.stored_numbers import stored_numbers
from ..registry import DATASETS
from .model import read_trained
from .moved_data import data_of
from .training_features import Source, training_features

_KEY = "pseudo_labels"
Found = tuple[np.ndarray, np.ndarray, np.ndarray]
Probability = Callable[[np.ndarray], np.ndarray]


@dataclass
class LikelyLabels:
    """The unknown labels of a run's training images, with probabilities.

    Attributes:
        dataset: The training images.
        annotations: The images and their known labels.
        source: ``"method"`` if the method remembers the probabilities. ``"folds"`` if they come
            from classifiers on the run's features that were fitted to other images, and ``"folds on
            trained features"`` if the network that computed these features was trained on the
            labels.
        epoch: The epochs of the checkpoint.
        probability: Takes consecutive numbers of images and gives ``(n, C)``.
    """

    dataset: PartialLabelDataset
    annotations: Annotations
    source: str
    epoch: int
    probability: Probability

    def blocks(self, least: float) -> Iterator[Found]:
        """Image, class and probability of the labels with at least ``least``, in blocks."""
        labels = self.annotations.labels
        for rows in labels.row_blocks():
            found = self.probability(rows)
            image, cls = np.nonzero((labels[rows] == UNKNOWN) & (found >= least))
            yield rows[image], cls, found[image, cls].astype(np.float32)


def likely_labels(checkpoint: Path, config: Source | None = None) -> LikelyLabels:
    """Find the unknown labels of a run and their probabilities.

    Args:
        checkpoint: A checkpoint of the run.
        config: The config, if it is not the one in the checkpoint.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: The pseudo labels in the checkpoint belong to other images or classes than those
            of the config.
    """
    content, cfg = read_trained(checkpoint, config)
    epoch = int((content.get("meta") or {}).get("epoch") or 0)
    state = content.get(_KEY) or {}
    if not {"logits", "values", "file"} & {*state}:
        found = training_features(checkpoint, cfg)
        heads = found.out_of_fold()
        source = "folds on trained features" if found.trained else "folds"
        return LikelyLabels(
            found.dataset, found.annotations, source, epoch,
            lambda rows: heads.logits(rows).sigmoid().numpy(),
        )  # fmt: skip
    init_default_scope("mmpretrain")
    with data_of(checkpoint, config):
        dataset = find_partial(DATASETS.build(cfg.train_dataloader.dataset))
    if dataset is None or dataset.fingerprint != state["owner"]:
        raise ValueError(
            f"the pseudo labels of {checkpoint} belong to other images or classes than those of "
            "the config's train_dataloader: give the label file of that run."
        )
    remembered = _remembered(state, checkpoint.parent)
    return LikelyLabels(dataset, dataset.annotations, "method", epoch, remembered)


def _remembered(state: dict, folder: Path) -> Probability:
    """The probabilities that the method remembers."""
    if "logits" in state:  # the estimates of ROLE
        logits = state["logits"]
        return lambda rows: logits[_slice(rows)].float().sigmoid().numpy()
    numbers = stored_numbers(state, folder)
    return lambda rows: numbers(_slice(rows)).numpy()


def _slice(rows: np.ndarray) -> slice:
    return slice(int(rows[0]), int(rows[-1]) + 1)
