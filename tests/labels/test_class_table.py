"""The table of the labels of each class."""

import numpy as np

from mmpartial.labels.annotations import Annotations
from mmpartial.labels.class_table import class_table
from mmpartial.labels.matrix import LabelMatrix


def test_many_classes():
    """The ends by positives remain, with a line for the rest."""
    labels = np.tril(np.ones((9, 9), dtype=int))  # class i has 9 - i positives
    found = Annotations(
        [f"{i}" for i in range(9)], list("abcdefghi"), LabelMatrix.from_dense(labels)
    )
    lines = class_table(found, shown=4).splitlines()
    assert [line.split()[0] for line in lines] == ["class", *"ab", "(5", *"hi", "all"]
    assert lines[1].split() == ["a", "9", "0", "0", "100", "%"]
    assert lines[4].split() == ["h", "2", "7", "0", "22.2", "%"]
    assert lines[-1].split() == ["all", "45", "36", "0", "55.6", "%"]
    assert len(class_table(found, shown=9).splitlines()) == 11
