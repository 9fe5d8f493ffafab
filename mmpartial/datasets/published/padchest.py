"""PadChest, whose cells list findings as Python writes lists."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formats.common.named_labels import from_names
from ...formats.tables.cell_lists import is_bracketed, parsed
from ...formats.tables.group_column import add_groups
from ...formats.tables.label_cells import NOT_AVAILABLE
from ...labels import NEGATIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.log import note
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_folders import below_folders
from .image_list import take_listed
from .text_columns import TextColumn, read_columns

SIZES = {"PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv": 160_861}
COLUMNS = ("ImageID", "ImageDir", "Labels", "Projection")
UNCHANGED, PATIENT = "unchanged", "PatientID"
HINT = "download it from bimcv.cipf.es/bimcv-projects/padchest, and set data_root to its folder."


@DATASETS.register_module()
class PadChest(AnnotatedDataset):
    """Chest X-rays with findings that physicians, or a program, read from Spanish reports.

    Reads ``PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv`` of PadChest,
    https://arxiv.org/abs/1901.07441. The column ``Labels`` has lists as in
    ``['pleural effusion', 'pneumonia']``. Names are read in lower case, without the space
    around them, and empty names are left out. A finding that is not listed is negative, unless the
    list has ``unchanged``: such a report refers to an earlier report, so unlisted findings are
    unknown.

    Images without a list are left out, and so are images with one of the labels in ``leave_out``,
    whose reports say that the image is of no use. The log counts these images.

    PadChest has no split. Make two lists of images in which no PatientID is in both. The images of
    a patient are a group.

    Args:
        ann_file: The table, below ``data_root``; it may be compressed.
        metainfo: ``dict(classes=[...])``; all labels of the table by default, sorted.
        image_list: A file of image names (ImageID), below ``data_root``. None takes all images.
        projection: Take the images of some projections, such as ``('PA', 'AP', 'AP_horizontal')``.
        leave_out: Labels of images that are left out.
        unlisted: ``'negative'`` or ``'unknown'``: the state of labels that a list does not have.
        **kwargs: Other arguments of :class:`AnnotatedDataset`. Images are in ``data_prefix``, or in
            its folders ``0`` to ``54``, as the archives are unpacked.

    Raises:
        FileNotFoundError: The table, the list, the image folder or images are missing.
        ValueError: There is no such class or projection, or the table or the list is damaged.
    """

    def __init__(
        self,
        ann_file: str = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv",
        metainfo: dict | None = None,
        image_list: str | None = None,
        projection: str | Sequence[str] | None = None,
        leave_out: Sequence[str] = ("exclude", "suboptimal study"),
        unlisted: str = "negative",
        **kwargs: Any,
    ):
        self.image_list, self.projection = image_list, projection
        self.leave_out, self.unlisted = [str(name).lower() for name in leave_out], unlisted
        super().__init__(ann_file=ann_file, metainfo=metainfo, **kwargs)

    def read(self) -> Annotations:
        """The images of the table, of the list, or of the projections."""
        path = self.ann_file
        columns = read_columns(path, COLUMNS, HINT, may_be_blank=COLUMNS[1:])
        image, folder, labels, projection = columns
        note_size(path, len(image), SIZES)
        keep = np.arange(len(image))
        if self.projection is not None:
            keep = projection.having(self.projection, "projection")
        found = self._labels(image.take(keep), labels.take(keep))
        patient = PATIENT if PATIENT in image.table.names else None
        found = add_groups(found, image.table, image.name, patient)
        found = take_listed(self, found, path)
        folders = ["", *sorted({name.removesuffix(".0") for name in folder.values} - {""})]
        return found.with_images(below_folders(self, found.images, folders))

    def _labels(self, image: TextColumn, labels: TextColumn) -> Annotations:
        """The labels of the images that are not left out."""
        row, names = labels.lists(_split)
        out = np.isin(names, self.leave_out)
        listed = np.setdiff1d(np.unique(row), row[out])
        note(
            f"PadChest: images left out: {len(np.unique(row[out]))} with "
            f"{' or '.join(map(repr, self.leave_out))}, "
            f"{len(image) - len(np.unique(row))} without labels"
        )
        here = np.isin(row, listed)
        image = image.take(listed)
        found = from_names(
            image.table.path,
            image.texts(),
            np.asarray(np.searchsorted(listed, row[here])),
            names[here].tolist(),
            np.ones(here.sum(), dtype=bool),
            unlisted=self.unlisted,
            place=image.line,
        )
        if UNCHANGED not in found.classes:
            return found
        dense = found.labels.dense()
        unchanged = dense[:, found.classes.index(UNCHANGED)] == 1
        dense[unchanged[:, None] & (dense == NEGATIVE)] = UNKNOWN
        return found.with_labels(LabelMatrix.from_dense(dense))


def _split(cell: str) -> list[str]:
    """The labels of a cell."""
    if cell.lower() in NOT_AVAILABLE or not cell:
        return []
    if not is_bracketed(cell):
        raise ValueError("it is not a list in brackets, so download the table again")
    labels = parsed(cell)
    if not isinstance(labels, list) or not {*map(type, labels)} <= {str}:
        raise ValueError("it is not a list of texts, so download the table again")
    return list(dict.fromkeys(filter(None, (label.strip().lower() for label in labels))))
