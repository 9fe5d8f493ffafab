"""Datasets with different classes as one."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from mmengine.dataset import Compose, force_full_init

from ..labels import POSITIVE
from ..labels.annotations import Annotations
from ..registry import DATASETS
from ..utils.log import warn
from ..utils.nested import leaf, walk
from .merging import ClassMap, Joined, merge
from .partial_label_dataset import PartialLabelDataset
from .records import record_without_labels
from .shared_file import image_folders, read_twice, shared_file
from .source import read_source
from .transforms.pipeline import run_pipeline


@DATASETS.register_module()
class MergedDataset:
    """The images of several datasets, with the classes of all of them.

    A class that a source did not annotate is unknown in its images. Each image goes through its
    own source's pipeline and is named ``source/id``; its group is named ``source/group``. Sources
    come in the alphabetical order of their names. To train, wrap it in ``PartialLabelDataset``;
    further wrappers belong around that.

    Args:
        datasets: For each source's name its dataset or its config: any that
            :class:`mmpartial.PartialLabelDataset` takes, without repeated images.
        classes: Classes and their order, such as those of the training set for a validation set;
            classes of sources that are not among them are left out. By default all classes, in
            order of appearance.
        class_map: For a source the new names of its classes, or None for those to leave out:
            ``dict(voc=dict(aeroplane='airplane', person=None))``. If several classes get one name,
            it is positive if any is, negative if all are, and unknown otherwise.
        lazy_init: Do not load annotations yet.
        pipeline: Transforms in place of the sources' own.

    Attributes:
        annotations: Images, classes and labels of all sources.

    Raises:
        ValueError: ``datasets`` is not a dict, ``class_map`` has a source or class that is not
            there, a source has no class names, or images more than once, or two sources read the
            same images of one file.
    """

    annotations: Annotations

    def __init__(
        self,
        datasets: Mapping[str, Any],
        classes: Sequence[str] | None = None,
        class_map: ClassMap | None = None,
        lazy_init: bool = False,
        pipeline: Sequence[dict] | None = None,
    ):
        if not isinstance(datasets, Mapping) or not datasets:
            raise ValueError(
                "MergedDataset has no named sources: give datasets=dict(name=dict(...))."
            )
        # A config that MMEngine writes has its keys sorted, and has to give the same classes.
        sources = sorted(datasets.items(), key=lambda source: str(source[0]))
        self.names = [str(name) for name, _ in sources]
        self.datasets = [DATASETS.build(d) if isinstance(d, dict) else d for _, d in sources]
        self.classes, self.class_map = classes, class_map or {}
        for name, dataset in zip(self.names, self.datasets, strict=True):
            _check_source(name, dataset)
        self._pipeline = None if pipeline is None else Compose(list(pipeline))
        self._fully_initialized = False
        if not lazy_init:
            self.full_init()

    def full_init(self) -> None:
        """Load the annotations of all sources and merge them."""
        if self._fully_initialized:
            return
        sources = {}
        for name, dataset in zip(self.names, self.datasets, strict=True):
            dataset.full_init()
            source = read_source(dataset, f"the source {name!r}")
            if len(source.image) > len(source.annotations):
                raise ValueError(
                    f"the source {name!r} repeats images: put RepeatDataset or "
                    "ClassBalancedDataset around PartialLabelDataset."
                )
            sources[name] = source.annotations
        self._check_distinct(sources)
        self.annotations = merge(sources, self.classes, self.class_map)
        self._fully_initialized = True

    def _check_distinct(self, sources: Mapping[str, Annotations]) -> None:
        """Refuse two sources with the same images of one file; warn of those of two files."""
        for (name, one), (other_name, other) in combinations(
            zip(sources, self.datasets, strict=True), 2
        ):
            if not image_folders(one) & image_folders(other):
                continue
            in_other = {*sources[other_name].images}
            both = [image for image in sources[name].images if image in in_other]
            file = shared_file([one, other])
            if both and file is not None:
                raise read_twice(file, both[0])
            if both:
                warn(
                    f"MergedDataset: {len(both)} images are in both sources {name!r} and "
                    f"{other_name!r}, such as {both[0]!r}, and each counts twice, with the labels "
                    "of one source at a time: write all labels of an image into one file."
                )

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """The classes."""
        return dict(classes=self.annotations.classes)

    @force_full_init
    def __len__(self) -> int:
        return len(self.annotations)

    def _leaf(self, idx: int) -> tuple[Any, int]:
        """The innermost dataset of a sample, and its index there."""
        names = self.annotations.names
        assert isinstance(names, Joined)
        source, inner = names.locate(idx)
        return leaf(self.datasets[source], inner)

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The source's record, with ``gt_score`` (C,) int8 for the classes of all."""
        return dict(self.record(idx), gt_score=self.annotations.labels[idx])

    @force_full_init
    def record(self, idx: int) -> dict:
        """The source's record without labels."""
        info = record_without_labels(*self._leaf(idx))
        info["img_id"] = self.annotations.names[idx]
        info["sample_idx"] = idx
        if self.annotations.groups is not None:
            info["group"] = self.annotations.groups.name(idx)
        return info

    @force_full_init
    def get_cat_ids(self, idx: int) -> list[int]:
        """Positive classes."""
        return np.flatnonzero(self.annotations.labels[idx] == POSITIVE).tolist()

    def get_subset(self, indices: Sequence[int]) -> Any:
        """Refuse KFoldDataset, which calls this.

        Raises:
            ValueError: Always.
        """
        raise ValueError(
            "KFoldDataset around MergedDataset: put it around PartialLabelDataset, or around a "
            "source."
        )

    def pipeline(self, info: dict) -> Any:
        """The pipeline of the source that a record of :meth:`get_data_info` comes from."""
        return run_pipeline(self.pipeline_of(info["sample_idx"]), info)

    def pipeline_of(self, idx: int) -> Any:
        """The pipeline of the source of a sample."""
        return self._pipeline or self._leaf(idx)[0].pipeline

    def __getitem__(self, idx: int) -> Any:
        return self.pipeline(self.get_data_info(idx))


def _check_source(name: str, dataset: Any) -> None:
    if "/" in name:
        raise ValueError(f"the source {name!r} has a / in its name, as images have: take it out.")
    if any(isinstance(inner, PartialLabelDataset) for inner in walk(dataset)):
        raise ValueError(
            f"the source {name!r} is a PartialLabelDataset: put it around MergedDataset."
        )
