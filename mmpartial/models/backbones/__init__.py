"""Backbones."""

from .efficientnet_stages import EfficientNetStages
from .extracted_features import ExtractedFeatures
from .feature_vector import FeatureVector
from .resnet10 import ResNet10
