"""ChestX-ray14 of the NIH, whose cells list findings between bars."""

from typing import Any

import numpy as np

from ...formats.common.named_labels import from_names
from ...formats.tables.group_column import add_groups
from ...labels.annotations import Annotations
from ...registry import DATASETS
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_folders import below_folders
from .image_list import take_listed
from .text_columns import TextColumn, read_columns

FINDINGS = (
    "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia",
    "Pneumothorax", "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening",
    "Hernia",
)  # fmt: skip
NO_FINDING, PATIENT = "No Finding", "Patient ID"
SIZES = {"Data_Entry_2017.csv": 112_120, "Data_Entry_2017_v2020.csv": 112_120}
FOLDERS = ("images", "", *(f"images_{number:03}/images" for number in range(1, 13)))
HINT = (
    "download the table from nihcc.app.box.com/v/ChestXray-NIHCC, and set data_root to its folder."
)


@DATASETS.register_module()
class ChestXray14(AnnotatedDataset):
    """Chest X-rays with 14 findings that a program read from reports.

    Reads ``Data_Entry_2017.csv`` of ChestX-ray14, https://arxiv.org/abs/1705.02315, or its revision
    ``Data_Entry_2017_v2020.csv``. The column ``Finding Labels`` lists findings, as in
    ``Cardiomegaly|Effusion``, or has ``No Finding``. A finding that is not listed is negative, as
    in the papers. With ``unlisted='unknown'``, only images with ``No Finding`` have negatives. The
    images of a patient are a group.

    The archives hold ``images/``. The copy on Kaggle holds ``images_001/images/`` to
    ``images_012/images/``, which are found as well.

    Args:
        ann_file: The table, below ``data_root``.
        image_list: A file of image names, below ``data_root``: ``train_val_list.txt`` or
            ``test_list.txt``, which the NIH publishes, or your own. None takes all images.
        unlisted: ``'negative'`` or ``'unknown'``.
        view: Take the images of one ``View Position``: ``'PA'`` or ``'AP'``.
        metainfo: ``dict(classes=[...])``; the 14 findings by default. ``No Finding`` may be one.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: The table, the list, the image folder or images are missing.
        ValueError: There is no such option, or the table or the list is damaged.
    """

    METAINFO = {"classes": FINDINGS}

    def __init__(
        self,
        ann_file: str = "Data_Entry_2017.csv",
        image_list: str | None = None,
        unlisted: str = "negative",
        view: str | None = None,
        **kwargs: Any,
    ):
        self.image_list, self.unlisted, self.view = image_list, unlisted, view
        super().__init__(ann_file=ann_file, **kwargs)

    def read(self) -> Annotations:
        """The images of the table, of the list, or of the view."""
        path = self.ann_file
        names = ["Image Index", "Finding Labels", *(["View Position"] if self.view else [])]
        image, finding, *view = read_columns(path, names, HINT)
        note_size(path, len(image), SIZES)
        if view:
            rows = view[0].having(self.view or "", "view")
            image, finding = image.take(rows), finding.take(rows)
        found = self._labels(image, finding).select(self._metainfo["classes"])
        patient = PATIENT if PATIENT in image.table.names else None
        found = add_groups(found, image.table, image.name, patient)
        found = take_listed(self, found, path)
        return found.with_images(below_folders(self, found.images, FOLDERS))

    def _labels(self, image: TextColumn, finding: TextColumn) -> Annotations:
        """The labels of all images."""
        row, names = finding.lists(_split)
        positive: np.ndarray = np.ones(len(row), dtype=bool)
        if self.unlisted == "unknown":
            none = names == NO_FINDING
            others = np.unique(row[~none])
            absent = [*(FINDINGS * int(none.sum())), *([NO_FINDING] * len(others))]
            row = np.concatenate([row, np.repeat(row[none], len(FINDINGS)), others])
            names = np.array([*names, *absent], dtype=object)
            positive = np.arange(len(row)) < len(positive)
        return from_names(
            finding.table.path,
            image.texts(),
            row,
            names.tolist(),
            positive,
            unlisted=self.unlisted,
            classes=[*FINDINGS, NO_FINDING],
            place=finding.line,
        )


def _split(cell: str) -> list[str]:
    """The findings of a cell."""
    findings = [finding.strip() for finding in cell.split("|")]
    if NO_FINDING in findings and len(findings) > 1:
        raise ValueError(f"it lists a finding beside {NO_FINDING!r}, so keep one of them")
    if not all(findings):
        raise ValueError("it has a bar without a finding beside it, so download the table again")
    return findings
