"""The labels of a label file that have answers."""

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...datasets.image_files import with_other_ending
from ...datasets.unlabelled_images import with_unknown
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.names import all_canonical, visible


class AnsweredLabels(NamedTuple):
    """M labels of a label file, each with an answer.

    Attributes:
        image: ``(M,)``, the number of each label's image in the label file.
        cls: ``(M,)``, the number of its class.
        answer: ``(M,)`` int8, 1 or 0.
        before: ``(M,)`` int8, 1, 0 or -1 in the label file.
    """

    image: np.ndarray
    cls: np.ndarray
    answer: np.ndarray
    before: np.ndarray

    @property
    def unknown(self) -> np.ndarray:
        """``(M,)`` bool, the labels that the label file does not know."""
        return self.before == UNKNOWN

    @property
    def agreed(self) -> np.ndarray:
        """``(M,)`` bool, the labels that their answers repeat."""
        return self.before == self.answer

    @property
    def contradicted(self) -> np.ndarray:
        """``(M,)`` bool, the known labels that their answers contradict."""
        return ~(self.unknown | self.agreed)


def answered_labels(
    path: str, answers: Annotations, labels: str, found: Annotations
) -> AnsweredLabels:
    """Find the label of each answer.

    Args:
        path: The file of answers, for error messages.
        answers: The answers.
        labels: The label file, for error messages.
        found: Its labels.

    Raises:
        ValueError: The label file does not have an image.
    """
    row = _rows(answers, found)
    missing = np.flatnonzero(row < 0)
    if len(missing):
        raise ValueError(
            f"{path} has answers about {len(missing)} images that {labels} does not have (the "
            f"first is {visible(answers.images[int(missing[0])])}): give the label file that the "
            "questions are about, or --new-images to add rows for them."
        )
    image, cls, positive = answers.labels.known()
    rows, place = np.unique(row[image], return_inverse=True)
    return AnsweredLabels(
        image=row[image],
        cls=cls,
        answer=np.where(positive, POSITIVE, NEGATIVE).astype(np.int8),
        before=found.labels.take(rows).dense()[place, cls],
    )


def check_agreement(path: str, given: AnsweredLabels, labels: str, found: Annotations) -> None:
    """Refuse answers that contradict the label file; the arguments are as above.

    Raises:
        ValueError: An answer contradicts a label.
    """
    wrong = np.flatnonzero(given.contradicted)
    if not len(wrong):
        return
    first = wrong[0]
    before = "positive" if given.before[first] == POSITIVE else "negative"
    raise ValueError(
        f"{path} contradicts {labels} in {len(wrong)} labels: the first is "
        f"{visible(found.classes[given.cls[first]])} in the image "
        f"{visible(found.images[given.image[first]])}, which is {before} there. Correct one of "
        "the files, or give --correct if the answers are right."
    )


def with_answered_images(answers: Annotations, found: Annotations) -> Annotations:
    """The label file with the images that only the answers name, whose labels are unknown."""
    new = [answers.images[number] for number in np.flatnonzero(_rows(answers, found) < 0).tolist()]
    ids = None if found.ids is None else [*found.ids, *new]
    return with_unknown(found, [*found.images, *new], ids)


def _rows(answers: Annotations, found: Annotations) -> np.ndarray:
    """The row in the label file of each answered image, or -1.

    The label file may name an image without the ending of its file, or with another letter case of
    it. Questions have the names of the files.
    """
    asked, labelled = all_canonical(answers.images), all_canonical(list(found.images))
    row = pd.Index(labelled).get_indexer(asked)
    without_row = [asked[number] for number in np.flatnonzero(row < 0).tolist()]
    if not without_row:
        return row
    of_file = _by_file(labelled, without_row)
    return np.array([of_file.get(name, n) for name, n in zip(asked, row, strict=True)])


def _by_file(labelled: Sequence[str], files: Sequence[str]) -> dict[str, int]:
    """The row of each of some files, where a label names it with another ending or none."""
    stems: dict[str, list[str]] = defaultdict(list)
    for file in {*files}:
        stems[posixpath.splitext(file)[0]].append(file)
    return {
        file: number
        for number, name in enumerate(labelled)
        for file in with_other_ending(name, stems)
    }
