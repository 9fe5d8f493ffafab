"""Adds answers to a label file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..formats import FORMATS, read_annotations
from ..formats.common.output_paths import check_target
from ..formats.tables.columns import without_index
from ..formats.tables.label_cells import LabelCells
from ..formats.tables.reader import open_table
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.parts import replace
from .own_data.image_columns import TABLES, image_column, of_images
from .questions.answered_labels import answered_labels, check_agreement, with_answered_images
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
    options = dict(options or {})
    check_target(out, force)
    _check_format(format, labels)
    old = read_annotations(format, labels, **dict(options, allow_no_positives=True))
    given = read_answers(answers, old)
    found = with_answered_images(given, old) if new_images else old
    answered = answered_labels(answers, given, labels, found)
    if not correct:
        check_agreement(answers, answered, labels, found)
    new = found.with_labels(replace(found.labels, answered.image, answered.cls, answered.answer))
    if format in TABLES:
        _check_cells(labels, options, out, new)
    lost = FORMATS[format].write(new, out, **_columns(format, labels, options, old, new))
    return Added(
        positives=int((answered.unknown & (answered.answer == POSITIVE)).sum()),
        negatives=int((answered.unknown & (answered.answer == NEGATIVE)).sum()),
        agreed=int(answered.agreed.sum()),
        corrected=int(answered.contradicted.sum()),
        lost=lost,
    )


def _check_format(format: str, labels: str) -> None:
    """Check that mmpartial can write a format, if there is such a format."""
    if format in FORMATS and not hasattr(FORMATS[format], "write"):
        raise ValueError(
            f"mmpartial cannot write the format {format}: convert {labels} with to_mmpretrain.py, "
            "and take the new file and --format mmpretrain, without other options, here and in the "
            "config."
        )


def _check_cells(labels: str, options: dict[str, Any], out: str, new: Annotations) -> None:
    """Check that the options do not give another meaning to the cells of the new table."""
    written = {POSITIVE: "1", NEGATIVE: "0", UNKNOWN: ""}
    if "unlisted" in options:  # a row for each label
        written.pop(UNKNOWN)
        if options.get("confidence") == "" and new.labels.count(NEGATIVE).any():
            raise ValueError(
                f"{labels} is read with confidence='', so that every row is positive, but {out} "
                "has rows of negative labels: add a column confidence to the label file, with 1 in "
                "each row, and set confidence='confidence' in the options and in the config."
            )
    cells = LabelCells(open_table(labels, options.get("sheet")), options.get("values"))
    for state, text in written.items():
        meaning = cells.meaning(text)
        if meaning != state and new.labels.count(state).any():
            kind = {POSITIVE: "positive", NEGATIVE: "negative", UNKNOWN: "unknown"}[state]
            raise ValueError(
                f"{labels} is read with values={{{text!r}: {meaning}}}, but in {out} "
                f"{text or 'a blank cell'} is {kind}: write 1, 0 and blank cells for positive, "
                f"negative and unknown labels into the label file, and leave {text!r} out of "
                "values."
            )


def _columns(
    format: str, labels: str, options: dict[str, Any], old: Annotations, new: Annotations
) -> dict[str, Any]:
    """The names of columns, and the columns that are not classes, as the old table has them."""
    if format == "wide_csv":
        return _other_columns(labels, options, old, len(new))
    if format != "long_csv":
        return {}
    names = {key: options.get(key) for key in ("image", "cls", "confidence", "group")}
    return {key: name for key, name in names.items() if name and isinstance(name, str)}


def _other_columns(
    path: str, options: dict[str, Any], old: Annotations, rows: int
) -> dict[str, Any]:
    """The column of images, and the cells of all columns that are not classes.

    They are blank in rows that the old file does not have.
    """
    image = image_column(path, "wide_csv", options)
    known = {image, *old.classes}
    names = without_index(open_table(path, options.get("sheet")).names)
    new = [""] * (rows - len(old))
    others = {
        name: [*of_images(path, "wide_csv", options, name, old.names), *new]
        for name in names
        if name not in known
    }
    return dict(image=image, others=others)
