"""The label estimates of ROLE; tests/engine/test_label_hooks.py has a run with them."""

import numpy as np
import pytest

from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.label_estimates import LabelEstimates


def test_estimates_refuse_too_much_memory():
    labels = LabelMatrix.from_dense(np.zeros((1, 1)))
    big = LabelMatrix(np.zeros(5_655_109, dtype=np.int64), np.empty(0, np.uint16), 600, -1)
    with pytest.raises(ValueError, match=r"5655108 images x 600 classes take 50.6 GiB \(16 bytes"):
        LabelEstimates(big, "owner")
    with pytest.raises(ValueError, match="belong to another dataset"):
        LabelEstimates(labels, "a").load_state_dict(LabelEstimates(labels, "b").state_dict(""), "")
