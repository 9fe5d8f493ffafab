"""The tools as functions."""

from .cache_features import cache_features
from .init_project import init_project
from .model import load_model
from .split import split
