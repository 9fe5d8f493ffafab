"""Backbones."""

from .resnet10 import ResNet10

__all__ = ["ResNet10"]
