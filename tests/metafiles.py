"""Read the 85 metafiles of MMPretrain once: MMEngine does so for each `mmpretrain::` base."""

from functools import cache

from mmengine.config import utils

utils.load = cache(utils.load)
