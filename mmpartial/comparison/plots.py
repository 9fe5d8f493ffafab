"""The look of all plots: each method has its colour and marker, and none hides another."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import color_sequences
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

_COLORS = [*color_sequences["tab10"], "black", *color_sequences["Dark2"]]
_MARKERS = "os^DvP<X>*h"
_COLUMNS = 4  # panels beside each other


def styles(methods: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Give each method its colour and marker, in their order."""
    found = {}
    for number, name in enumerate(dict.fromkeys(methods)):
        color, marker = _COLORS[number % len(_COLORS)], _MARKERS[number % len(_MARKERS)]
        found[name] = dict(color=color, marker=marker, markersize=4, linewidth=1.2)
    return found


def offsets(names: Iterable[str], width: float) -> dict[str, float]:
    """Spread methods around a position, so that points and bars do not overlap."""
    names = list(names)
    return dict(zip(names, np.linspace(-width / 2, width / 2, len(names) + 2)[1:-1], strict=True))


def seeds_of(counts: pd.Series) -> str:
    """Say how many seeds there are, such as ``1 to 3 seeds``."""
    low, high = int(counts.min()), int(counts.max())
    number = f"{low} to {high}" if low < high else f"{high}"
    return f"{number} seed{'s' if high > 1 else ''}"


def panels(
    titles: Sequence[str], height: float, width: float, sharex: bool = False, sharey: bool = False
) -> tuple[Figure, list[Any]]:
    """Make a figure with a panel for each title, at most four in a row."""
    columns = min(_COLUMNS, len(titles))
    lines = -(-len(titles) // columns)
    size = (width * columns + 2, height * lines + 0.6)
    figure = Figure(figsize=size, layout="constrained")
    axes: Any = figure.subplots(lines, columns, sharex=sharex, sharey=sharey, squeeze=False).ravel()
    for axis, title in zip(axes, titles, strict=False):
        axis.set_title(title)
    for axis in axes[len(titles) :]:
        axis.set_visible(False)
    return figure, list(axes[: len(titles)])


def describe(figure: Figure, looks: Mapping[str, Mapping[str, Any]], note: str) -> None:
    """Add a legend of methods, and a note under the plots."""
    lines = [Line2D([], [], label=name, **look) for name, look in looks.items()]
    figure.legend(handles=lines, loc="outside right upper", fontsize="small")
    width = int(14 * figure.get_figwidth())
    figure.supxlabel(textwrap.fill(note, width), fontsize="small", color="0.3")
