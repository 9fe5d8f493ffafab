"""VinDr-CXR, whose training images have the labels of three radiologists each."""

from typing import Any

import numpy as np

from ...formats.common.unique_images import annotate
from ...formats.tables.reader import open_table
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.log import note
from ...utils.text_files import check_file
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .finding_cells import FindingCells
from .text_columns import read_cells, text_column

FINDINGS = (
    "Aortic enlargement", "Atelectasis", "Calcification", "Cardiomegaly", "Clavicle fracture",
    "Consolidation", "Edema", "Emphysema", "Enlarged PA", "ILD", "Infiltration", "Lung Opacity",
    "Lung cavity", "Lung cyst", "Mediastinal shift", "Nodule/Mass", "Pleural effusion",
    "Pleural thickening", "Pneumothorax", "Pulmonary fibrosis", "Rib fracture", "Other lesion",
    "COPD", "Lung tumor", "Pneumonia", "Tuberculosis", "Other diseases", "No finding",
)  # fmt: skip
SPELLINGS = {"Other diseases": "Other disease"}  # in the training and in the test table
DISAGREEMENTS = ("unknown", "majority", "positive", "negative")
SIZES = {"image_labels_train.csv": 15_000, "image_labels_test.csv": 3_000}
HINT = "download it from physionet.org/content/vindr-cxr, and set data_root to its folder."


@DATASETS.register_module()
class VinDrCXR(AnnotatedDataset):
    """Chest X-rays with 28 findings, each by three radiologists in the training split.

    Reads ``image_labels_train.csv`` and ``image_labels_test.csv`` of VinDr-CXR,
    https://physionet.org/content/vindr-cxr. The training table has a row for each image and
    radiologist (``rad_id``), with 1 or 0 for each finding. If all radiologists of an image agree on
    a finding, this is the label. Otherwise ``disagreement`` decides. The test table has one row for
    each image, on which five radiologists agreed.

    The images are DICOM files. Convert them, and name them after the image's id.

    The tables need a licence. We know their columns from public code, and have not seen them. A
    column is called ``Other diseases`` in one table and ``Other disease`` in the other; this class
    reads both.

    Args:
        ann_file: The table, below ``data_root``.
        metainfo: ``dict(classes=[...])``; all 28 by default, ``No finding`` among them.
        disagreement: The label on which radiologists differ: ``'unknown'``; ``'majority'``, which
            is unknown in a tie; ``'positive'``, as soon as one saw the finding; or ``'negative'``.
        suffix: The end of an image's file name, after the id.
        **kwargs: Other arguments of :class:`AnnotatedDataset`.

    Raises:
        FileNotFoundError: The table, the image folder or images are missing.
        ValueError: There is no such policy, or the table is damaged or lacks a column.
    """

    METAINFO = {"classes": FINDINGS}

    def __init__(
        self,
        ann_file: str,
        metainfo: dict | None = None,
        disagreement: str = "unknown",
        suffix: str = ".png",
        **kwargs: Any,
    ):
        if disagreement not in DISAGREEMENTS:
            raise ValueError(
                f"disagreement={disagreement!r}: choose one of {', '.join(DISAGREEMENTS)}."
            )
        self.disagreement, self.suffix = disagreement, suffix
        super().__init__(ann_file=ann_file, metainfo=metainfo, **kwargs)

    def read(self) -> Annotations:
        """The images in the order of their first rows."""
        path, classes = self.ann_file, list(self._metainfo["classes"])
        check_file(path, HINT)
        there = open_table(path).names
        columns = [cls if cls in there else SPELLINGS.get(cls, cls) for cls in classes]
        ids = ["image_id", *(["rad_id"] if "rad_id" in there else [])]
        table, cells = read_cells(path, [*ids, *columns], HINT)
        labels = FindingCells(columns, "unknown", "unknown").labels(cells[len(ids) :], table, 0)
        image = text_column(table, "image_id", cells[0])
        if len(ids) == 1:
            note_size(path, len(image), SIZES)
            names = [f"{name}{self.suffix}" for name in image.texts()]
            return annotate(path, names, classes, LabelMatrix.from_dense(labels), place=image.line)
        self._check_radiologists(image.texts(), text_column(table, "rad_id", cells[1]).texts())
        texts = image.texts()
        order = list(dict.fromkeys(texts))
        note_size(path, len(order), SIZES)
        number = {name: row for row, name in enumerate(order)}
        of_row = np.array([number[name] for name in texts])
        agreed = self._agreed(labels, of_row, len(order))
        names = [f"{name}{self.suffix}" for name in order]
        return annotate(path, names, classes, LabelMatrix.from_dense(agreed))

    def _check_radiologists(self, images: list[str], radiologists: list[str]) -> None:
        """Check that no radiologist has two rows for an image."""
        first: dict[tuple[str, str], int] = {}
        for row, pair in enumerate(zip(images, radiologists, strict=True)):
            if first.setdefault(pair, row) != row:
                raise ValueError(
                    f"{self.ann_file} has two rows of the radiologist {pair[1]} for the image "
                    f"{pair[0]}: download it again."
                )

    def _agreed(self, labels: np.ndarray, image: np.ndarray, number: int) -> np.ndarray:
        """``(number, C)``, the labels of the images from those of their rows."""
        votes = {state: np.zeros((number, labels.shape[1]), int) for state in (POSITIVE, NEGATIVE)}
        for state, counts in votes.items():
            np.add.at(counts, image, labels == state)
        yes, no = votes[POSITIVE], votes[NEGATIVE]
        agreed: np.ndarray = np.full(yes.shape, UNKNOWN, dtype=np.int8)
        agreed[(yes > 0) & (no == 0)] = POSITIVE
        agreed[(no > 0) & (yes == 0)] = NEGATIVE
        differ = (yes > 0) & (no > 0)
        if self.disagreement == "majority":
            agreed[differ & (yes > no)] = POSITIVE
            agreed[differ & (no > yes)] = NEGATIVE
        elif self.disagreement != "unknown":
            agreed[differ] = POSITIVE if self.disagreement == "positive" else NEGATIVE
        note(
            f"VinDrCXR: radiologists differ on {differ.sum():,} of {differ.size:,} labels, which "
            f"are read as disagreement={self.disagreement!r}"
        )
        return agreed
