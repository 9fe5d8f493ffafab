"""The tools as functions."""

from .cache_features import cache_features
from .calibrate import calibrate_checkpoint
from .init_project import init_project
from .model import load_model
from .split import split
