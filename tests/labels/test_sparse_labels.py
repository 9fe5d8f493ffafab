"""Labels of a batch on their way to a device."""

import pickle
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
import torch

from mmpartial.labels.matrix import LabelMatrix
from mmpartial.labels.sparse_labels import LabelRow, SparseLabels

ROWS = [4, 0, 0, 2]


@pytest.fixture(params=[(0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)])
def matrix(request):
    """Each state is once the one that is not stored."""
    dense = np.random.default_rng(0).choice([-1, 0, 1], size=(6, 40), p=request.param)
    return LabelMatrix.from_dense(dense.astype(np.int8))


def test_dense_labels_are_those_of_the_matrix(matrix):
    batch = SparseLabels.of(matrix, ROWS)
    dense = batch.to("cpu", non_blocking=True)
    assert dense.dtype == torch.float32
    np.testing.assert_array_equal(dense, matrix[ROWS])
    assert batch.to(torch.float64).dtype == torch.float64
    for number, row in enumerate(batch.rows()):
        np.testing.assert_array_equal(row.to("cpu"), matrix[ROWS[number]])


def test_an_image_without_stored_labels():
    matrix = LabelMatrix.from_dense(np.array([[-1, -1, -1], [1, -1, -1]]))
    assert SparseLabels.of(matrix, [0]).to("cpu").tolist() == [[-1, -1, -1]]


def test_rows_of_a_whole_batch_are_stacked_without_expanding_them(matrix):
    rows = SparseLabels.of(matrix, ROWS).rows()
    assert torch.stack(rows) is rows[0].batch
    other = torch.stack(rows[::-1])
    assert isinstance(other, torch.Tensor)
    np.testing.assert_array_equal(other, matrix[ROWS[::-1]])
    mixed = torch.stack([rows[0], torch.zeros(40)])
    np.testing.assert_array_equal(mixed[0], matrix[ROWS[0]])


def test_torchs_functions_and_methods_take_a_row(matrix):
    row = SparseLabels.of(matrix, [3]).rows()[0]
    assert torch.equal(row, torch.from_numpy(matrix[3]).float())
    assert row.tolist() == matrix[3].tolist() and row.shape == (40,)
    assert torch.sum(row, 0) == matrix[3].sum()
    with pytest.raises(AttributeError, match="nonsense"):
        row.nonsense  # noqa: B018


def test_a_batch_takes_few_bytes_between_processes():
    rng = np.random.default_rng(0)
    keys = np.sort(rng.permutation(8 * 10_000)[:56])
    image, cls = np.divmod(keys, 10_000)
    matrix = LabelMatrix.from_entries(image, cls, rng.random(56) < 0.5, (8, 10_000))
    sent = ForkingPickler.dumps(SparseLabels.of(matrix, range(8)).rows())
    assert len(sent) < 1_000
    there = pickle.loads(sent)
    assert all(isinstance(row, LabelRow) and row.batch is there[0].batch for row in there)
    np.testing.assert_array_equal(torch.stack(there).to("cpu"), matrix[:])
