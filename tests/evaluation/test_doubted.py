import numpy as np
import pandas as pd

from mmpartial.evaluation.doubted import agreement, doubted

NAMES = ["x", "y", "z"], ["a", "b", "c"]
LABELS = np.array([[1, 0, -1], [1, 1, 0], [1, 0, 0]], dtype=np.int8)
PROBABILITY = np.array([[0.3, 0.9, 0.9], [0.1, 0.7, 0.6], [0.8, 0.1, 0.2]])


def blocks(*parts):
    """The images in blocks of rows."""
    return [(rows, LABELS[rows], PROBABILITY[rows]) for rows in map(np.array, parts)]


def test_labels_are_ranked_by_their_agreement():
    table = doubted(blocks([0, 1, 2]), *NAMES)
    assert table[["image", "class", "label"]].to_numpy().tolist() == [
        ["x", "b", 0],
        ["y", "a", 1],
        ["x", "a", 1],
        ["y", "c", 0],
    ]
    assert table["rank"].tolist() == [1, 2, 3, 4]
    assert table["rank_in_class"].tolist() == [1, 1, 2, 1]
    np.testing.assert_allclose(table["probability"], [0.9, 0.1, 0.3, 0.6])
    np.testing.assert_allclose(table["usual"], [0.5, 0.4, 0.4, 0.4], rtol=1e-6)


def test_blocks_of_images_make_one_table():
    whole = doubted(blocks([0, 1, 2]), *NAMES)
    pd.testing.assert_frame_equal(doubted(blocks([0], [1, 2]), *NAMES), whole)


def test_a_class_that_nobody_recognizes_does_not_come_first():
    labels = np.array([[1, 1], [1, 1], [0, 1]], dtype=np.int8)
    probability = np.array([[0.010, 0.9], [0.010, 0.9], [0.010, 0.015]])
    table = doubted([(np.arange(3), labels, probability)], NAMES[0], ["a", "b"])
    assert table["class"].tolist() == ["b", "a", "a"]
    np.testing.assert_allclose(agreement(np.array(0.010), np.array(0.010)), 0.1)


def test_nothing_is_doubted():
    unknown = np.full((3, 3), -1, dtype=np.int8)
    for some in ([], [(np.arange(3), unknown, PROBABILITY)]):
        table = doubted(some, *NAMES)
        assert not len(table) and "rank_in_class" in table
