"""A wrapper around a dataset that makes its samples the same way in every process."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.dataset import Compose, force_full_init

from ..registry import DATASETS
from ..utils.local_seed import EpochClock
from ..utils.nested import leaf
from .transforms.pipeline import run_pipeline
from .transforms.unreadable import SkippedImages, UnreadableImage

_KEPT = ("row", "group_id", "group")  # parts of a record that the sample has as well


class DatasetWrapper:
    """The samples of another dataset, with reproducible augmentation.

    Once :class:`mmpartial.ReproducibleHook` sets the epoch, the random augmentation of a sample
    depends on seed, epoch and index alone.

    A subclass loads the annotations in ``full_init``, which sets ``_base`` and ``skipped``, and
    returns the record of a sample from ``get_data_info``.

    Args:
        dataset: The dataset or its config.
        pipeline: Transforms in place of the dataset's own.
        unreadable: ``'error'`` stops at an image that cannot be read, ``'skip'`` logs it and takes
            the next one that can be read.

    Attributes:
        skipped: The images that were skipped.
    """

    skipped: SkippedImages
    _base: Sequence[int] | np.ndarray  # the index of each sample in the wrapped dataset

    def __init__(self, dataset: Any, pipeline: Sequence[dict] | None, unreadable: str):
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        self.pipeline = None if pipeline is None else Compose(list(pipeline))
        self.unreadable = unreadable
        self._clock = EpochClock()
        self._kept: dict[int, dict] = {}  # samples that never change, by their index in `dataset`
        self._fully_initialized = False

    def full_init(self) -> None:
        """Load the annotations."""
        raise NotImplementedError

    def get_data_info(self, idx: int) -> dict:
        """The record of a sample, with ``row``, the number of its image."""
        raise NotImplementedError

    @force_full_init
    def __len__(self) -> int:
        return len(self._base)

    @force_full_init
    def get_subset(self, indices: Sequence[int]) -> Any:
        """The samples at ``indices`` with the same labels and rows (KFoldDataset calls it)."""
        other = copy.copy(self)
        other._base = np.asarray(self._base)[np.asarray(indices)]
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
        return self.__getitems__([idx])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict]:
        """The samples of a batch; PyTorch's loader asks for them together."""
        with self._clock.kept_generators():
            return [self._sample(idx) for idx in indices]

    @force_full_init
    def _sample(self, idx: int) -> dict:
        for tried in range(len(self)):
            number = (idx + tried) % len(self)
            if kept := self._kept.get(int(self._base[number])):
                return dict(kept)
            info = self.get_data_info(number)
            try:
                return self._through_pipeline(info, number)
            except UnreadableImage as error:
                if self.unreadable == "error":
                    raise
                self.skipped.add(info["row"], error)
        raise UnreadableImage(f"none of the {len(self)} images can be read: look at the log.")

    def _through_pipeline(self, info: dict, idx: int) -> dict:
        kept = {key: info[key] for key in _KEPT if key in info}
        base = int(self._base[idx])
        dataset, _ = leaf(self.dataset, base)
        self._clock.seed_generators(idx)
        sample = run_pipeline(self.pipeline or dataset.pipeline, info)
        packed = sample.get("data_samples", [])  # several in test-time augmentation
        for data_sample in packed if isinstance(packed, list) else [packed]:
            for key, value in kept.items():
                data_sample.set_field(value, key, field_type="metainfo")
        if getattr(dataset, "same_samples", False):  # 50 us each, more than a linear layer's step
            self._kept[base] = dict(sample)
        return sample
