"""The wrapper that makes the labels of any multi-label dataset partial."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.dataset import ClassBalancedDataset, Compose, force_full_init
from mmengine.logging import print_log

from ..labels import POSITIVE
from ..registry import DATASETS
from ..utils.local_seed import EpochClock
from ..utils.nested import leaf, walk
from .hiding.hide import check_rule, hide, read_full
from .hiding.hold_out import check_part, in_part
from .kept_samples import KeptSamples
from .known_labels import KnownLabelsMixin
from .transforms.pipeline import run_pipeline
from .transforms.unreadable import SkippedImages, UnreadableImage, check_unreadable


@DATASETS.register_module()
class PartialLabelDataset(KnownLabelsMixin):
    """Hide labels of a multi-label dataset, once and reproducibly.

    It wraps a stock or own multi-label dataset, or a Concat, Repeat or KFold of them, runs
    that dataset's own pipeline, and replaces its labels by ``gt_score`` with 1 (positive),
    0 (negative) and -1 (unknown). Which labels are hidden depends on the seed, the image's id
    (its ``img_id``, or its path below the image folder) and the class alone (exact shares, such
    as ``granularity='image'``, also on what they are shares of): it is the same on every worker,
    rank, machine and after every restart, and the hash in the log says so.

    With ``held_out``, each image is of one of two parts, by its id and the seed alone: that many of
    all are held out, about, and the rest is for training. Labels are hidden before, in all images
    together, so that an image's labels are the same with and without the parts (and exact shares,
    such as FPC's n, are those of both parts together).

    While a :class:`mmpartial.ReproducibleHook` tells it the epoch, the random augmentation of a
    sample depends on (seed, epoch, index) alone as well.

    Args:
        dataset: The dataset or its config.
        setting: ``'FAL'``, ``'PAL'``, ``'PPL'``, ``'SPL'`` or another of
            :mod:`mmpartial.datasets.settings`, or None for data that is partial by nature:
            items with ``gt_label`` and ``gt_label_neg``, or ``gt_score`` with -1.
        seed: Seed of the draw.
        mask_file: Take the known labels from a file instead of a setting: one of
            :meth:`save_mask` (``.npz``), or a published one (see
            :mod:`mmpartial.datasets.hiding.published_masks`).
        lazy_init: Do not load annotations yet.
        held_out: Share of the images that are held out of training, in [0, 1).
        part: ``'train'`` or ``'held_out'``, the images that this dataset has.
        pipeline: Transforms in place of the wrapped dataset's own.
        unreadable: What becomes of an image that cannot be read: ``'error'`` names it, ``'skip'``
            logs it and takes the next one that can be read, always the same, with its own labels.
        **options: Options of the setting, such as ``ratio=0.6``. None means not given.

    Attributes:
        labels: A :class:`mmpartial.labels.matrix.LabelMatrix`, what is known of each image.
        full_counts: ``(L,)``, positives of each class before labels were hidden, which say what
            is a head and what a tail class; methods get to see those of ``labels`` alone.

    Raises:
        ValueError: A setting, option, label or image that does not fit; each message says what.
    """

    def __init__(
        self,
        dataset: Any,
        setting: str | None = None,
        seed: int = 0,
        mask_file: str | None = None,
        lazy_init: bool = False,
        held_out: float = 0.0,
        part: str = "train",
        pipeline: Sequence[dict] | None = None,
        unreadable: str = "error",
        **options: Any,
    ):
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        self.setting, self.seed, self.mask_file = setting, seed, mask_file
        self.held_out, self.part, self.unreadable = held_out, part, unreadable
        self.options = {k: v for k, v in options.items() if v is not None}
        self._check_arguments()
        self._clock, self._kept = EpochClock(), KeptSamples()
        self.pipeline = None if pipeline is None else Compose(list(pipeline))
        self._fully_initialized = False
        if not lazy_init:
            self.full_init()

    def _check_arguments(self) -> None:
        check_rule(self.setting, self.mask_file, self.options)
        check_part(self.held_out, self.part)
        check_unreadable(self.unreadable, self.part)
        for inner in walk(self.dataset):
            if isinstance(inner, ClassBalancedDataset):
                raise ValueError(
                    "ClassBalancedDataset inside PartialLabelDataset would repeat images by labels "
                    "that are hidden: put it around PartialLabelDataset."
                )
            if isinstance(inner, PartialLabelDataset):
                raise ValueError("PartialLabelDataset inside PartialLabelDataset: use one of them.")

    def full_init(self) -> None:
        """Load the annotations, draw once, and log what remains."""
        if self._fully_initialized:
            return
        self.dataset.full_init()
        self._metainfo = self.dataset.metainfo
        source = read_full(self.dataset, self.setting is None and self.mask_file is None)
        self._row = source.image  # of a sample of the wrapped dataset
        self._base: Sequence[int] | np.ndarray = range(len(self._row))  # the samples, there
        full = source.annotations
        self.annotations = hide(full, self.setting, self.mask_file, self.seed, self.options)
        if self.held_out:
            mine = in_part(full, self.held_out, self.part, self.seed)
            samples = np.asarray(source.image)
            self._row, self._base = (np.cumsum(mine) - 1)[samples], np.flatnonzero(mine[samples])
            rows = np.flatnonzero(mine)
            full, self.annotations = full.take(rows), self.annotations.take(rows)
        self.full_counts = full.labels.count(POSITIVE)
        self.labels = self.annotations.labels
        self.skipped = SkippedImages(len(self.annotations))
        self._fully_initialized = True
        print_log(self.summary(), logger="current")

    @force_full_init
    def __len__(self) -> int:
        return len(self._base)

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The wrapped dataset's record with ``gt_score`` (L,) int8 and ``row``."""
        base = int(self._base[idx])
        info, row = self.dataset.get_data_info(base), int(self._row[base])
        info = {k: v for k, v in info.items() if k not in ("gt_label", "gt_label_neg")}
        return dict(info, gt_score=self.labels[row], row=row)

    @force_full_init
    def get_subset(self, indices: Sequence[int]) -> "PartialLabelDataset":
        """The samples at ``indices`` with the same labels and rows (KFoldDataset calls it)."""
        other = copy.copy(self)
        other._base = np.asarray(self._base)[np.asarray(indices)]
        return other

    def with_pipeline(self, transforms: Sequence[dict]) -> "PartialLabelDataset":
        """The same samples through another pipeline."""
        other = copy.copy(self)
        other.pipeline, other._kept = Compose(list(transforms)), KeptSamples()
        return other

    def at_epoch(self, epoch: int, seed: int) -> "PartialLabelDataset":
        """The same samples with augmentation that depends on (seed, epoch, index) alone."""
        other = copy.copy(self)
        other._clock = EpochClock(epoch, seed)
        return other

    def set_epoch(self, epoch: int, seed: int) -> None:
        """Make augmentation a function of (seed, epoch, index) from now on."""
        self._clock.set(epoch, seed)

    def __getitem__(self, idx: int) -> dict:
        return self.__getitems__([idx])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict]:
        """The samples of a batch, which PyTorch's loader asks for at once."""
        with self._clock.kept_generators():
            return [self._sample(idx) for idx in indices]

    @force_full_init
    def _sample(self, idx: int) -> dict:
        for tried in range(len(self)):
            number = (idx + tried) % len(self)
            if kept := self._kept.get(int(self._base[number])):
                return kept
            info = self.get_data_info(number)
            try:
                return self._through_pipeline(info, number)
            except UnreadableImage as error:
                if self.unreadable == "error":
                    raise
                self.skipped.add(info["row"], error)
        raise UnreadableImage(f"none of the {len(self)} images can be read: look at the log.")

    def _through_pipeline(self, info: dict, idx: int) -> dict:
        row, base = info["row"], int(self._base[idx])
        dataset, _ = leaf(self.dataset, base)
        self._clock.seed_generators(idx)
        sample = run_pipeline(self.pipeline or dataset.pipeline, info)
        packed = sample.get("data_samples", [])  # several in test-time augmentation
        for data_sample in packed if isinstance(packed, list) else [packed]:
            data_sample.set_field(row, "row", field_type="metainfo")
        self._kept.keep(base, sample, dataset)
        return sample


def find_partial(dataset: Any) -> PartialLabelDataset | None:
    """The PartialLabelDataset in a nest of datasets, or None."""
    return next((d for d in walk(dataset) if isinstance(d, PartialLabelDataset)), None)
