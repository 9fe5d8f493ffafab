"""Adds class maps to the images that a report shows."""

from typing import Any

import torch
from mmengine.dataset import pseudo_collate
from torch import nn

from ..datasets import CachedFeatures
from ..models.class_maps import class_maps, likely_classes
from ..utils.nested import walk
from .overlay import overlays, seen
from .predicted import Predicted

_MOST = 2  # classes of an image; more would leave no room for the photo


def add_maps(predicted: Predicted, model: nn.Module, dataset: Any) -> None:
    """Colour each kept image where the model sees its likeliest classes.

    If the network has no maps, :attr:`~.predicted.Predicted.no_maps` says why.

    Args:
        predicted: The predictions of the dataset.
        model: The model that predicted.
        dataset: The images.
    """
    if any(isinstance(inner, CachedFeatures) for inner in walk(dataset)):
        predicted.no_maps = "the training was on cached features, not on images"
        return
    training = model.training
    model.eval()
    found: dict[int, list] = {}
    try:
        for image in [image for kept in predicted.kept.values() for image in kept]:
            if image.row not in found:
                probabilities = torch.from_numpy(image.probabilities)
                chosen = likely_classes(probabilities, probabilities >= 0.5, _MOST)
                found[image.row] = [*zip(chosen, _drawn(model, dataset[image.row], chosen),
                                         strict=True)]  # fmt: skip
            image.maps = found[image.row]
    except ValueError:
        predicted.no_maps = "the classes of this network are not read from a feature map"
    finally:
        model.train(training)


def _drawn(model: Any, sample: dict, classes: list[int]) -> list:
    """The image as the network sees it, coloured for each class."""
    inputs = model.data_preprocessor(pseudo_collate([sample]), training=False)["inputs"]
    maps = class_maps(model, inputs, classes)[0].cpu().numpy()
    return overlays(seen(sample["inputs"]), maps)
