"""Average precision of columns of scores."""

import numpy as np
import torch
from sklearn.metrics import average_precision_score

from mmpartial.evaluation.average_precision import average_precision


def test_scikit_learns_on_known_labels():
    """With equal scores, and scores below those of all unknown labels."""
    rng = np.random.default_rng(0)
    scores, labels = rng.integers(-9, 9, (60, 8)).round(1), rng.integers(-1, 2, (60, 8))
    found = average_precision(torch.tensor(scores, dtype=torch.float32), torch.tensor(labels))
    for value, s, y in zip(found.tolist(), scores.T, labels.T, strict=True):
        np.testing.assert_allclose(value, average_precision_score(y[y >= 0], s[y >= 0]))


def test_without_a_known_positive():
    labels = torch.tensor([[0, -1], [-1, -1]])
    assert average_precision(torch.rand(2, 2), labels).isnan().all()
