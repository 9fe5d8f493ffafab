"""Charts as SVG inside a page, in the colours of the page's scheme.

Each function returns a chart for :meth:`.page.Page.chart`. A colour is the name of a variable in
``templates/style.css``: ``plus``, ``minus``, ``unknown``, or ``series-1`` to ``series-6``.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup

from .axes import Scale, frame, tick_text
from .heat_map import heat_map as heat_map
from .named_bars import named_bars as named_bars
from .svg import HEIGHT, WIDTH, chart

Values = Sequence | np.ndarray
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 24, 28, 46
_POINTS = 600  # points of a line; nobody can see more
_NAMED = 2000  # dots with a name; more would make the page slow


def lines(
    series: Mapping[str, tuple[Values, Values]],
    *,
    x: str,
    y: str,
    log_x: bool = False,
    log_y: bool = False,
    y_range: tuple[float, float] | None = None,
) -> Markup:
    """Lines of values.

    Args:
        series: The x and y values of each line, in the order of x. NaN interrupts a line.
        x: The name of the x axis.
        y: The name of the y axis.
        log_x: Whether x is logarithmic; values of 0 and less are left out.
        log_y: Whether y is logarithmic.
        y_range: The lowest and highest y; None fits the values.
    """
    pairs = [(np.asarray(a, dtype=float), np.asarray(b, dtype=float)) for a, b in series.values()]
    across, up = _scales(pairs, log_x, log_y, y_range)
    parts = [frame(across, up, x, y)]
    line = Markup('<path class="{}" style="stroke: var(--{})" d="{}"/>')
    for number, (a, b) in enumerate(pairs):
        chosen = np.unique(np.linspace(0, len(a) - 1, min(len(a), _POINTS)).astype(int))
        kind = "line" if len(a) > 1 else "line point"
        path = _path(across(a[chosen]), up(b[chosen]))
        parts.append(line.format(kind, _series(number), path))
    legend = {name: _series(number) for number, name in enumerate(series)}
    return chart(parts, f"{y} against {x}", legend if len(legend) > 1 else {})


def dots(
    xs: Values,
    ys: Values,
    names: Sequence[str],
    *,
    x: str,
    y: str,
    log_x: bool = False,
    y_range: tuple[float, float] | None = None,
) -> Markup:
    """A dot for each pair of values; the mouse shows its name."""
    a, b = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    across, up = _scales([(a, b)], log_x, False, y_range)
    left, top = across(a), up(b)
    shown = np.flatnonzero(np.isfinite(left) & np.isfinite(top)).tolist()
    style = "var(--series-1)"
    if len(shown) > _NAMED:
        path = "".join(f"M{left[i]:.1f} {top[i]:.1f}h0" for i in shown)
        drawn = Markup(
            '<path style="stroke: {}; stroke-width: 4; stroke-linecap: round; opacity: .4" d="{}"/>'
        ).format(style, path)
    else:
        circle = Markup(
            '<circle cx="{:.1f}" cy="{:.1f}" r="3.5" style="fill: {}; fill-opacity: .7">'
            "<title>{}: {}, {}</title></circle>"
        )
        drawn = Markup("").join(
            circle.format(left[i], top[i], style, names[i], tick_text(a[i]), tick_text(b[i]))
            for i in shown
        )
    return chart([frame(across, up, x, y), drawn], f"{y} against {x}")


def bars(
    values: Mapping[str, float], *, x: str = "", y: str = "", colour: str = "series-1"
) -> Markup:
    """A bar for each value; the mouse shows it."""
    heights = np.asarray(list(values.values()), dtype=float)
    across = Scale(-0.5, max(1, len(heights)) - 0.5, _LEFT, WIDTH - _RIGHT)
    up = Scale.around([0, *heights], HEIGHT - _BOTTOM, _TOP, False, whole=True)
    width = (WIDTH - _LEFT - _RIGHT) / max(1, len(heights))
    every = int(np.ceil(max([len(str(name)) for name in values] or [1]) * 8 / max(width, 1)))
    parts = [frame(across, up, x, y, x_ticks=False)]
    bar = Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5" '
        'style="fill: var(--{})"><title>{}: {}</title></rect>'
    )
    text = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>')
    for place, (name, height) in enumerate(zip(values, heights, strict=True)):
        middle, end = float(across(place)), float(up(height))
        thick = float(np.clip(0.8 * width, 1, 64))
        box = middle - thick / 2, end, thick, float(up(0)) - end
        parts.append(bar.format(*box, colour, name, tick_text(height)))
        if place % every == 0:
            parts.append(text.format(middle, up.start + 18, name))
    return chart(parts, f"{y} by {x}")


def _scales(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    log_x: bool, log_y: bool, y_range: tuple[float, float] | None,
) -> tuple[Scale, Scale]:  # fmt: skip
    xs = np.concatenate([a for a, _ in pairs] or [np.zeros(0)])
    ys = np.concatenate([b for _, b in pairs] or [np.zeros(0)])
    across = Scale.around(xs, _LEFT, WIDTH - _RIGHT, log_x, whole=False)
    if y_range is not None:
        return across, Scale(*y_range, HEIGHT - _BOTTOM, _TOP, log_y)
    return across, Scale.around(ys, HEIGHT - _BOTTOM, _TOP, log_y, whole=True)


def _path(left: np.ndarray, top: np.ndarray) -> str:
    """A path through points, interrupted at NaN; a single point becomes a dot."""
    words, command = [], "M"
    for a, b in zip(left.tolist(), top.tolist(), strict=True):
        if not (np.isfinite(a) and np.isfinite(b)):
            command = "M"
            continue
        words.append(f"{command}{a:.1f} {b:.1f}" + ("h0" if command == "M" else ""))
        command = "L"
    return "".join(words)


def _series(number: int) -> str:
    return f"series-{number % 6 + 1}"
