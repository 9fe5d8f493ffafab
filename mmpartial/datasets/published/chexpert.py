"""CheXpert's table of findings, in which blank and uncertain cells differ."""

import os
import re
from typing import Any

import numpy as np
import pyarrow as pa

from ...formats.common.unique_images import annotate
from ...formats.tables.columns import check_columns
from ...formats.tables.reader import open_table
from ...formats.tables.table import Table
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .finding_cells import FindingCells, Policy, meanings
from .patient_folders import with_patients

FINDINGS = (
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion",
    "Edema", "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion",
    "Pleural Other", "Fracture", "Support Devices",
)  # fmt: skip
BLANK = {"default": "unknown", "No Finding": "negative"}
SIZES = {"train.csv": 223_414, "valid.csv": 234}
VIEWS = {"Frontal/Lateral": ("Frontal", "Lateral"), "AP/PA": ("AP", "PA", "LL", "RL")}


@DATASETS.register_module()
class CheXpert(AnnotatedDataset):
    """Chest X-rays with findings that a program read from reports.

    Reads ``train.csv`` and ``valid.csv`` of CheXpert v1.0, https://arxiv.org/abs/1901.07031. A
    finding is 1 (present), 0 (absent), -1 (the report is uncertain) or blank (the report does not
    mention it). A policy for blank and one for uncertain findings makes each of them ``'unknown'``,
    ``'negative'`` or ``'positive'``; for uncertain findings the paper calls these U-Ignore, U-Zeros
    and U-Ones. Both are unknown by default. Only a blank ``No Finding`` is negative: the program
    (https://github.com/stanfordmlgroup/chexpert-labeler) never writes a 0 there, and leaves it
    blank if an abnormality is present or uncertain.

    The images of a patient are a group, by folders such as ``patient00001``.

    A policy may differ by finding: ``uncertain={'default': 'unknown', 'Edema': 'positive'}``.

    The first folder of an image's path, ``CheXpert-v1.0`` or ``CheXpert-v1.0-small``, is left out:
    set ``data_root`` to that folder. Other tables with such cells can be read as well, such as
    MIMIC-CXR's with a column of image paths.

    Args:
        ann_file: The CSV file, below ``data_root``; it may be compressed.
        metainfo: ``dict(classes=[...])``, the columns of findings; CheXpert's 14 by default.
        blank: Policy for blank cells.
        uncertain: Policy for -1.
        view: Take the images of one view: ``'Frontal'`` or ``'Lateral'``, by the column
            ``Frontal/Lateral``, or ``'AP'``, ``'PA'``, ``'LL'`` or ``'RL'``, by the column
            ``AP/PA``. Letter case makes no difference.
        image_column: The column of image paths.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: The table, the image folder or images are missing.
        ValueError: There is no such policy or view, or the table is damaged or lacks a column.
    """

    METAINFO = {"classes": FINDINGS}

    def __init__(
        self,
        ann_file: str,
        metainfo: dict | None = None,
        blank: Policy = BLANK,
        uncertain: Policy = "unknown",
        view: str | None = None,
        image_column: str = "Path",
        **kwargs: Any,
    ):
        self.blank, self.uncertain = blank, uncertain
        self.view = None if view is None else _view(view)
        self.image_column = image_column
        super().__init__(ann_file=ann_file, metainfo=metainfo, **kwargs)

    def read(self) -> Annotations:
        """The images of the table, or of one view."""
        path, classes = self.ann_file, list(self._metainfo["classes"])
        cells = FindingCells(classes, self.blank, self.uncertain, FINDINGS)
        if not os.path.exists(path):
            raise FileNotFoundError(
                f"there is no {path}: request CheXpert v1.0 at "
                "stanfordmlgroup.github.io/competitions/chexpert, unpack it, and set data_root to "
                "its folder."
            )
        table = open_table(path)
        view_column = [] if self.view is None else [self.view[0]]
        columns = [self.image_column, *view_column, *classes]
        check_columns(path, columns, table.names)
        images: list[str] = []
        chosen: list[np.ndarray] = [np.empty(0, dtype=bool)]
        labels: list[np.ndarray] = [np.empty((0, len(classes)), dtype=np.int8)]
        for block in table.batches(columns):
            row = len(images)
            images += table.texts(block[0], self.image_column, row)
            if self.view is None:
                chosen.append(np.ones(len(block[0]), dtype=bool))
            else:
                chosen.append(_has_view(block[1], *self.view, table, row))
            labels.append(cells.labels(block[-len(classes) :], table, row))
        note_size(path, len(images), SIZES if "Frontal/Lateral" in table.names else {})
        rows = np.flatnonzero(np.concatenate(chosen))
        paths = [re.sub(r"^CheXpert-v1\.0[^/]*/", "", images[row]) for row in rows]
        found = LabelMatrix.from_dense(np.concatenate(labels)[rows])
        return with_patients(annotate(path, paths, classes, found), r"\b(patient\d+)/")


def _view(view: str) -> tuple[str, str]:
    """The column of a view, and the view's name there."""
    known = {name: column for column, names in VIEWS.items() for name in names}
    for name, column in known.items():
        if str(view).lower() == name.lower():
            return column, name
    raise ValueError(
        f"view={view!r}: choose one of {', '.join(map(repr, known))}, or None for all."
    )


def _has_view(
    cells: pa.DictionaryArray, column: str, view: str, table: Table, row: int
) -> np.ndarray:
    """Which rows of a block have a view; the block begins at ``row``."""
    meaning = {name.lower(): int(name == view) for name in VIEWS[column]}
    if column == "AP/PA":  # blank for lateral views
        meaning[""] = 0
    allowed = f"a view is {', '.join(VIEWS[column])}"
    return meanings(cells, lambda text: meaning.get(text.lower()), allowed, column, table, row) == 1
