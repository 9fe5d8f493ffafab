"""Backbones."""

from .efficientnet_stages import EfficientNetStages
from .feature_vector import FeatureVector
from .resnet10 import ResNet10
