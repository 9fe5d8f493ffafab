"""Makes pages: HTML files that contain everything and need no server.

A page has sections, and a section has texts, numbers, tables, charts and galleries. Each call adds
one of them to the last section::

    from mmpartial.reports import charts
    from mmpartial.reports.page import Page, Picture

    page = Page("My model", "my_config.py, epoch 20")
    page.section("Classes", "Average precision on the validation images, in percent.")
    page.table(frame, AP=".1f", known=".0%")
    page.chart(charts.lines(dict(loss=(epochs, losses)), x="epoch", y="loss"), "Loss")
    page.gallery([Picture("images/1.jpg", "1.jpg", [("cat", POSITIVE), ("dog", UNKNOWN)])])
    page.write("report.html")

Everything is escaped, so names may contain any characters. A click on a column sorts a table, and
each table has a filter. Rows are drawn as somebody scrolls, so 10,000 rows are no problem. Colours
follow the reader's light or dark scheme: blue is positive, orange negative, grey unknown. The look
is in ``templates/style.css``.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..formats.common.output_paths import check_target, write_text
from .table_data import table_data
from .thumbnails import thumbnail

TEMPLATES = Path(__file__).parent / "templates"
Image = str | Path | np.ndarray
STATES = {1: "plus", 0: "minus", -1: "unknown"}  # names in style.css
SIGNS = {1: "+", 0: "\N{MINUS SIGN}", -1: "?"}


@dataclass
class Picture:
    """An image in a gallery.

    Attributes:
        image: A file, an ``(H, W, 3)`` uint8 array in RGB, or a data URI; or a list of them, to
            show side by side.
        title: The line below it.
        labels: Texts with their states, such as ``("cat 0.93", UNKNOWN)``.
        note: Another line.
        captions: The line below each of several images.
    """

    image: Image | list[Image]
    title: str = ""
    labels: Sequence[tuple[str, int]] = ()
    note: str = ""
    captions: Sequence[str] = ()


@dataclass
class Section:
    """A part of a page with a heading.

    Attributes:
        title: The heading.
        note: A sentence that explains the section.
        blocks: Its content.
    """

    title: str
    note: str = ""
    blocks: list[Markup] = field(default_factory=list)


class Page:
    """A page; see the example above.

    Args:
        title: Its heading.
        subtitle: A line below the heading, such as the name of a file.
    """

    def __init__(self, title: str, subtitle: str = ""):
        self.title, self.subtitle = title, subtitle
        self.sections = [Section("")]

    def section(self, title: str, note: str = "") -> None:
        """Begin a section; the note explains it to a newcomer."""
        self.sections.append(Section(title, note))

    def text(self, text: str) -> None:
        """Add a paragraph."""
        self._add("text.html", text=text)

    def numbers(self, numbers: Mapping[str, Any]) -> None:
        """Add a row of large numbers with their names, such as ``{"images": 300}``."""
        shown = {
            name: f"{value:,}" if isinstance(value, int | np.integer) else value
            for name, value in numbers.items()
        }
        self._add("numbers.html", numbers=shown)

    def table(self, frame: pd.DataFrame, /, **formats: str) -> None:
        """Add a table that sorts and filters.

        Args:
            frame: The rows. Missing values stay blank and are last in any order.
            **formats: The format of a column: ``".1f"`` with one decimal, ``".0%"`` as percent,
                ``"states"`` for cells of three numbers, which become a bar of positives, negatives
                and unknown labels. Whole numbers and texts need none; other numbers have two
                decimals by default.

        Raises:
            ValueError: There is no such column or format.
        """
        self._add("table.html", data=table_data(frame, formats), height=len(frame) > 20)

    def chart(self, chart: Markup, title: str = "") -> None:
        """Add a chart of :mod:`mmpartial.reports.charts`; successive charts share a line."""
        self._add("chart.html", chart=chart, title=title)

    def gallery(self, pictures: Iterable[Picture], size: int = 160, title: str = "") -> None:
        """Add images; if one cannot be read, its place says so.

        Args:
            pictures: The images.
            size: Pixels of the longer side.
            title: The line above them.
        """
        found = []
        for picture in pictures:
            images = picture.image if isinstance(picture.image, list) else [picture.image]
            found.append((picture, [thumbnail(image, size) for image in images]))
        width = size * max([len(images) for _, images in found] or [1])
        self._add("gallery.html", pictures=found, size=size, width=width, states=STATES,
                  signs=SIGNS, title=title)  # fmt: skip

    def html(self) -> str:
        """The page."""
        script = _part("table.js")
        return _environment().get_template("page.html").render(
            page=self, sections=[part for part in self.sections if part.title or part.blocks],
            style=_part("style.css"), script=script, script_hash=_hash(script),
        )  # fmt: skip

    def write(self, path: str | Path, force: bool = False) -> None:
        """Write the page; the file appears only when it is complete.

        Args:
            path: The file.
            force: Overwrite an existing file.

        Raises:
            FileExistsError: The file exists.
            FileNotFoundError: Its folder does not exist.
        """
        check_target(path, force)
        write_text(path, self.html())

    def _add(self, template: str, **values: Any) -> None:
        block = Markup(_environment().get_template(template).render(**values))
        self.sections[-1].blocks.append(block)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _part(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _hash(script: str) -> str:
    """The hash by which the page's policy allows its own script and no other."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
