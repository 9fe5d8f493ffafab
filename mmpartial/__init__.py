"""Multi-label classifiers from partially annotated, imbalanced labels: a plugin for MMPretrain."""

from .utils.compat import allow_stock_checkpoints

__version__ = "0.1.0"

allow_stock_checkpoints()
