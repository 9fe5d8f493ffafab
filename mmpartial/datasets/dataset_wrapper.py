"""A wrapper around a dataset that makes its samples the same way in every process."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset, Compose, force_full_init

from ..labels.matrix import LabelMatrix
from ..registry import DATASETS
from ..utils.local_seed import EpochClock
from ..utils.nested import leaf, walk
from ..utils.shared_arrays import SharedArrays, share_arrays
from .sample_labels import add_labels, data_samples_in
from .transforms.label_free import is_label_free
from .transforms.pipeline import run_pipeline
from .transforms.unreadable import SkippedImages, UnreadableImage

_KEPT = ("row", "group_id", "group")  # parts of a record that the sample has as well


class DatasetWrapper(SharedArrays):
    """The samples of another dataset, with reproducible augmentation.

    Once :class:`mmpartial.ReproducibleHook` sets the epoch, the random augmentation of a sample
    depends on seed, epoch and index alone.

    A subclass loads the annotations in ``full_init``, which sets ``_base``, ``labels`` and
    ``skipped``, and returns the record of a sample without its labels from ``record``. The labels
    of a batch are gathered together after the pipelines, and stay sparse until they are on a device
    (:class:`mmpartial.labels.sparse_labels.SparseLabels`). A pipeline with a transform that may
    look at ``gt_score`` gets it, dense.

    Args:
        dataset: The dataset or its config.
        pipeline: Transforms in place of the dataset's own.
        unreadable: ``'error'`` stops at an image that cannot be read, ``'skip'`` logs it and takes
            the next one that can be read.

    Attributes:
        skipped: The images that were skipped.
    """

    skipped: SkippedImages
    labels: LabelMatrix
    _base: Sequence[int] | np.ndarray  # the index of each sample in the wrapped dataset
    _row: Sequence[int] | np.ndarray  # of each sample of the wrapped dataset

    def __init__(self, dataset: Any, pipeline: Sequence[dict] | None, unreadable: str):
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        for inside in walk(self.dataset):
            if isinstance(inside, BaseDataset):  # the records of a stock dataset are an array
                share_arrays(type(inside))
        self.pipeline = None if pipeline is None else Compose(list(pipeline))
        self.unreadable = unreadable
        self._clock = EpochClock()
        self._kept: dict[int, tuple] = {}  # samples that never change, by their index in `dataset`
        self._fully_initialized = False

    def full_init(self) -> None:
        """Load the annotations."""
        raise NotImplementedError

    def record(self, idx: int) -> dict:
        """The record of a sample without labels, with ``row``, the number of its image."""
        raise NotImplementedError

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The record of a sample with ``gt_score``, (C,) int8."""
        info = self.record(idx)
        return dict(info, gt_score=self.labels[info["row"]])

    @force_full_init
    def __len__(self) -> int:
        return len(self._base)

    @force_full_init
    def get_subset(self, indices: Sequence[int]) -> Any:
        """The samples at ``indices`` with the same labels and rows (KFoldDataset calls it)."""
        other = copy.copy(self)
        other._base, other._kept = np.asarray(self._base)[np.asarray(indices)], {}
        return other

    def with_pipeline(self, transforms: Sequence[dict]) -> Any:
        """The same samples through another pipeline."""
        other = copy.copy(self)
        other.pipeline, other._kept = Compose(list(transforms)), {}
        return other

    def at_epoch(self, epoch: int, seed: int) -> Any:
        """The same samples with the augmentation of one epoch."""
        other = copy.copy(self)
        other._clock = EpochClock(epoch, seed)
        return other

    def set_epoch(self, epoch: int, seed: int) -> None:
        """Make the augmentation depend on seed, epoch and index from now on."""
        self._clock.set(epoch, seed)

    def __getitem__(self, idx: int) -> dict:
        return self._batch([idx], dense=True)[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict]:
        """The samples of a batch with sparse labels; PyTorch's loader asks for them together."""
        return self._batch(indices, dense=False)

    @force_full_init
    def _batch(self, indices: Sequence[int], dense: bool) -> list[dict]:
        with self._clock.kept_generators():
            found = [self._sample(idx) for idx in indices]
        add_labels([sample for sample, labelled in found if not labelled], self.labels, dense)
        return [sample for sample, _ in found]

    def _sample(self, idx: int) -> tuple[dict, bool]:
        """A sample, and whether it has its labels."""
        total = len(self._base)
        for tried in range(total):
            number = (idx + tried) % total
            base = int(self._base[number])
            if kept := self._kept.get(base):
                return dict(kept[0]), kept[1]
            info = self.record(number)
            try:
                return self._through_pipeline(info, number, base)
            except UnreadableImage as error:
                if self.unreadable == "error":
                    raise
                self.skipped.add(info["row"], error)
        raise UnreadableImage(f"none of the {total} images can be read: look at the log.")

    def _through_pipeline(self, info: dict, idx: int, base: int) -> tuple[dict, bool]:
        kept = {key: info[key] for key in _KEPT if key in info}
        dataset, inner = leaf(self.dataset, base)
        pipeline = self.pipeline or (
            dataset.pipeline_of(inner) if hasattr(dataset, "pipeline_of") else dataset.pipeline
        )
        labelled = not is_label_free(pipeline)
        if labelled:
            info["gt_score"] = self.labels[info["row"]]
        self._clock.seed_generators(idx)
        sample = run_pipeline(pipeline, info)
        for data_sample in data_samples_in(sample):
            for key, value in kept.items():
                data_sample.set_field(value, key, field_type="metainfo")
        if getattr(dataset, "same_samples", False):  # 50 us each, more than a linear layer's step
            self._kept[base] = dict(sample), labelled
        return sample, labelled
