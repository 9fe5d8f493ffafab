"""Draws an image and its predicted classes."""

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ...formats.common.output_paths import check_new
from ...reports.svg import shortened
from ...utils.names import visible
from .image_inputs import Image

_BARS = 12  # classes in a picture, unless more are positive
_SIDE = 480  # pixels of the longer side of the image
_DPI = 100
_YES, _NO = "#1b7f4d", "#b8bcc2"


def drawn_files(
    images: Sequence[Image], folder: str | Path, force: bool | None = None
) -> list[Path]:
    """Name a file for the drawing of each image, in subfolders like those of the images.

    Args:
        images: Paths or arrays; the file of an array is named by its number.
        folder: The folder of the drawings.
        force: Accept existing files; None if the user has no such option.

    Raises:
        FileExistsError: A drawing exists.
    """
    paths = [os.path.abspath(image) for image in images if isinstance(image, str)]
    common = os.path.commonpath([os.path.dirname(path) for path in paths]) if paths else ""
    files = [
        Path(folder, f"{os.path.relpath(image, common) if isinstance(image, str) else number}.png")
        for number, image in enumerate(images)
    ]
    for file in files:
        check_new(file, force)
    return files


def draw(
    pixels: np.ndarray,
    classes: Sequence[str],
    probabilities: np.ndarray,
    yes: np.ndarray,
    thresholds: np.ndarray,
    title: str = "",
) -> Figure:
    """Draw an image, and beside it a bar for each likely class.

    Positive classes come first and are green; all of them are shown. A line across a bar is the
    threshold of its class.

    Args:
        pixels: ``(H, W, 3)``, BGR.
        classes: ``(C,)`` names.
        probabilities: ``(C,)``
        yes: ``(C,)`` bool, the positive classes.
        thresholds: ``(C,)``
        title: The text above the image.
    """
    order = np.lexsort((-probabilities, ~yes))[: max(_BARS, int(yes.sum()))]
    height, width = _fitted(pixels.shape[:2])
    rows = len(order)
    names = [visible(shortened(classes[cls], 28))[1:-1] for cls in order]
    beside = 7 * max(map(len, names)) + 20, 260  # pixels of names and of bars
    whole = max(height, 24 * rows) + 60
    figure = Figure(figsize=((width + sum(beside) + 90) / _DPI, whole / _DPI), dpi=_DPI)
    canvas = FigureCanvasAgg(figure)
    total, tall = canvas.get_width_height()
    photo = figure.add_axes((20 / total, 1 - (height + 40) / tall, width / total, height / tall))
    smooth = cv2.INTER_AREA if height < len(pixels) else cv2.INTER_CUBIC
    shown = cv2.resize(pixels, (width, height), interpolation=smooth)
    photo.imshow(cv2.cvtColor(shown.astype(np.uint8), cv2.COLOR_BGR2RGB))
    photo.set_axis_off()
    photo.set_title(title, fontsize=9, loc="left")
    left, bottom = (width + 30 + beside[0]) / total, 24 * rows
    bars = figure.add_axes((left, 1 - (bottom + 40) / tall, beside[1] / total, bottom / tall))
    at = np.arange(rows)
    colours = [_YES if yes[cls] else _NO for cls in order]
    bars.barh(at, probabilities[order], height=0.62, color=colours)
    bars.vlines(thresholds[order], at - 0.42, at + 0.42, color="black", linewidth=1.2)
    for row, cls in enumerate(order):
        bars.text(1.03, row, f"{probabilities[cls]:.2f}", va="center", fontsize=9)
    bars.set(xlim=(0, 1), ylim=(rows - 0.5, -0.5), xticks=[], yticks=at)
    bars.set_yticklabels(names, fontsize=9)
    for label, cls in zip(bars.get_yticklabels(), order, strict=True):
        label.set_fontweight("bold" if yes[cls] else "normal")
    bars.set_title("probability, line: threshold", fontsize=9, loc="left")
    bars.tick_params(length=0)
    for side in ("top", "right", "bottom"):
        bars.spines[side].set_visible(False)
    return figure


def _fitted(shape: tuple[int, ...]) -> tuple[int, int]:
    """Height and width of an image in the picture."""
    scale = _SIDE / max(shape)
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))
