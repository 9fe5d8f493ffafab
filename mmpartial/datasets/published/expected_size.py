"""The sizes of published files."""

import os
from collections.abc import Mapping

from ...utils.log import warn


def note_size(path: str, number: int, published: Mapping[str, int], what: str = "images") -> None:
    """Warn if a file with the name of a published one has another number of images.

    This is not an error, because people cut subsets of such files and keep the name.
    """
    expected = published.get(os.path.basename(path), number)
    if number != expected:
        warn(
            f"{path} has {number} {what}, but the published file has {expected}: download it "
            "again, unless it is a subset of your own."
        )
