"""Galleries of labels, one for each class."""

from collections.abc import Mapping
from itertools import islice

import numpy as np
import pandas as pd

from .page import Image, Page, Picture

_LEAST, MOST = 6, 12  # pictures of a class


def class_galleries(
    page: Page,
    table: pd.DataFrame,
    images: Mapping[str, Image],
    state: int,
    counts: Mapping[str, int],
    pictures: int = 240,
) -> None:
    """Add a gallery for each class to a page, or for the first classes if there are many.

    Few classes have 12 pictures each, and many have 6.

    Args:
        page: The page.
        table: ``image``, ``class`` and ``probability`` of the labels. Classes come in the order of
            their first labels.
        images: The images by their ids.
        state: The state of the labels: 1, 0 or -1.
        counts: The number of labels of each class.
        pictures: The highest number of pictures.
    """
    groups = table.groupby("class", sort=False)
    each = int(np.clip(pictures // max(1, groups.ngroups), _LEAST, MOST))
    most = pictures // each
    if groups.ngroups > most:
        page.text(f"The first {most} of {groups.ngroups:,} classes are shown.")
    for name, labels in islice(groups, most):
        shown, number = labels.head(each), int(counts[name])
        first = f", the first {len(shown)}" * (len(shown) < number)
        page.gallery(
            [
                Picture(images[image], image, [(f"{probability:.2f}", state)])
                for image, probability in zip(shown["image"], shown["probability"], strict=True)
            ],
            title=f"{name}: {number:,} label{'s' * (number > 1)}{first}",
        )
