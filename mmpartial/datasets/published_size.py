"""How many images the published file of a split has."""

import os
from collections.abc import Mapping

from mmengine.logging import print_log


def note_size(path: str, images: int, published: Mapping[str, int]) -> None:
    """Warn if a file has the name of a published one but another number of images.

    It is no error, because people cut subsets of such files and keep the name.

    Args:
        path: The file.
        images: How many it has.
        published: How many it should have, by file name.
    """
    expected = published.get(os.path.basename(path), images)
    if images != expected:
        print_log(
            f"{path} has {images} images, but the published file has {expected}: go on if it is a "
            "subset of your own, and download it again if not.",
            logger="current",
            level=30,
        )
