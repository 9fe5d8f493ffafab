"""Computes missing features when a run on features starts."""

import os

from mmengine.config import Config

from ..apis.cache_features import cache_features, wanted_features
from ..utils.log import without_notes


def compute_missing_features(cfg: Config | None) -> None:
    """Compute the features that a config's datasets read and that do not exist yet.

    With several processes nothing is computed, and the datasets say which features are missing.

    Args:
        cfg: The config, or None if there is none.
    """
    alone = os.environ.get("WORLD_SIZE", "1") == "1"
    if cfg is not None and alone and "extractor" in cfg and wanted_features(cfg):
        with without_notes():  # the run itself logs the same about its labels
            cache_features(cfg)
