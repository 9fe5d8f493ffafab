"""Draws the charts of a page as pixels, for PNG files and MMEngine's vis backends.

A figure of matplotlib would take several times as long as the rest of a run's report.
"""

import re
from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

STYLE = Path(__file__).parent / "templates" / "style.css"
COLUMNS = 3  # charts side by side
_MARGIN, _HEAD = 24, 52  # the space around a chart, and above it for title and legend
_WIDTHS = {"grid": 1.0, "line": 2.0, "line point": 7.0}  # as in style.css
_FRACTION = 4  # bits of a pixel's fraction in OpenCV's coordinates
_NUMBER = re.compile(r"-?[\d.]+")


class _Elements(HTMLParser):
    """The elements of a chart: tag, attributes and text of each."""

    def __init__(self, chart: Markup):
        super().__init__()
        self.found: list[tuple[str, dict[str, str], str]] = []
        self.feed(chart)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}, ""))

    def handle_data(self, data: str) -> None:
        tag, attributes, text = self.found[-1]
        self.found[-1] = tag, attributes, text + data


def picture(charts: Sequence[tuple[str, Markup]]) -> np.ndarray:
    """Draw charts beside and below each other, in the colours of the light scheme.

    Args:
        charts: Titles and charts of :mod:`.charts`.

    Returns:
        ``(H, W, 3)`` uint8, RGB.
    """
    parsed = [(title, _Elements(chart).found) for title, chart in charts]
    boxes = [_shape(elements) for _, elements in parsed]
    wide = max(width for width, _ in boxes) + 2 * _MARGIN
    rows = [boxes[start : start + COLUMNS] for start in range(0, len(boxes), COLUMNS)]
    tall = [max(height for _, height in row) + _HEAD + _MARGIN for row in rows]
    shape = sum(tall), wide * min(COLUMNS, len(boxes))
    canvas = _Canvas(*map(round, shape))
    for number, (title, elements) in enumerate(parsed):
        row, column = divmod(number, COLUMNS)
        canvas.draw(title, elements, column * wide + _MARGIN, sum(tall[:row]))
    return canvas.pixels()


def _shape(elements: list[tuple[str, dict[str, str], str]]) -> tuple[float, float]:
    """Width and height of a chart."""
    return next((float(a["width"]), float(a["height"])) for tag, a, _ in elements if tag == "svg")


class _Canvas:
    """A picture; shapes are drawn at once, and texts at the end."""

    def __init__(self, height: int, width: int):
        self._drawn: np.ndarray = np.full((height, width, 3), _colour("ground"), dtype=np.uint8)
        self._texts: list[tuple[tuple[float, float], str, str, bool, tuple]] = []

    def draw(self, title: str, elements: list, left: float, top: float) -> None:
        """Draw one chart below its title and its legend."""
        self._text(left, top + 24, title, "ls", "ink", bold=True)
        at = left
        for tag, attributes, text in elements:
            if tag == "li":
                colour = _colour(attributes["style"])
                self._line([(at, top + 40), (at + 16, top + 40)], colour, 3)
                self._text(at + 22, top + 44, text, "ls")
                at += 38 + _font(False).getlength(text)
            elif tag == "text":
                anchor = {"end": "rs", "middle": "ms"}.get(attributes.get("text-anchor", ""), "ls")
                x, y = left + float(attributes["x"]), top + _HEAD + float(attributes["y"])
                self._text(x, y, text, anchor, "ink" if "class" in attributes else "muted")
            elif tag in ("path", "rect", "circle"):
                self._shape(tag, attributes, left, top + _HEAD)

    def _shape(self, tag: str, attributes: dict[str, str], left: float, top: float) -> None:
        style = dict(part.split(":", 1) for part in attributes.get("style", "").split("; ") if part)
        colour = _colour(style.get("fill") or style.get("stroke") or "line")
        opacity = float(style.get("fill-opacity") or style.get("opacity") or 1)
        colour = tuple(opacity * c + (1 - opacity) * g for c, g in zip(colour, _colour("ground"),
                                                                      strict=True))  # fmt: skip
        if tag == "path":
            width = float(style.get("stroke-width") or _WIDTHS[attributes["class"]])
            for points in _paths(attributes["d"]):
                self._line([(left + x, top + y) for x, y in points], colour, width)
        elif tag == "circle":
            x, y = left + float(attributes["cx"]), top + float(attributes["cy"])
            self._line([(x, y), (x, y)], colour, 2 * float(attributes["r"]))
        else:
            x, y, wide, high = (float(attributes[name]) for name in ("x", "y", "width", "height"))
            one, other = _fixed([(left + x, top + y), (left + x + wide, top + y + high)]).tolist()
            cv2.rectangle(self._drawn, one, other, colour, -1, cv2.LINE_AA, _FRACTION)

    def _line(self, points: list[tuple[float, float]], colour: tuple, width: float) -> None:
        """Connect points; a line whose ends are the same becomes a dot."""
        fixed = _fixed(points)
        if len(points) == 2 and points[0] == points[1]:
            radius = round(width / 2 * 2**_FRACTION)
            cv2.circle(self._drawn, fixed[0].tolist(), radius, colour, -1, cv2.LINE_AA, _FRACTION)
        else:
            thick = max(1, round(width))
            cv2.polylines(self._drawn, [fixed], False, colour, thick, cv2.LINE_AA, _FRACTION)

    def _text(
        self, x: float, y: float, text: str, anchor: str, colour: str = "muted", bold: bool = False
    ) -> None:
        self._texts.append(((x, y), text, anchor, bold, _colour(colour)))

    def pixels(self) -> np.ndarray:
        """The picture."""
        image = Image.fromarray(self._drawn)
        pen = ImageDraw.Draw(image)
        for at, text, anchor, bold, colour in self._texts:
            pen.text(at, text, fill=colour, font=_font(bold), anchor=anchor)
        return np.array(image)


def _paths(text: str) -> list[list[tuple[float, float]]]:
    """The points of each line of a path with the commands M, L, H and h0."""
    found = []
    for part in text.split("M")[1:]:
        numbers = [float(number) for number in _NUMBER.findall(part.replace("h0", ""))]
        if "H" in part:
            numbers.append(numbers[1])
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        found.append(points if len(points) > 1 else points * 2)
    return found


def _fixed(points: list[tuple[float, float]]) -> np.ndarray:
    """Points in fractions of the picture's pixels, ``(P, 2)`` int32."""
    return np.round(np.array(points) * 2**_FRACTION).astype(np.int32)


def _colour(style: str) -> tuple:
    """Red, green and blue of the colour that a style names."""
    name = re.sub(r".*var\(--|\).*", "", style)
    return _colours()[name]


@cache
def _colours() -> dict[str, tuple[int, ...]]:
    """The colours of the light scheme, which come first in the style."""
    found: dict[str, tuple[int, ...]] = {}
    for name, colour in re.findall(r"--([\w-]+): #(\w{6});", STYLE.read_text(encoding="utf-8")):
        found.setdefault(name, tuple(bytes.fromhex(colour)))
    return found


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    """The font of matplotlib, which has letters of many languages."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", name)
    return ImageFont.truetype(str(file), 13 if bold else 12)
