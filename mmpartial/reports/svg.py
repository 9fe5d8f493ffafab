"""The SVG element of a page that holds a chart."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 540, 300


def shortened(name: str, longest: int = 24) -> str:
    """A name that is short enough to leave room for a chart.

    >>> shortened("Strix aluco", 8)
    'Strix a…'
    """
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def chart(
    parts: Sequence[Markup],
    name: str,
    legend: Mapping[str, str] | None = None,
    shape: tuple[int, int] = (WIDTH, HEIGHT),
) -> Markup:
    """A drawing with its legend.

    Args:
        parts: The elements of the drawing.
        name: A description for people who cannot see it.
        legend: The colour of each entry.
        shape: Width and height in pixels.
    """
    entry = Markup('<li style="--colour: var(--{})">{}</li>')
    entries = Markup("").join(entry.format(colour, text) for text, colour in (legend or {}).items())
    listed = Markup('<ul class="legend">{}</ul>').format(entries) if legend else Markup("")
    return Markup(
        '<div class="chart">{}<svg viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}">{}</svg></div>'
    ).format(listed, *shape, *shape, name, Markup("").join(parts))
