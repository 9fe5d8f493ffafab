"""The label estimates of ROLE; tests/engine/test_label_hooks.py has a run with them."""

import numpy as np
import pytest
import torch

from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.label_estimates import LabelEstimates

OPTIONS = dict(seed=0, max_memory=8.0, lr_mult=10.0)


def test_estimates_refuse_too_much_memory():
    labels = LabelMatrix.from_dense(np.zeros((1, 1)))
    big = LabelMatrix(np.zeros(5_655_109, dtype=np.int64), np.empty(0, np.uint16), 600, -1)
    with pytest.raises(ValueError, match=r"5655108 images x 600 classes take 50.6 GiB \(16 bytes"):
        LabelEstimates(big, "owner", **OPTIONS)
    with pytest.raises(ValueError, match="belong to another dataset"):
        other = LabelEstimates(labels, "b", **OPTIONS)
        LabelEstimates(labels, "a", **OPTIONS).load_state_dict(other.state_dict(""), "")


def test_half_batches_weigh_as_the_whole():
    labels = LabelMatrix.from_dense(np.full((4, 3), -1, dtype=np.int8))
    gradient = torch.linspace(-1, 1, 12).view(4, 3)
    whole, halves = (LabelEstimates(labels, "a", **OPTIONS) for _ in range(2))
    whole.end_step()  # without a batch
    for parts in ([[0, 1, 2, 3]], [[0, 1], [2, 3]]):  # Adam would forgive a factor in both steps
        whole.add(torch.arange(4), gradient)
        whole.end_step()
        for rows in map(torch.tensor, parts):
            halves.add(rows, len(parts) * gradient[rows])  # of the mean over fewer images
        halves.end_step()
    torch.testing.assert_close(halves.logits, whole.logits)
    (state,) = halves.optimizer.state.values()
    assert state["step"] == 2
