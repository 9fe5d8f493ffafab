"""Datasets with different classes as one."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from mmengine.dataset import Compose, force_full_init
from mmengine.logging import print_log

from ..formats.common.checks import check_alike
from ..labels import POSITIVE
from ..labels.annotations import Annotations
from ..labels.class_mapping import canonical_map, map_classes
from ..labels.parts import stack
from ..registry import DATASETS
from ..utils.names import canonical, unknown_class
from ..utils.nested import leaf, walk
from .joined import Joined, locate
from .partial_label_dataset import PartialLabelDataset
from .source import Source, read_source
from .transforms.pipeline import run_pipeline


@DATASETS.register_module()
class MergedDataset:
    """The images of several datasets, in the classes of all of them.

    A class that a source did not annotate is unknown in its images. Each image goes through its
    own source's pipeline and is named ``source/id``. To train, put ``PartialLabelDataset`` around,
    and further wrappers around that.

    Args:
        datasets: For each source's name its dataset or its config: any that
            :class:`mmpartial.PartialLabelDataset` takes, without repeated images.
        classes: Classes and their order, such as those of the training set for a validation set;
            classes of sources that are not among them are left out. All classes in order of
            appearance if it is not given.
        class_map: For each source, if need be, what its classes are called here, or None to leave
            one out: ``dict(voc=dict(aeroplane='airplane', person=None))``. Of several that get one
            name it is positive if any is, negative if all are, and unknown otherwise.
        lazy_init: Do not load annotations yet.
        pipeline: Transforms in place of the sources' own.

    Attributes:
        annotations: Images, classes and labels of all sources.

    Raises:
        ValueError: ``datasets`` is no dict, ``class_map`` has a source or class that is not there,
            or a source has no class names, or images more than once.
    """

    def __init__(
        self,
        datasets: Mapping[str, Any],
        classes: Sequence[str] | None = None,
        class_map: Mapping[str, Mapping[str, str | None]] | None = None,
        lazy_init: bool = False,
        pipeline: Sequence[dict] | None = None,
    ):
        if not isinstance(datasets, Mapping):
            raise ValueError("MergedDataset names its sources: give datasets=dict(name=dict(...)).")
        self.names = [str(name) for name in datasets]
        self.datasets = [DATASETS.build(d) if isinstance(d, dict) else d for d in datasets.values()]
        self.classes = None if classes is None else [canonical(str(name)) for name in classes]
        self.class_map = {name: canonical_map(of) for name, of in (class_map or {}).items()}
        self._check_arguments()
        self._pipeline = None if pipeline is None else Compose(list(pipeline))
        self._fully_initialized = False
        if not lazy_init:
            self.full_init()

    def _check_arguments(self) -> None:
        if not self.names:
            raise ValueError("MergedDataset has no datasets: give datasets=dict(name=dict(...)).")
        for name in self.names:
            if "/" in name:
                raise ValueError(
                    f"the source {name!r} has a / in its name, as images have: take it out."
                )
        for name in self.class_map:
            if name not in self.names:
                raise ValueError(
                    f"class_map has the source {name!r}, but datasets has {', '.join(self.names)}."
                )
        for name, dataset in zip(self.names, self.datasets, strict=True):
            if any(isinstance(inner, PartialLabelDataset) for inner in walk(dataset)):
                raise ValueError(
                    f"the source {name!r} is a PartialLabelDataset: put it around MergedDataset."
                )

    def full_init(self) -> None:
        """Load the annotations of all sources and bring them together."""
        if self._fully_initialized:
            return
        sources = [self._read(*source) for source in zip(self.names, self.datasets, strict=True)]
        called = [self._called(*source) for source in zip(self.names, sources, strict=True)]
        union = dict.fromkeys(name for names in called for name in names if name is not None)
        classes = tuple(union if self.classes is None else self.classes)
        self._check_classes(classes)
        self._ends = list(accumulate(len(source.annotations) for source in sources))
        nowhere = [name for name in classes if name not in union]
        if nowhere:
            print_log(
                f"MergedDataset: no source has {', '.join(nowhere)}, which stay unknown",
                logger="current",
                level=30,
            )
        index = {name: number for number, name in enumerate(classes)}
        labels = []
        for name, source, names in zip(self.names, sources, called, strict=True):
            target = np.array([-1 if c is None else index.get(c, -1) for c in names])
            labels.append(map_classes(source.annotations.labels, target, len(classes)))
            print_log(
                f"MergedDataset {name}: {len(source.annotations)} images with "
                f"{len(set(target[target >= 0]))} of {len(classes)} classes; "
                f"{(target < 0).sum()} of its own are left out",
                logger="current",
            )
        self.annotations = Annotations(
            Joined(self.names, [source.annotations.images for source in sources]),
            classes,
            stack(labels),
            Joined(self.names, [source.annotations.names for source in sources]),
        )
        self._fully_initialized = True

    def _read(self, name: str, dataset: Any) -> Source:
        dataset.full_init()
        classes = dataset.metainfo.get("classes")
        if not classes:
            raise ValueError(
                f"the source {name!r} has no class names: give metainfo=dict(classes=[...])."
            )
        source = read_source(dataset, classes)
        if len(source.image) > len(source.annotations):
            raise ValueError(
                f"the source {name!r} repeats images: put RepeatDataset or ClassBalancedDataset "
                "around PartialLabelDataset."
            )
        return source

    def _called(self, name: str, source: Source) -> list[str | None]:
        """What a source's classes are called here."""
        renamed = self.class_map.get(name, {})
        for old in renamed:
            if old not in source.annotations.classes:
                raise ValueError(
                    f"class_map, source {name!r}: {unknown_class(old, source.annotations.classes)}"
                )
        return [renamed.get(old, old) for old in source.annotations.classes]

    def _check_classes(self, classes: Sequence[str]) -> None:
        for name, renamed in self.class_map.items():
            for new in renamed.values():
                if new is not None and new not in classes:
                    raise ValueError(f"class_map, source {name!r}: {unknown_class(new, classes)}")
        if self.classes is None:
            check_alike("MergedDataset", classes, "list both in classes, or else use class_map")
        if not classes:
            raise ValueError("MergedDataset has no class left: class_map leaves out all of them.")

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """The classes."""
        return dict(classes=self.annotations.classes)

    @force_full_init
    def __len__(self) -> int:
        return self._ends[-1]

    def _leaf(self, idx: int) -> tuple[Any, int]:
        """The innermost dataset of a sample, and its index there."""
        source, inner = locate(self._ends, idx)
        return leaf(self.datasets[source], inner)

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The source's record, with ``gt_score`` (L,) int8 in the classes of all."""
        dataset, inner = self._leaf(idx)
        info = dataset.get_data_info(inner)
        info.pop("gt_label", None)
        info.pop("gt_label_neg", None)
        info["gt_score"] = self.annotations.labels[idx]
        info["img_id"] = self.annotations.names[idx]
        info["sample_idx"] = idx
        return info

    @force_full_init
    def get_cat_ids(self, idx: int) -> list[int]:
        """Positive classes."""
        return np.flatnonzero(self.annotations.labels[idx] == POSITIVE).tolist()

    def pipeline(self, info: dict) -> Any:
        """The pipeline of the source that a record of :meth:`get_data_info` comes from."""
        return run_pipeline(self._pipeline or self._leaf(info["sample_idx"])[0].pipeline, info)

    def __getitem__(self, idx: int) -> Any:
        return self.pipeline(self.get_data_info(idx))
