"""Draws a photo and pictures of it side by side."""

from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..utils.names import visible

_ROW = 4  # pictures in a row
_INCHES = 2.4  # side of a picture


def panels(pixels: np.ndarray, pictures: Sequence[np.ndarray], titles: Sequence[str]) -> Figure:
    """Draw a photo and pictures of it.

    Args:
        pixels: ``(H, W, 3)`` uint8, RGB.
        pictures: Arrays like the photo.
        titles: The title of each picture.
    """
    shown = [("", pixels), *zip(titles, pictures, strict=True)]
    columns = min(_ROW, len(shown))
    rows = -(-len(shown) // columns)
    tall = _INCHES * pixels.shape[0] / pixels.shape[1] + 0.3
    figure = Figure(figsize=(_INCHES * columns, tall * rows), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for number, (title, picture) in enumerate(shown):
        axes = figure.add_subplot(rows, columns, number + 1)
        axes.imshow(picture)
        axes.set_axis_off()
        axes.set_title(visible(title)[1:-1] if title else " ", fontsize=9, parse_math=False)
    return figure
