"""The tools as functions."""

from .cache_features import cache_features
from .model import load_model
