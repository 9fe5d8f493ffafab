"""The unknown labels of a dataset, a few classes at a time."""

import numpy as np
import torch

from mmpartial.labels import UNKNOWN
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.whole_predictions import unknown_by_classes


def test_each_class_comes_once_also_if_there_are_more_classes_than_images():
    labels = np.random.default_rng(0).integers(-1, 2, (3, 150)).astype(np.int8)
    parts = [*unknown_by_classes(LabelMatrix.from_dense(labels))]
    assert [cls for part, _ in parts for cls in range(150)[part]] == [*range(150)]
    found = torch.cat([unknown for _, unknown in parts], dim=1).numpy()
    np.testing.assert_array_equal(found, labels == UNKNOWN)
