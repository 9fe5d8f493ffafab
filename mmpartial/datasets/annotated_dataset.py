"""The base of datasets that read all labels at once."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import force_full_init
from mmpretrain.datasets import BaseDataset

from ..labels import POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.expansion import expand
from ..labels.hierarchy import Hierarchy
from ..utils.log import note
from ..utils.reading import reading
from .image_files import find_images
from .image_places import check_inside
from .transforms.pipeline import run_pipeline


class AnnotatedDataset(BaseDataset):
    """A dataset whose subclass reads a format into :class:`Annotations`.

    A sample has ``img_path``, ``img_id`` and ``gt_label``, the list of its positive classes. If any
    label is unknown, it has ``gt_score`` of 1, 0 and -1 in place of ``gt_label``. In a dataset with
    groups it has ``group``, the name of its group, ``''`` if it is alone. Each access to a sample
    makes it anew, so that no process has a copy of the labels.

    Args:
        ann_file: Annotation file, below ``data_root``.
        metainfo: ``dict(classes=[...])`` takes some of the annotations' classes, in this order.
        check_images: Check that every image is in its folder. Each folder is listed once, and the
            Unicode form of a name makes no difference. ``'decode'`` also opens all images before
            a run begins, see :func:`mmpartial.datasets.readable.check_readable`.
        hierarchy: Add the labels that follow from a hierarchy of classes: ``dict(cat='animal')``,
            or a file below ``data_root`` (see :mod:`mmpartial.labels.hierarchy`).
        outside_data_root: Read images that the annotations name by absolute paths or by ``../``
            outside ``data_root`` and the image folder. By default they are refused, and the log
            says if links lead outside.
        **kwargs: Other arguments of MMPretrain's ``BaseDataset``.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: There is no image, or no such class, or an image outside ``data_root``.
    """

    data_list: "Samples"

    def __init__(
        self,
        ann_file: str = "",
        metainfo: dict | None = None,
        check_images: bool | str = True,
        hierarchy: str | Mapping[str, str | Sequence[str]] | None = None,
        outside_data_root: bool = False,
        **kwargs: Any,
    ):
        if check_images not in (True, False, "decode"):
            raise ValueError(f"check_images={check_images!r}: choose True, False or 'decode'.")
        self.check_images, self.hierarchy = check_images, hierarchy
        self.outside_data_root = outside_data_root
        texts = {k: os.fspath(v) for k, v in kwargs.items() if isinstance(v, os.PathLike)}
        super().__init__(
            ann_file=os.fspath(ann_file), metainfo=metainfo, serialize_data=False, **kwargs | texts
        )

    def read(self) -> Annotations:
        """Read the annotations; a subclass implements it."""
        raise NotImplementedError(f"{type(self).__name__} has no read.")

    def load_annotations(self) -> Annotations:
        """Read the annotations, and take the classes that were asked for."""
        source = self.ann_file or self.data_root
        with reading(source, type(self).__name__):
            found = self.read()
        if not len(found):
            raise ValueError(
                f"{type(self).__name__}: there is no image in {source}, so set ann_file or "
                "data_root to another place."
            )
        found = self._with_hierarchy(found)
        chosen = found.select(self._metainfo.get("classes", found.classes))
        left_out = len(found.classes) - len(chosen.classes)
        if left_out:
            note(f"{type(self).__name__}: {left_out} classes are left out")
        return chosen

    def _with_hierarchy(self, found: Annotations) -> Annotations:
        """The annotations with the labels that the hierarchy adds."""
        if self.hierarchy is None:
            return found
        if isinstance(self.hierarchy, str):
            hierarchy = Hierarchy.from_file(self.below_root(self.hierarchy))
        else:
            hierarchy = Hierarchy(self.hierarchy)
        labels, report = expand(found.labels, found.classes, hierarchy)
        note(f"{type(self).__name__}: {report.summary(found.names)}")
        return found.with_labels(labels)

    def load_data_list(self) -> Sequence[dict]:
        """The samples."""
        annotations = self.load_annotations()
        self._metainfo["classes"] = tuple(annotations.classes)
        prefix = self.data_prefix["img_path"] or ""
        roots = self.image_roots()
        check_inside(annotations.images, prefix, roots)
        if self.check_images and "://" not in prefix:
            images = find_images(annotations.images, prefix, roots)
            if images is not annotations.images:
                annotations = annotations.with_images(images)
        return Samples(annotations.packed(), prefix)

    def image_roots(self) -> list[str]:
        """The folders in which images may be; none if they may be anywhere."""
        folders = [self.data_root or "", self.data_prefix["img_path"] or ""]
        if self.outside_data_root or any("://" in folder for folder in folders):
            return []
        return [*filter(None, folders)]

    def below_root(self, *path: str) -> str:
        """A path below ``data_root``."""
        return os.path.join(self.data_root or "", *path)

    @property
    @force_full_init
    def annotations(self) -> Annotations:
        """Images, classes and labels of the samples, in their order."""
        return self.data_list.annotations

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The sample's record; a new dict each time."""
        return dict(self.record(idx), **self.data_list.labels(idx))

    @force_full_init
    def record(self, idx: int) -> dict:
        """The record without its labels, for a wrapper that has them."""
        return dict(self.data_list.image(idx), sample_idx=range(len(self))[idx])

    def _get_unserialized_subset(self, indices: Sequence[int] | int) -> "Samples":
        rows = np.arange(len(self.data_list))
        if isinstance(indices, int):
            rows = rows[:indices] if indices >= 0 else rows[indices:]
        else:
            rows = rows[np.asarray(indices, dtype=np.int64)]
        return Samples(self.data_list.annotations.take(rows), self.data_list.prefix)

    def prepare_data(self, idx: int) -> Any:
        """The sample at ``idx``; an error names the image."""
        return run_pipeline(self.pipeline, self.get_data_info(idx))

    def get_cat_ids(self, idx: int) -> list[int]:
        """Positive classes."""
        return np.flatnonzero(self.annotations.labels[idx] == POSITIVE).tolist()


class Samples(Sequence):
    """The samples of some annotations, as dicts."""

    def __init__(self, annotations: Annotations, prefix: str):
        self.annotations, self.prefix = annotations, prefix
        self.partial = bool(annotations.labels.count(UNKNOWN).any())

    def __len__(self) -> int:
        return len(self.annotations)

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [self[i] for i in range(*idx.indices(len(self)))]
        return dict(self.image(idx), **self.labels(idx))

    def paths(self) -> list[str]:
        """The files of all images."""
        return [os.path.join(self.prefix, name) for name in self.annotations.images]

    def image(self, idx: int) -> dict:
        """The part of a sample that says which image it is."""
        info = dict(
            img_id=self.annotations.names[idx],
            img_path=os.path.join(self.prefix, self.annotations.images[idx]),
        )
        if self.annotations.groups is not None:
            info["group"] = self.annotations.groups.name(idx)
        return info

    def labels(self, idx: int) -> dict:
        """The labels of a sample: ``gt_score`` if any label is unknown, else ``gt_label``."""
        labels = self.annotations.labels[idx]
        if self.partial:
            return dict(gt_score=labels)
        return dict(gt_label=np.flatnonzero(labels == POSITIVE).tolist())
