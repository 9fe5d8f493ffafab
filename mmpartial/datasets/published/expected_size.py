"""How much the published file of a split holds."""

import os
from collections.abc import Mapping

from mmengine.logging import print_log


def note_size(path: str, number: int, published: Mapping[str, int], what: str = "images") -> None:
    """Warn if a file has the name of a published one but another number of images.

    It is no error, because people cut subsets of such files and keep the name.

    Args:
        path: The file.
        number: How many it has.
        published: How many it should have, by file name.
        what: What is counted.
    """
    expected = published.get(os.path.basename(path), number)
    if number != expected:
        print_log(
            f"{path} has {number} {what}, but the published file has {expected}: go on if it is a "
            "subset of your own, and download it again if not.",
            logger="current",
            level=30,
        )
