import numpy as np
import torch
from mmengine.registry import init_default_scope
from mmpretrain.structures import DataSample

from mmpartial.datasets import CachedFeatures
from mmpartial.models.class_maps import class_maps
from mmpartial.registry import MODELS
from mmpartial.reports.overlay import overlays, seen
from mmpartial.reports.predicted import Predicted
from mmpartial.reports.predicted_maps import add_maps
from tests.checkpoints import HEAD, NETWORK


class Noise:
    """Images of noise."""

    def __init__(self):
        self.images = torch.randint(0, 255, (3, 3, 32, 32), generator=torch.Generator())

    def __getitem__(self, row):
        return dict(inputs=self.images[row].byte(), data_samples=DataSample())


def network(**changes):
    init_default_scope("mmpretrain")
    torch.manual_seed(0)
    return MODELS.build(dict(type="ImageClassifier", head=HEAD, **(NETWORK | changes)))


def predictions():
    predicted = Predicted([], images=2)
    p = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3], [0.4, 0.6, 0.4]])
    predicted.add(p, np.ones((3, 3), int))
    return predicted


def test_maps_of_the_likeliest_classes():
    predicted, model, images = predictions(), network().train(), Noise()
    add_maps(predicted, model, images)
    chosen = {image.row: [cls for cls, _ in image.maps]
              for kept in predicted.kept.values() for image in kept}  # fmt: skip
    assert chosen == {0: [0, 1], 1: [2], 2: [1]}
    assert model.training and not predicted.no_maps
    (image,) = [image for image in predicted.kept["least sure"] if image.row == 2]
    data = model.data_preprocessor(dict(inputs=images.images[2:].float()))["inputs"]
    maps = class_maps(model.eval(), data, [1])[0].numpy()
    np.testing.assert_array_equal(image.maps[0][1], overlays(seen(images.images[2]), maps)[0])


def test_a_network_without_maps():
    predicted = predictions()
    vit = dict(
        type="VisionTransformer", img_size=32, patch_size=8, out_type="cls_token",
        arch=dict(embed_dims=16, num_layers=1, num_heads=2, feedforward_channels=16),
    )  # fmt: skip
    model = network(backbone=vit, neck=None).train()
    add_maps(predicted, model, Noise())
    assert predicted.no_maps.startswith("the classes of this network") and model.training
    assert not any(image.maps for kept in predicted.kept.values() for image in kept)


def test_cached_features_have_no_maps():
    features = object.__new__(CachedFeatures)
    features.dataset = None
    predicted = predictions()
    add_maps(predicted, network(), features)
    assert predicted.no_maps == "the training was on cached features, not on images"
