"""Adds answers to a label file."""

import os
import posixpath
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..datasets.image_files import with_other_ending
from ..datasets.unlabelled_images import with_unknown
from ..formats import FORMATS, read_annotations
from ..formats.common.output_paths import check_target
from ..formats.tables.columns import without_index
from ..formats.tables.reader import open_table
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.parts import replace
from ..utils.names import all_canonical, visible
from .own_data.image_columns import image_column, of_images
from .questions.files import read_answers


class Added(NamedTuple):
    """The result of :func:`add_answers`.

    Attributes:
        positives: Labels that were unknown and are positive now.
        negatives: Labels that were unknown and are negative now.
        agreed: Answers that repeat known labels.
        corrected: Known labels that an answer has replaced.
        lost: A sentence for each thing that the new file cannot hold.
    """

    positives: int
    negatives: int
    agreed: int
    corrected: int
    lost: list[str]


def add_answers(
    answers: str | Path,
    labels: str | Path,
    out: str | Path,
    *,
    format: str = "wide_csv",
    options: Mapping[str, Any] | None = None,
    correct: bool = False,
    new_images: bool = False,
    force: bool = False,
) -> Added:
    """Write a new label file with the labels of an old one and with answers.

    The new file keeps the other columns of a wide table.

    Args:
        answers: The answers, as :func:`~mmpartial.apis.questions.files.read_answers` takes them.
        labels: The old label file.
        out: The new label file, in the same format.
        format: The format of both.
        options: Options of the format.
        correct: Replace known labels that an answer contradicts.
        new_images: Add rows for images that the old label file does not have, such as those of
            folders of images without labels.
        force: Overwrite ``out``.

    Raises:
        FileExistsError: ``out`` exists.
        FileNotFoundError: There is no such file.
        ValueError: mmpartial cannot write the format, the label file does not have the image or
            class of an answer, or an answer contradicts a label or another answer.
    """
    answers, labels, out = os.fspath(answers), os.fspath(labels), os.fspath(out)
    check_target(out, force)
    if not hasattr(FORMATS.get(format), "write") and format in FORMATS:
        known = ", ".join(name for name, module in FORMATS.items() if hasattr(module, "write"))
        raise ValueError(f"mmpartial cannot write the format {format}: use one of {known}.")
    options = dict(options or {})
    found = read_annotations(format, labels, **dict(options, allow_no_positives=True))
    more = _other_columns(labels, options, found) if format == "wide_csv" else {}
    given = read_answers(answers, found)
    if new_images:
        found = _with_new(given, found)
    image, cls, state = _entries(answers, given, labels, found)
    now = _states(found, image, cls)
    wrong = np.flatnonzero((now != UNKNOWN) & (now != state))
    if len(wrong) and not correct:
        first = wrong[0]
        words = {POSITIVE: "positive", NEGATIVE: "negative"}
        raise ValueError(
            f"{answers} contradicts {labels} in {len(wrong)} labels: the first is "
            f"{visible(found.classes[cls[first]])} in the image "
            f"{visible(found.images[image[first]])}, which is {words[int(now[first])]} there. "
            "Correct one of the files, or give --correct if the answers are right."
        )
    merged = found.with_labels(replace(found.labels, image, cls, state))
    blank = (options.get("values") or {}).get("", UNKNOWN)
    if blank != UNKNOWN and merged.labels.count(UNKNOWN).any():
        raise ValueError(
            f"{labels} is read with values={{'': {blank}}}, but blank cells of {out} are unknown "
            "labels: write 0 into the blank cells of the label file, and leave '' out of values."
        )
    for cells in more.get("others", {}).values():
        cells += [""] * (len(found) - len(cells))
    lost = FORMATS[format].write(merged, out, **more)
    new = now == UNKNOWN
    return Added(
        positives=int((new & (state == POSITIVE)).sum()),
        negatives=int((new & (state == NEGATIVE)).sum()),
        agreed=int((now == state).sum()),
        corrected=len(wrong),
        lost=lost,
    )


def _with_new(answers: Annotations, found: Annotations) -> Annotations:
    """The old label file with the images that only the answers name."""
    row = _rows(all_canonical(answers.images), all_canonical(list(found.images)))
    new = [answers.images[number] for number in np.flatnonzero(row < 0).tolist()]
    ids = None if found.ids is None else [*found.ids, *new]
    return with_unknown(found, [*found.images, *new], ids)


def _entries(
    path: str, answers: Annotations, labels: str, found: Annotations
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The image and class in the label file of each answer, and its state."""
    row = _rows(all_canonical(answers.images), all_canonical(list(found.images)))
    missing = np.flatnonzero(row < 0)
    if len(missing):
        raise ValueError(
            f"{path} has answers about {len(missing)} images that {labels} does not have (the "
            f"first is {visible(answers.images[int(missing[0])])}): give the label file that the "
            "questions are about, or --new-images to add rows for them."
        )
    image, cls, positive = answers.labels.known()
    return row[image], cls, np.where(positive, POSITIVE, NEGATIVE).astype(np.int8)


def _rows(asked: Sequence[str], labelled: Sequence[str]) -> np.ndarray:
    """The row in the label file of each image, or -1.

    The label file may name an image without the ending of its file, or with another letter case of
    it. Questions have the names of the files.
    """
    row = pd.Index(labelled).get_indexer(asked)
    stems: dict[str, list[str]] = defaultdict(list)
    for name in {asked[number] for number in np.flatnonzero(row < 0).tolist()}:
        stems[posixpath.splitext(name)[0]].append(name)
    if stems:
        of_file = {
            file: number
            for number, name in enumerate(labelled)
            for file in with_other_ending(name, stems)
        }
        row = np.array([of_file.get(name, n) for name, n in zip(asked, row, strict=True)])
    return row


def _states(found: Annotations, image: np.ndarray, cls: np.ndarray) -> np.ndarray:
    """The states of some labels."""
    rows, place = np.unique(image, return_inverse=True)
    return found.labels.take(rows).dense()[place, cls]


def _other_columns(path: str, options: dict[str, Any], found: Annotations) -> dict[str, Any]:
    """The column of images, and the cells of all columns that are not classes."""
    image = image_column(path, "wide_csv", options)
    known = {image, *found.classes}
    names = without_index(open_table(path, options.get("sheet")).names)
    others = [name for name in names if name not in known]
    cells = {name: [*of_images(path, "wide_csv", options, name, found.names)] for name in others}
    return dict(image=image, others=cells)
