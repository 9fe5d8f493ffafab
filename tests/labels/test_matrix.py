"""The sparse label matrix against dense NumPy."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmpartial.labels import encoding
from mmpartial.labels.class_lists import from_lists
from mmpartial.labels.encoding import ConflictError
from mmpartial.labels.identity import is_part_of, label_hash
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.labels.parts import forget, replace, split, stack

STATES = (-1, 0, 1)


@st.composite
def dense_labels(draw):
    shape = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    weights = draw(st.sampled_from([(0.2, 0.5, 0.3), (0.9, 0.1, 0), (0, 0.9, 0.1), (0, 0, 1)]))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    return rng.choice(STATES, size=shape, p=weights).astype(np.int8)


@pytest.fixture(autouse=True, params=[4, 2**22])
def chunk(request, monkeypatch):
    """Results must not depend on how many entries are looked at together."""
    monkeypatch.setattr(encoding, "CHUNK", request.param)


relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(dense_labels(), st.integers(0, 2**31))
def test_holds_what_it_was_given(dense, seed):
    rng = np.random.default_rng(seed)
    labels = LabelMatrix.from_dense(dense)
    assert len(labels) == len(dense) and labels.shape == dense.shape
    np.testing.assert_array_equal(labels.dense(), dense)
    np.testing.assert_array_equal(np.asarray(labels), dense)
    assert labels[0].dtype == np.int8 and labels[-1].tolist() == dense[-1].tolist()
    assert [row.tolist() for row in labels] == dense.tolist()
    for outside in (len(dense), -len(dense) - 1):
        with pytest.raises(IndexError):
            labels[outside]
    rows = rng.integers(0, len(dense), 5)
    np.testing.assert_array_equal(labels[rows], dense[rows])
    np.testing.assert_array_equal(labels.take(rows).dense(), dense[rows])
    np.testing.assert_array_equal(labels[1:3], dense[1:3])
    classes = rng.permutation(dense.shape[1])[: rng.integers(1, dense.shape[1] + 1)]
    np.testing.assert_array_equal(labels.select(classes).dense(), dense[:, classes])
    np.testing.assert_array_equal(labels == 1, dense == 1)
    np.testing.assert_array_equal(labels != -1, dense != -1)


@relaxed
@given(dense_labels())
def test_counts_and_entries(dense):
    labels = LabelMatrix.from_dense(dense)
    for state in STATES:
        np.testing.assert_array_equal(labels.count(state), (dense == state).sum(0))
        np.testing.assert_array_equal(labels.entries(state), np.nonzero(dense == state))
    image, cls, positive = labels.known()
    np.testing.assert_array_equal((image, cls), np.nonzero(dense >= 0))
    np.testing.assert_array_equal(positive, dense[image, cls] == 1)
    assert labels.count(labels.default_state).sum() == max((dense == s).sum() for s in STATES)
    assert len(labels.codes) == (dense != labels.default_state).sum() and labels.codes.itemsize == 2


@relaxed
@given(dense_labels(), st.integers(0, 2**31))
def test_built_from_entries_and_lists(dense, seed):
    rng = np.random.default_rng(seed)
    image, cls = np.nonzero(dense >= 0)
    again = rng.permutation(np.r_[np.arange(len(image)), rng.integers(0, max(1, len(image)), 3)])
    again = again[again < len(image)]
    positive = dense[image, cls] == 1
    built = LabelMatrix.from_entries(image[again], cls[again], positive[again], dense.shape)
    np.testing.assert_array_equal(built, dense)
    full = np.maximum(dense, 0)
    built = LabelMatrix.from_entries(image[again], cls[again], positive[again], dense.shape, 0)
    np.testing.assert_array_equal(built, full)
    lists = [[np.flatnonzero(row == state).tolist() for row in dense] for state in (1, 0)]
    np.testing.assert_array_equal(from_lists(*lists, dense.shape[1], -1), dense)
    np.testing.assert_array_equal(from_lists(*lists, dense.shape[1], 0), full)


@relaxed
@given(dense_labels(), dense_labels())
def test_stacked(first, second):
    width = min(first.shape[1], second.shape[1])
    first, second = first[:, :width], second[:, :width]
    both = stack([LabelMatrix.from_dense(first), LabelMatrix.from_dense(second)])
    np.testing.assert_array_equal(both, np.concatenate([first, second]))
    np.testing.assert_array_equal(np.concatenate([p.dense() for p in split(both, 3)]), both)


@relaxed
@given(dense_labels(), st.integers(0, 2**31))
def test_some_labels_in_other_states(dense, seed):
    rng = np.random.default_rng(seed)
    labels, expected = LabelMatrix.from_dense(dense), dense.copy()
    image, cls = np.nonzero(rng.random(dense.shape) < 0.5)
    expected[image, cls] = states = rng.choice(STATES, len(image))
    np.testing.assert_array_equal(replace(labels, image, cls, states), expected)
    expected, images = dense.copy(), np.flatnonzero(rng.random(len(dense)) < 0.5)
    expected[images] = -1
    np.testing.assert_array_equal(forget(labels, images), expected)


@relaxed
@given(dense_labels(), st.integers(0, 2**31))
def test_digest_names_the_labels_and_not_their_order(dense, seed):
    rng = np.random.default_rng(seed)
    names = rng.integers(0, 2**62, len(dense))
    labels = LabelMatrix.from_dense(dense)
    order = rng.permutation(len(dense))
    assert label_hash(labels, names) == label_hash(labels.take(order), names[order])
    other = dense.copy()
    other[0, 0] = (other[0, 0] + 2) % 3 - 1
    assert label_hash(labels, names) != label_hash(LabelMatrix.from_dense(other), names)
    assert label_hash(labels, names) != label_hash(labels, names + 1)


@relaxed
@given(dense_labels(), st.integers(0, 2**31))
def test_part_of(dense, seed):
    rng = np.random.default_rng(seed)
    labels = LabelMatrix.from_dense(dense)
    hidden = np.where(rng.random(dense.shape) < 0.5, -1, dense)
    assert is_part_of(LabelMatrix.from_dense(hidden), labels)
    if (dense >= 0).any():
        image, cls = np.argwhere(dense >= 0)[0]
        hidden[image, cls] = 1 - dense[image, cls]
        assert not is_part_of(LabelMatrix.from_dense(hidden), labels)


def test_refuses_contradictions_and_other_values():
    with pytest.raises(ConflictError, match="image 2 has class 1 as positive and as negative"):
        LabelMatrix.from_entries([0, 2, 2], [1, 1, 1], [True, False, True], (3, 2))
    with pytest.raises(ConflictError, match="image 2 has class 1 as positive and as negative"):
        LabelMatrix.from_entries([0, 2, 2], [1, 1, 1], [True, False, True], (3, 2), default_state=0)
    with pytest.raises(ValueError, match="sample 1 has the class index 4, but there are 4 classes"):
        from_lists([[0], [4]], [[], []], 4, -1)
    with pytest.raises(ValueError, match="cat.jpg lists class 3 as positive and as negative"):
        from_lists([[3]], [[3]], 4, 0, name=lambda number: "cat.jpg")
    with pytest.raises(ValueError, match="sample 0 has the label 2 for class 1"):
        LabelMatrix.from_dense(np.array([[1, 2]]))


def test_many_classes_take_four_bytes():
    dense = np.full((1, 40_000), -1)
    dense[0, [5, 39_999]] = 0, 1
    labels = LabelMatrix.from_dense(dense)
    assert labels.codes.dtype == np.uint32
    np.testing.assert_array_equal(labels, dense)


def test_equal_keys_are_one():
    labels = LabelMatrix.from_keys(np.array([3, 1, 3, 3]), (1, 5), default_state=-1)
    assert labels.codes.tolist() == [1, 3] and labels[0].tolist() == [1, 1, -1, -1, -1]
