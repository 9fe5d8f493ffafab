"""Pictures of class maps: the photo in grey, and colour where the model sees a class."""

from collections.abc import Sequence

import cv2
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..utils.names import visible

_DENSEST = 0.8  # share of the colour at the highest value
_ROW = 4  # pictures in a row
_INCHES = 2.4  # side of a picture


def overlay(pixels: np.ndarray, class_map: np.ndarray, highest: float) -> np.ndarray:
    """Colour a photo where a class map is above 0.

    Args:
        pixels: ``(H, W, 3)`` uint8, red, green, blue.
        class_map: ``(h, w)`` logits of a class at places of the photo.
        highest: The value with full colour.

    Returns:
        ``(H, W, 3)`` uint8, red, green, blue.
    """
    height, width = pixels.shape[:2]
    large = cv2.resize(class_map.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.clip(large / max(highest, 1e-6), 0, 1)
    colour = matplotlib.colormaps["inferno"](0.3 + 0.7 * share)[..., :3] * 255
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None]
    dense = _DENSEST * share[..., None]
    return ((1 - dense) * grey + dense * colour).astype(np.uint8)


def overlays(pixels: np.ndarray, maps: np.ndarray) -> list[np.ndarray]:
    """One picture for each of some ``(K, h, w)`` class maps; they share a scale of colours."""
    return [overlay(pixels, class_map, float(maps.max())) for class_map in maps]


def panels(pixels: np.ndarray, pictures: Sequence[np.ndarray], titles: Sequence[str]) -> Figure:
    """A figure of a photo and of pictures of it.

    Args:
        pixels: ``(H, W, 3)`` uint8, red, green, blue.
        pictures: Arrays like it.
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
