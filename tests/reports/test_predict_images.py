import numpy as np
import torch
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample

from mmpartial.registry import MODELS
from mmpartial.reports.predict_images import predict_images
from tests.checkpoints import HEAD, NETWORK

LABELS = torch.tensor([[1.0, 0, -1], [0, 1, 1], [1, -1, 0]])


class Partial:
    """Images of one colour, with labels of which some are unknown."""

    def __len__(self):
        return len(LABELS)

    def __getitem__(self, row):
        inputs = torch.full((3, 32, 32), 50 * row, dtype=torch.uint8)
        return dict(inputs=inputs, data_samples=DataSample().set_gt_score(LABELS[row]))


def test_images_with_unknown_labels():
    init_default_scope("mmpretrain")
    model = MODELS.build(dict(type="ImageClassifier", head=HEAD, **NETWORK))
    frequent, chosen = np.array([0, 1]), np.array([0])
    found = predict_images(model, Partial(), dict(batch_size=2), frequent, chosen)
    assert found.seen == 3 and found.reliability().labels.sum() == 7
    assert found.confusion()[1].tolist() == [[0, 1], [1, 0]]
    assert [*found.curves.points(["a", "b", "c"])] == ["all labels together", "a"]
    assert all(image.maps for image in found.kept["most sure"])
