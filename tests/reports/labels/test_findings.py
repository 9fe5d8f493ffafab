"""The numbers of the label report, against counts label by label."""

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mmpartial.labels.annotations import Annotations
from mmpartial.labels.hierarchy import Hierarchy
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.reports.labels import counts
from mmpartial.reports.labels.findings import Findings
from mmpartial.reports.labels.near_duplicates import image_hashes, near_duplicates

LABELS = st.tuples(st.integers(1, 9), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int8, shape, elements=st.sampled_from([-1, 0, 1]))
)


def annotations(labels):
    images = [f"{i}.jpg" for i in range(len(labels))]
    classes = [chr(ord("a") + i) for i in range(labels.shape[1])]
    return Annotations(images, classes, LabelMatrix.from_dense(labels))


@given(LABELS)
def test_counts_of_images(labels):
    found = counts.count(LabelMatrix.from_dense(labels))
    for state in (1, 0, -1):
        of_image = [int((row == state).sum()) for row in labels]
        assert found.images[state].tolist() == [
            of_image.count(number) for number in range(labels.shape[1] + 1)
        ]
    assert found.no_positive.tolist() == [i for i, row in enumerate(labels) if 1 not in row]
    assert found.num_no_label == sum(all(row == -1) for row in labels)


@given(LABELS, st.integers(1, 12))
def test_pairs(labels, number):
    pairs = counts.count(LabelMatrix.from_dense(labels)).pairs
    expected = {
        (a, b): int(((labels[:, a] == 1) & (labels[:, b] == 1)).sum())
        for a, b in itertools.combinations(range(labels.shape[1]), 2)
    }
    best = sorted((-times, pair) for pair, times in expected.items() if times)[:number]
    found = [
        (-int(t), (int(a), int(b))) for a, b, t in zip(*pairs.most_frequent(number), strict=True)
    ]
    assert [times for times, _ in found] == [times for times, _ in best]
    assert all(expected[pair] == -times for times, pair in found)
    chosen, shares = pairs.shares()
    for (i, a), (j, b) in itertools.permutations(enumerate(chosen.tolist()), 2):
        both = ((labels[:, a] == 1) & (labels[:, b] == 1)).sum()
        assert shares[i, j] == pytest.approx(100 * both / (labels[:, a] == 1).sum())


def test_rows_are_counted_in_parts(monkeypatch):
    labels = np.random.default_rng(0).integers(-1, 2, (300, 7)).astype(np.int8)
    whole = counts.count(LabelMatrix.from_dense(labels))
    monkeypatch.setattr(counts, "split", lambda matrix: _parts(labels))
    parts = counts.count(LabelMatrix.from_dense(labels))
    assert (parts.pairs.together == whole.pairs.together).all()
    assert parts.no_positive.tolist() == whole.no_positive.tolist()
    assert all((parts.images[s] == whole.images[s]).all() for s in (1, 0, -1))


def _parts(labels):
    return [LabelMatrix.from_dense(labels[start : start + 90]) for start in range(0, 300, 90)]


@given(LABELS)
def test_the_table_of_classes(labels):
    table = Findings("test", annotations(labels)).classes
    for state, name in ((1, "positive"), (0, "negative"), (-1, "unknown")):
        assert table[name].tolist() == (labels == state).sum(0).tolist()
    assert table["known"].tolist() == pytest.approx((labels >= 0).mean(0))


def test_lift_is_relative_to_independent_classes():
    labels = np.array([[1, 1], [1, 1], [0, -1], [0, 0]], dtype=np.int8)
    (row,) = counts.count(LabelMatrix.from_dense(labels)).pairs.table(
        np.array(["a", "b"], dtype=object), 4
    ).to_dict("records")  # fmt: skip
    assert row["lift"] == 2 and row["images with both"] == 2 and row["of the second"] == 1


def test_contradictions_name_both_classes_and_an_image():
    labels = np.array([[-1, -1], [1, 0], [1, 0], [1, 1]], dtype=np.int8)
    found = Findings("test", annotations(labels), hierarchy=Hierarchy(dict(a="b")))
    (row,) = found.contradictions.to_dict("records")
    assert list(row.values()) == ["a", "b", 2, "1.jpg"]


@pytest.fixture
def photos(tmp_path):
    """Two photos, a smaller copy of the first, a black image, and one that cannot be read."""
    rng = np.random.default_rng(0)
    for name in ("0", "1"):
        small = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        photo = cv2.resize(small, (120, 90), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / f"{name}.png"), photo)
    first = cv2.imread(str(tmp_path / "0.png"))
    cv2.imwrite(str(tmp_path / "2.jpg"), cv2.resize(first, (60, 45)))
    for name in ("3", "4"):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((9, 9, 3), np.uint8))
    (tmp_path / "5.png").write_bytes(b"no image")
    return [str(tmp_path / name) for name in ("0.png", "1.png", "2.jpg", "3.png", "4.png", "5.png")]


def test_images_that_look_alike(photos):
    hashes, faults = image_hashes(photos)
    assert near_duplicates(hashes).tolist() == [[0, 2]] and [*faults] == [5]
    assert near_duplicates(hashes[:0]).tolist() == []


def test_labels_of_images_that_look_alike(photos):
    labels = np.full((6, 3), -1, dtype=np.int8)
    labels[0], labels[2] = [1, 1, 0], [0, -1, 0]
    found = Findings("test", annotations(labels), path_of=lambda row: photos[row])
    assert found.duplicates.to_dict("records") == [dict(one=0, other=2, contradicting=1, missing=1)]
    assert [*found.unreadable] == [5]
