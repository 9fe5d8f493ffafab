"""MIMIC-CXR-JPG and the long-tailed tables of its images, CXR-LT."""

import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...formats.common.unique_images import annotate
from ...formats.tables.reader import open_table
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.log import note
from ...utils.text_files import check_file
from ..annotated_dataset import AnnotatedDataset
from .chexpert import BLANK, FINDINGS
from .finding_cells import FindingCells, Policy
from .patient_folders import with_patients
from .text_columns import TextColumn, read_cells, read_columns, text_column

IDS = ("dicom_id", "subject_id", "study_id")
PATHS = ("fpath", "path")
HINT = "download it from physionet.org, and set data_root to its folder."


@DATASETS.register_module()
class MIMICCXR(AnnotatedDataset):
    """Chest X-rays with findings that programs read from reports.

    Reads two kinds of tables:

    - Of images, as in CXR-LT (https://physionet.org/content/cxr-lt-iccv-workshop-cvamd) and
      MIMIC-CXR-LT: the path of each image in a column ``fpath`` or ``path``, or else the columns
      dicom_id, subject_id and study_id; and a column of 1 and 0 for each finding.
    - Of studies, as in MIMIC-CXR-JPG (https://physionet.org/content/mimic-cxr-jpg):
      ``mimic-cxr-2.0.0-chexpert.csv.gz`` or ``-negbio.csv.gz``, with study_id and a column for each
      finding: 1, 0, -1 (uncertain) or blank (not mentioned). All images of a study have its labels.
      Images of studies without a row are left out, and the log counts them.

    The policies for blank and for -1 are those of :class:`CheXpert`. Images are where the archive
    has them: ``p10/p10000032/s50414267/DICOM_ID.jpg`` below ``files``. The images of a patient are
    a group.

    These files need a licence. We know the columns from public code, and have not seen the files.

    Args:
        ann_file: The table of labels, below ``data_root``; it may be compressed.
        metainfo: ``dict(classes=[...])``, the columns of findings; CheXpert's 14 by default.
        image_file: The images of studies, below ``data_root``, with dicom_id, subject_id and
            study_id.
        split: Take the images of one part of ``split_file``: ``'train'``, ``'validate'`` or
            ``'test'``.
        split_file: A table, below ``data_root``, with dicom_id and split.
        view: Take the images of some views, such as ``('PA', 'AP')``, by the column ViewPosition of
            the table of images.
        blank: Policy for blank cells.
        uncertain: Policy for -1.
        data_prefix: The folder that has ``p10`` to ``p19``, below ``data_root``.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: A table, the image folder or images are missing.
        ValueError: There is no such policy, split or view, or a table is damaged or lacks a column.
    """

    METAINFO = {"classes": FINDINGS}

    def __init__(
        self,
        ann_file: str,
        metainfo: dict | None = None,
        image_file: str = "mimic-cxr-2.0.0-metadata.csv.gz",
        split: str | None = None,
        split_file: str = "mimic-cxr-2.0.0-split.csv.gz",
        view: str | Sequence[str] | None = None,
        blank: Policy = BLANK,
        uncertain: Policy = "unknown",
        data_prefix: str | dict = "files",
        **kwargs: Any,
    ):
        self.image_file, self.split, self.split_file = image_file, split, split_file
        self.view, self.blank, self.uncertain = view, blank, uncertain
        super().__init__(ann_file=ann_file, metainfo=metainfo, data_prefix=data_prefix, **kwargs)

    def read(self) -> Annotations:
        """The images, with the labels of their rows or of their studies."""
        path, classes = self.ann_file, list(self._metainfo["classes"])
        check_file(path, HINT)
        of_images = any(name in PATHS or name == "dicom_id" for name in open_table(path).names)
        ids = self._image_columns(path) if of_images else ["study_id"]
        table, cells = read_cells(path, [*ids, *classes], HINT)
        findings = FindingCells(classes, self.blank, self.uncertain, FINDINGS)
        labels = findings.labels(cells[len(ids) :], table, 0)
        columns = [
            text_column(table, name, column, name == "ViewPosition")
            for name, column in zip(ids, cells, strict=False)
        ]
        row = np.arange(len(labels))
        if not of_images:
            study = _numbers(columns[0])
            above = self.below_root(self.image_file)
            ids = self._image_columns(above)
            columns = read_columns(above, ids, HINT, ["ViewPosition"])
            row = self._rows_of_studies(study, columns[ids.index("study_id")])
        images = _paths(dict(zip(ids, columns, strict=True)))
        keep = np.intersect1d(self._wanted(columns, images), np.flatnonzero(row >= 0))
        found = LabelMatrix.from_dense(labels[row[keep]])
        chosen = annotate(path, [images[i] for i in keep], classes, found)
        return with_patients(chosen, r"\bp\d\d/p(\d+)/")

    def _image_columns(self, path: str) -> list[str]:
        """The columns of a table of images that have to be read."""
        check_file(path, HINT)
        names = open_table(path).names
        path_column = next((name for name in PATHS if name in names), None)
        ids = [path_column] if path_column else list(IDS)
        return [*ids, *(["ViewPosition"] if self.view is not None else [])]

    def _rows_of_studies(self, study: list[str], image_study: TextColumn) -> np.ndarray:
        """For each image the row of its study, or -1."""
        row_of = {name: row for row, name in enumerate(study)}
        if len(row_of) < len(study):
            twice = next(name for row, name in enumerate(study) if row_of[name] != row)
            raise ValueError(f"{self.ann_file} has the study {twice} twice: download it again.")
        row = np.array([row_of.get(name, -1) for name in _numbers(image_study)], dtype=np.int64)
        if (row < 0).any():
            note(f"MIMICCXR: {(row < 0).sum():,} images of studies without a row are left out")
        return row

    def _wanted(self, columns: Sequence[TextColumn], images: Sequence[str]) -> np.ndarray:
        """The rows of the images in the split and in the views."""
        wanted = np.arange(len(images))
        if self.view is not None:
            wanted = np.intersect1d(wanted, columns[-1].having(self.view, "view"))
        if self.split is not None:
            path = self.below_root(self.split_file)
            dicom, split = read_columns(path, ["dicom_id", "split"], HINT)
            chosen = {*dicom.take(split.having(self.split, "split")).texts()}
            there = [os.path.splitext(os.path.basename(image))[0] in chosen for image in images]
            wanted = np.intersect1d(wanted, np.flatnonzero(there))
        return wanted


def _numbers(column: TextColumn) -> list[str]:
    """Ids as whole numbers: pandas writes 50414267.0 if a cell of the column is blank."""
    return [text.removesuffix(".0") for text in column.texts()]


def _paths(columns: dict[str, TextColumn]) -> list[str]:
    """The paths of images below ``files``."""
    for name in PATHS:
        if name in columns:
            return [re.sub(r"^.*?(?=p\d\d/p)", "", path) for path in columns[name].texts()]
    ids = columns["dicom_id"].texts(), *(_numbers(columns[name]) for name in IDS[1:])
    return [
        f"p{subject[:2]}/p{subject}/s{study}/{dicom}.jpg"
        for dicom, subject, study in zip(*ids, strict=True)
    ]
