"""Backbones."""

from .feature_vector import FeatureVector
from .resnet10 import ResNet10

__all__ = ["FeatureVector", "ResNet10"]
