"""The choice of soft negatives."""

from types import SimpleNamespace

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.soft_negatives import SoftNegatives, least_likely


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 90), st.integers(0, 2**31))
def test_the_least_likely_candidates_of_each_class(N, C, seed):
    rng = np.random.default_rng(seed)
    prob = rng.integers(0, 4, (N, C)) / 4  # ties
    candidates, count = rng.random((N, C)) < 0.6, rng.integers(0, N + 1, C)
    expected = np.zeros((N, C), dtype=bool)
    for c in range(C):
        ranked = sorted((prob[r, c], r) for r in range(N) if candidates[r, c])
        for _, r in ranked[: count[c]]:
            expected[r, c] = True
    found = least_likely(*map(torch.from_numpy, (prob, candidates, count)))
    assert np.array_equal(found, expected)


def test_so_many_at_a_time():
    """int(share * n / epochs that are left) in this order: others round differently."""
    numbers = [50, 60, 120, 9]
    labels = np.zeros((120, 4), dtype=np.int8)
    for c, number in enumerate(numbers):
        labels[:number, c] = -1
    dataset = SimpleNamespace(labels=LabelMatrix.from_dense(labels), fingerprint="x")
    table = SoftNegatives(dataset, epochs=10, warmup=5, neg_proportion=0.7)
    assert table.each_time.tolist() == [int(0.7 * n / 5) for n in numbers] == [7, 8, 16, 1]
