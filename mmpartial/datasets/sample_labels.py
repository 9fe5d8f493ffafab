"""The labels of the samples of a batch."""

from collections.abc import Sequence
from typing import Any

from mmpretrain.structures import DataSample

from ..labels.matrix import LabelMatrix
from ..labels.sparse_labels import SparseLabels


def data_samples_in(sample: Any) -> list[DataSample]:
    """The data samples that a pipeline made of an image, several in test-time augmentation."""
    packed = sample.get("data_samples", [])
    return packed if isinstance(packed, list) else [packed]


def add_labels(samples: Sequence[dict], labels: LabelMatrix, dense: bool) -> None:
    """Set ``gt_score`` of samples by their ``row``.

    Args:
        samples: Samples of pipelines with data samples.
        labels: The labels of all images.
        dense: Whether they are tensors now, or when they are moved to a device.
    """
    packed = [data_samples_in(sample) for sample in samples]
    if dense:
        for data_sample in (view for views in packed for view in views):
            data_sample.set_gt_score(labels[data_sample.row])
    elif packed:
        rows = SparseLabels.of(labels, [views[0].row for views in packed]).rows()
        for views, row in zip(packed, rows, strict=True):
            for data_sample in views:
                data_sample.set_field(row, "gt_score")
