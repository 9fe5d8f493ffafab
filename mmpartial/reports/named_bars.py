"""Draws horizontal bars with a name in front of each."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from .axes import Scale, tick_text
from .svg import WIDTH, chart

_ROW, _TOP = 18, 24  # pixels: a bar with the gap below it, and the space above all bars


def named_bars(
    names: Sequence[str],
    values: Sequence | np.ndarray,
    *,
    x: str,
    x_range: tuple[float, float],
) -> Markup:
    """A bar for each value, the first at the top; the value is written after it.

    Args:
        names: The names of the bars, which have to be short.
        values: Their lengths.
        x: The meaning of a value.
        x_range: The lowest and highest value.
    """
    left = 16 + 7 * max(map(len, names), default=0)
    across = Scale(*x_range, left, WIDTH - 44)
    bottom = _TOP + _ROW * len(names)
    text = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
    bar = Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="1.5" '
        'style="fill: var(--series-1)"><title>{}: {}</title></rect>'
    )
    parts = []
    lengths = np.asarray(values, dtype=float).tolist()
    for place, (name, value) in enumerate(zip(names, lengths, strict=True)):
        top, end = _TOP + _ROW * place, float(across(value))
        parts.append(text.format(left - 8, top + 11, "end", name))
        parts.append(bar.format(left, top, end - left, _ROW - 4, name, tick_text(round(value, 2))))
        parts.append(text.format(end + 6, top + 11, "start", f"{value:.1f}"))
    axis = Markup('<text class="name" x="{:.1f}" y="12" text-anchor="start">{}</text>')
    return chart([axis.format(left, x), *parts], x, shape=(WIDTH, bottom))
