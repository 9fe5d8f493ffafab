"""The wrapper that makes the labels of any multi-label dataset partial."""

import copy
import hashlib
import inspect
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from mmengine.dataset import ClassBalancedDataset, Compose, force_full_init
from mmengine.logging import print_log

from ..counter_rng import hash_text, uniform
from ..label_matrix import LabelMatrix
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..registry import DATASETS
from .annotations import Annotations
from .label_mask import load_mask, save_mask
from .local_seed import kept_generators, seed_generators
from .nested import leaf, walk
from .settings import POSITIVES_ONLY, SETTINGS, KnownLabels
from .source import read_source

PARTS = ("train", "held_out")
_CHUNK = 2**22  # labels that are drawn together


@DATASETS.register_module()
class PartialLabelDataset:
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
            :mod:`mmpartial.datasets.published_masks`).
        lazy_init: Do not load annotations yet.
        held_out: Share of the images that are held out of training, in [0, 1).
        part: ``'train'`` or ``'held_out'``, the images that this dataset has.
        pipeline: Transforms in place of the wrapped dataset's own.
        **options: Options of the setting, such as ``ratio=0.6``. None means not given.

    Attributes:
        labels: A :class:`mmpartial.label_matrix.LabelMatrix`, what is known of each image.
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
        **options: Any,
    ):
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        self.setting, self.seed, self.mask_file = setting, seed, mask_file
        self.held_out, self.part = held_out, part
        self.options = {k: v for k, v in options.items() if v is not None}
        self._check_arguments()
        # Epoch and seed of the augmentation, shared so that persistent workers see it change.
        self._clock = torch.full((2,), -1, dtype=torch.int64).share_memory_()
        self.pipeline = None if pipeline is None else Compose(list(pipeline))
        self._fully_initialized = False
        if not lazy_init:
            self.full_init()

    def _check_arguments(self) -> None:
        if self.mask_file is not None and self.setting is not None:
            raise ValueError(
                f"mask_file={self.mask_file!r} and setting={self.setting!r} both say which labels "
                "are known: set one of them to None."
            )
        if self.setting not in (None, *SETTINGS):
            raise ValueError(
                f"setting={self.setting!r} is not known: choose one of {', '.join(SETTINGS)}, or "
                "None for data that is partial by nature."
            )
        rule = SETTINGS[self.setting] if self.setting else lambda known: known
        allowed = list(inspect.signature(rule).parameters.values())[1:]
        names = {p.name for p in allowed}
        needed = {p.name for p in allowed if p.default is p.empty}
        where = f"setting {self.setting}" if self.setting else "setting=None"
        for name in sorted(set(self.options) - names):
            raise ValueError(
                f"{where} takes no {name}: it takes {', '.join(sorted(names)) or 'no option'}. In "
                f"a config that inherits it, write {name}=None."
            )
        for name in sorted(needed - set(self.options)):
            raise ValueError(f"{where} needs {name}: give train_dataloader.dataset.{name}.")
        if not 0 <= self.held_out < 1:
            raise ValueError(
                f"held_out={self.held_out} is outside [0, 1): it is the share of the images that "
                "are held out of training."
            )
        if self.part not in PARTS or (self.part == "held_out" and not self.held_out):
            raise ValueError(
                f"part={self.part!r} with held_out={self.held_out}: the parts are 'train' and, "
                "with a share held out such as held_out=0.15, 'held_out'."
            )
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
        classes = self._metainfo.get("classes")
        if not classes:
            raise ValueError(
                f"{type(self.dataset).__name__} has no class names: give it "
                "metainfo=dict(classes=[...])."
            )
        source = read_source(self.dataset, classes)
        if self.setting is None and self.mask_file is None and not source.states_unknowns:
            raise ValueError(
                f"nothing in {type(self.dataset).__name__} says which labels are unknown: choose "
                "setting='FAL' if all are known, or a setting that hides some; or let the dataset "
                "say it, stock ones by gt_label_neg, the absent classes, or gt_score with -1."
            )
        self._row = source.image
        self._base: Sequence[int] | np.ndarray = range(len(self._row))
        full, self.annotations = source.annotations, self._hide(source.annotations)
        if self.held_out:
            mine = self._in_part(full)
            samples = np.asarray(source.image)
            self._row, self._base = (np.cumsum(mine) - 1)[samples], np.flatnonzero(mine[samples])
            rows = np.flatnonzero(mine)
            full, self.annotations = full.take(rows), self.annotations.take(rows)
        self.full_counts = full.labels.count(POSITIVE)
        self.labels = self.annotations.labels
        self._fully_initialized = True
        print_log(self.summary(), logger="current")

    def _in_part(self, full: Annotations) -> np.ndarray:
        """For each image, whether this part has it."""
        # No class is number -1, and so this draw is apart from those of the labels.
        u = uniform(self.seed, torch.from_numpy(full.name_hashes), -1).numpy()
        mine: np.ndarray = (u < self.held_out) == (self.part == "held_out")
        if not mine.any():
            raise ValueError(
                f"held_out={self.held_out} leaves none of the {len(mine)} images to the part "
                f"{self.part!r}: choose another share, or another seed."
            )
        return mine

    def _hide(self, full: Annotations) -> Annotations:
        if self.mask_file is not None:
            return full.with_labels(load_mask(self.mask_file, full))
        if self.setting is None:
            return full
        if self.setting in POSITIVES_ONLY:  # full labels have a hundred negatives for each
            image, cls = full.labels.entries(POSITIVE)
            positive: np.ndarray = np.ones(len(image), dtype=bool)
        else:
            image, cls, positive = full.labels.known()
        u = np.empty(len(image))
        for start in range(0, len(u), _CHUNK):
            part = slice(start, start + _CHUNK)
            name = torch.from_numpy(full.name_hashes[image[part]])
            u[part] = uniform(self.seed, name, torch.from_numpy(cls[part])).numpy()
        known = KnownLabels(image, cls, positive, u, full.classes)
        keep = SETTINGS[self.setting](known, **self.options)
        kept = (image[keep], cls[keep], positive[keep])
        return full.with_labels(LabelMatrix.from_entries(*kept, full.labels.shape))

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """Meta information of the wrapped dataset, with ``classes``."""
        return copy.deepcopy(self._metainfo)

    @property
    @force_full_init
    def ids(self) -> Sequence[str]:
        """What names the images, the same on every machine."""
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
        digest = hashlib.blake2b("\n".join(self.annotations.classes).encode(), digest_size=8)
        digest.update(np.ascontiguousarray(self.annotations.name_hashes))
        return digest.hexdigest()

    @property
    @force_full_init
    def label_hash(self) -> str:
        """Hash of what is known of each image, whatever the order of the images."""
        return self.annotations.label_hash

    @force_full_init
    def summary(self) -> str:
        """One line on what remains: labels per image, classes without a positive, the hash."""
        rule = ", ".join(f"{k}={v}" for k, v in {**self.options, "seed": self.seed}.items())
        what = f"{self.setting}({rule})" if self.setting else (self.mask_file or "as annotated")
        n = max(1, self.num_rows)
        pos, neg, unk = (self.labels.count(s).sum() / n for s in (POSITIVE, NEGATIVE, UNKNOWN))
        if self.held_out:
            what += f", part {self.part!r} with held_out={self.held_out}"
        classes = self._metainfo["classes"]
        empty = [str(classes[c]) for c in np.flatnonzero(self.labels.count(POSITIVE) == 0)]
        names = ", ".join(empty[:20]) + (f" and {len(empty) - 20} more" if len(empty) > 20 else "")
        return (
            f"PartialLabelDataset {what}: {self.num_rows} images x {len(classes)} classes; per "
            f"image {pos:.2f} positive, {neg:.2f} negative, {unk:.2f} unknown; classes without a "
            f"known positive: {names or 'none'}; labels {self.label_hash}"
        )

    def save_mask(self, path: str) -> None:
        """Write which labels are known to a small file, for ``mask_file`` of another run.

        Raises:
            FileExistsError: The file exists.
            ValueError: Images are held out, whose labels the file would lack.
        """
        if self.held_out:
            raise ValueError(
                f"a mask with held_out={self.held_out} would lack the labels of one part: save it "
                "with held_out=0, which hides the same."
            )
        self.full_init()
        save_mask(path, self.annotations)

    @force_full_init
    def __len__(self) -> int:
        return len(self._base)

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The wrapped dataset's record with ``gt_score`` (L,) int8 and ``row``."""
        base = int(self._base[idx])
        info = self.dataset.get_data_info(base)
        row = int(self._row[base])
        info.pop("gt_label", None)
        info.pop("gt_label_neg", None)
        info["gt_score"] = self.labels[row]
        info["row"] = row
        return info

    @force_full_init
    def get_cat_ids(self, idx: int) -> list[int]:
        """Classes known to be positive."""
        labels = self.labels[int(self._row[int(self._base[idx])])]
        return np.flatnonzero(labels == POSITIVE).tolist()

    @force_full_init
    def get_subset(self, indices: Sequence[int]) -> "PartialLabelDataset":
        """The samples at ``indices`` with the same labels and rows (KFoldDataset calls it)."""
        other = copy.copy(self)
        other._base = np.asarray(self._base)[np.asarray(indices)]
        return other

    def with_pipeline(self, transforms: Sequence[dict]) -> "PartialLabelDataset":
        """The same samples through another pipeline."""
        other = copy.copy(self)
        other.pipeline = Compose(list(transforms))
        return other

    def at_epoch(self, epoch: int, seed: int) -> "PartialLabelDataset":
        """The same samples with augmentation that depends on (seed, epoch, index) alone."""
        other = copy.copy(self)
        other._clock = torch.tensor([epoch, seed])
        return other

    def set_epoch(self, epoch: int, seed: int) -> None:
        """Make augmentation a function of (seed, epoch, index) from now on."""
        self._clock[0], self._clock[1] = epoch, seed

    def __getitem__(self, idx: int) -> dict:
        return self.__getitems__([idx])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict]:
        """The samples of a batch, which PyTorch's loader asks for at once."""
        with kept_generators() if self._clock[0] >= 0 else nullcontext():
            return [self._sample(idx) for idx in indices]

    @force_full_init
    def _sample(self, idx: int) -> dict:
        for tried in range(len(self)):
            sample = self._prepare((idx + tried) % len(self))
            if sample is not None:
                return sample
        raise RuntimeError(
            f"the pipeline returned None for each of the {len(self)} images: check that the files "
            "below the image folder can be read."
        )

    def _prepare(self, idx: int) -> dict | None:
        info = self.get_data_info(idx)
        row = info["row"]
        pipeline = self.pipeline or leaf(self.dataset, int(self._base[idx]))[0].pipeline
        epoch, seed = self._clock.tolist()
        if epoch >= 0:
            seed_generators(hash_text(f"{seed} {epoch} {idx}") & 0xFFFFFFFF)
        sample = pipeline(info)
        if sample is not None and "data_samples" in sample:
            sample["data_samples"].set_field(row, "row", field_type="metainfo")
        return sample


def find_partial(dataset: Any) -> PartialLabelDataset | None:
    """The PartialLabelDataset in a nest of datasets, or None."""
    return next((d for d in walk(dataset) if isinstance(d, PartialLabelDataset)), None)
