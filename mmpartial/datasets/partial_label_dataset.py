"""The wrapper that makes the labels of any multi-label dataset partial."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.dataset import force_full_init

from ..labels import POSITIVE, UNKNOWN
from ..registry import DATASETS
from ..utils.log import note
from .dataset_wrapper import DatasetWrapper
from .hiding.hide import check_setting, hide
from .hiding.mask_file import load_mask, save_mask
from .hiding.summary import summary_of
from .hold_out import check_part, hold_out
from .records import record_without_labels
from .source import read_source
from .transforms.unreadable import SkippedImages, check_unreadable
from .wrapping_order import check_wrapped


@DATASETS.register_module()
class PartialLabelDataset(DatasetWrapper):
    """Hide labels of a multi-label dataset, once and reproducibly.

    It wraps a dataset, or a Concat, Repeat or KFold of several, runs that dataset's own pipeline,
    and replaces its labels by ``gt_score`` with 1 (positive), 0 (negative) and -1 (unknown).
    Whether a label is hidden depends on the seed, the image's id (its ``img_id``, or its path below
    the image folder) and the class, so every process, also after a restart, hides the same labels.
    The log shows a hash of them. ``held_out`` takes images out of training by their ids and the
    seed, and keeps groups, such as patients, whole; it does not change the labels of an image.

    Args:
        dataset: The dataset or its config.
        setting: ``'FAL'``, ``'PAL'``, ``'PPL'``, ``'SPL'`` or another function of
            ``mmpartial.datasets.settings``. None keeps all labels, for annotations that are
            partial themselves: ``gt_label`` with ``gt_label_neg``, or ``gt_score`` with -1.
        seed: Seed of the draw.
        mask_file: A file that says which labels are known, in place of a setting: one that
            :meth:`save_mask` wrote, or :mod:`~mmpartial.datasets.hiding.published_masks`.
        lazy_init: Do not load annotations yet.
        held_out: Share of the images to hold out of training, in [0, 1).
        part: ``'train'`` or ``'held_out'``, the images that this dataset has.
        pipeline: Transforms in place of the wrapped dataset's own.
        unreadable: ``'error'`` stops at an image that cannot be read and names it; ``'skip'`` logs
            it and takes the next one that can be read, always the same, with its own labels.
        **options: Options of the setting, such as ``ratio=0.6``. None means not given.

    Attributes:
        annotations: The images, their ids, the classes and the known labels.
        labels: The known labels, a :class:`mmpartial.labels.matrix.LabelMatrix`.
        groups: The groups of the images, a :class:`mmpartial.labels.groups.Groups`, or None.
        full_labels: The labels before some of them are hidden, to judge a method.
        full_counts: ``(C,)``, positives of each class in ``full_labels``, for metrics alone.

    Raises:
        ValueError: A setting, option, label or image does not fit.
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
        check_wrapped(dataset)
        super().__init__(dataset, pipeline, unreadable)
        self.setting, self.seed, self.mask_file = setting, seed, mask_file
        self.held_out, self.part = held_out, part
        self.options = {k: v for k, v in options.items() if v is not None}
        check_setting(setting, mask_file, self.options)
        check_part(held_out, part)
        check_unreadable(unreadable, part)
        if not lazy_init:
            self.full_init()

    def full_init(self) -> None:
        """Load the annotations, hide labels, and log the labels that remain."""
        if self._fully_initialized:
            return
        self.dataset.full_init()
        source = read_source(self.dataset)
        full = source.annotations
        if self.mask_file is None:
            known = hide(source, self.setting, self.seed, **self.options)
        else:
            known = full.with_labels(load_mask(self.mask_file, full))
        self._row, self._base = source.image, range(len(source.image))
        self._set_labels(known, full.labels)
        if self.held_out:
            rows = hold_out(full, self.held_out, self.part, self.seed)
            self._base = np.flatnonzero(np.isin(np.asarray(source.image), rows))
            self._take(rows)
        self._fully_initialized = True
        note(self.summary())

    def _set_labels(self, known: Any, full: Any) -> None:
        self.annotations, self.labels, self.groups = known, known.labels, known.groups
        self.full_labels, self.full_counts = full, full.count(POSITIVE)
        self.skipped = SkippedImages(len(known))

    def _take(self, rows: np.ndarray) -> None:
        """Keep the images of these rows, which ascend, and number them anew."""
        self._row = np.asarray(np.searchsorted(rows, np.asarray(self._row)))
        self._set_labels(self.annotations.take(rows), self.full_labels.take(rows))

    @force_full_init
    def get_subset(self, indices: Sequence[int]) -> Any:
        """The samples at ``indices``; rows and counts are of their images (for KFoldDataset)."""
        other = super().get_subset(indices)
        other._take(np.unique(np.asarray(self._row)[other._base]))
        note(other.summary())
        return other

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """The meta information of the wrapped dataset."""
        return copy.deepcopy(self.dataset.metainfo)

    @property
    @force_full_init
    def ids(self) -> Sequence[str]:
        """The images' ids, the same on every machine."""
        return self.annotations.names

    @property
    @force_full_init
    def num_rows(self) -> int:
        """Number of distinct images; ``row`` of a sample is below it."""
        return len(self.annotations)

    @property
    @force_full_init
    def fingerprint(self) -> str:
        """Hash of the images' ids, in their order, and the classes."""
        return self.annotations.fingerprint

    @property
    @force_full_init
    def label_hash(self) -> str:
        """Hash of the known labels, whatever the order of the images."""
        return self.annotations.label_hash

    @force_full_init
    def record(self, idx: int) -> dict:
        """The wrapped dataset's record with ``row`` and ``group_id`` in place of labels."""
        base = int(self._base[idx])
        info = record_without_labels(self.dataset, base)
        info["row"] = row = int(self._row[base])
        if self.groups is not None:
            info["group_id"] = int(self.groups.codes[row])
        return info

    @force_full_init
    def get_cat_ids(self, idx: int) -> list[int]:
        """Classes known to be positive."""
        labels = self.labels[int(self._row[int(self._base[idx])])]
        return np.flatnonzero(labels == POSITIVE).tolist()

    @force_full_init
    def summary(self) -> str:
        """One line about the known labels."""
        part = f", part {self.part!r} with held_out={self.held_out}" if self.held_out else ""
        return f"PartialLabelDataset {self.rule}{part}: {summary_of(self.annotations)}"

    @property
    @force_full_init
    def rule(self) -> str:
        """How labels are hidden, such as ``'PAL(ratio=0.6, seed=0)'``."""
        if self.setting is None:
            return self.mask_file or "as annotated"
        if self.setting == "FAL" and self.labels.count(UNKNOWN).any():
            return "as annotated (FAL hides no label, but the annotations lack some)"
        options = {**self.options, "seed": self.seed}
        return f"{self.setting}({', '.join(f'{k}={v}' for k, v in options.items())})"

    def save_mask(self, path: str) -> None:
        """Write which labels are known to a small file, for ``mask_file`` of another run.

        Raises:
            FileExistsError: The file exists.
            ValueError: Images are held out; the file would lack their labels.
        """
        if self.held_out:
            raise ValueError(
                f"a mask with held_out={self.held_out} would lack the labels of one part: save it "
                "with held_out=0, which hides the same."
            )
        self.full_init()
        save_mask(path, self.annotations)
