"""Features that are missing when a run on features starts."""

import os

from mmengine.config import Config

from ..apis.cache_features import cache_features, wanted_features
from ..utils.log import without_notes


def compute_missing_features(cfg: Config | None) -> None:
    """Compute the features that a config's datasets read and that are not there yet.

    One of several processes cannot do it for the others: then the datasets say what is missing.

    Args:
        cfg: The config, or None if there is none.
    """
    alone = os.environ.get("WORLD_SIZE", "1") == "1"
    if cfg is not None and alone and "extractor" in cfg and wanted_features(cfg):
        with without_notes():  # the run says the same of its labels
            cache_features(cfg)
