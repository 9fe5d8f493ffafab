"""Draws a matrix as coloured cells."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from .axes import tick_text
from .svg import chart, shortened

_WRITTEN = 12  # a matrix with this many rows or fewer has numbers in its cells


def heat_map(
    values: np.ndarray, rows: Sequence[str], columns: Sequence[str], *, name: str,
    colour: str = "series-1",
) -> Markup:  # fmt: skip
    """A coloured cell for each value of a matrix, for up to about 40 rows; 0 has no colour.

    Args:
        values: ``(R, C)``; NaN stays empty.
        rows: The names of the rows.
        columns: The names of the columns.
        name: The meaning of a value.
        colour: The colour of the highest value.
    """
    values = np.asarray(values, dtype=float)
    share = np.clip(values / max(float(np.nanmax(values, initial=0)), 1e-12), 0, 1)
    size = 44 if len(rows) <= _WRITTEN else max(16, min(26, 720 // max(1, len(columns))))
    left, top = (12 + 7 * max(len(shortened(n)) for n in names) for names in (rows, columns))
    text = Markup('<text x="{}" y="{}" text-anchor="{}" {}>{}<title>{}</title></text>')
    parts = []
    for place, label in enumerate(rows):
        middle = top + (place + 0.5) * size + 4
        parts.append(text.format(left - 6, middle, "end", "", shortened(label), label))
    for place, label in enumerate(columns):
        at = left + (place + 0.5) * size + 4
        turn = Markup('transform="rotate(-90 {} {})"').format(at, top - 6)
        parts.append(text.format(at, top - 6, "start", turn, shortened(label), label))
    for row, column in np.argwhere(np.isfinite(values)).tolist():
        box = left + column * size, top + row * size, size - 1, size - 1
        parts.append(_cell(box, float(values[row, column]), float(share[row, column]), colour,
                           f"{rows[row]}, {columns[column]}", size == 44))  # fmt: skip
    shape = left + size * len(columns), top + size * len(rows)
    return chart(parts, name, shape=shape)


def _cell(
    box: tuple[int, ...], value: float, share: float, colour: str, name: str, written: bool
) -> Markup:
    """A cell of a heat map. Its colour is so light that its number can be read."""
    rect = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="2" '
        'style="fill: var(--{}); fill-opacity: {:.3f}"><title>{}: {}</title></rect>'
    ).format(*box, colour, 0.04 + (0.51 if written else 0.96) * share, name, tick_text(value))
    if not written:
        return rect
    left, top, width, height = box
    return rect + Markup(
        '<text class="name" x="{}" y="{}" text-anchor="middle" pointer-events="none">{}</text>'
    ).format(
        left + width / 2,
        top + height / 2 + 4,
        f"{value:.2g}" if abs(value) < 100 else tick_text(round(value)),
    )
