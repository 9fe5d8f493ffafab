import numpy as np

from mmpartial.evaluation.doubted import agreement, doubted


def test_labels_are_ranked_by_their_agreement():
    labels = np.array([[1, 0, -1], [1, 1, 0], [1, 0, 0]])
    probability = np.array([[0.3, 0.9, 0.9], [0.1, 0.7, 0.6], [0.8, 0.1, 0.2]])
    table = doubted(labels, probability, ["x", "y", "z"], ["a", "b", "c"])
    assert table[["image", "class", "label"]].to_numpy().tolist() == [
        ["x", "b", 0],
        ["y", "a", 1],
        ["x", "a", 1],
        ["y", "c", 0],
    ]
    assert table["rank"].tolist() == [1, 2, 3, 4]
    assert table["rank_in_class"].tolist() == [1, 1, 2, 1]
    np.testing.assert_allclose(table["probability"], [0.9, 0.1, 0.3, 0.6])
    np.testing.assert_allclose(table["usual"], [0.5, 0.4, 0.4, 0.4])


def test_a_class_that_nobody_recognizes_does_not_come_first():
    labels = np.array([[1, 1], [1, 1], [0, 1]])
    probability = np.array([[0.010, 0.9], [0.010, 0.9], [0.010, 0.015]])
    agrees, usual = agreement(labels, probability)
    assert agrees[2, 1] < agrees[0, 0] and usual[2, 0] == 0.01
    np.testing.assert_allclose(agrees[0, 0], 0.1)


def test_a_class_without_labels():
    agrees, _ = agreement(np.full((2, 1), -1), np.full((2, 1), 0.5))
    assert np.isfinite(agrees).all()
