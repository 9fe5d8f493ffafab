"""What the tools do, as functions."""

from .cache_features import cache_features

__all__ = ["cache_features"]
