"""Plots each class's gain in average precision: by name, and by frequency."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..reports.svg import shortened
from .plots import describe, offsets, panels, seeds_of, styles

REFERENCE = "assume_negative"
_NAMED = 40  # classes with their own line
_BANDS = 4  # of classes of similar frequency

_REST = 4.0  # height of the line for all other classes

Looks = dict[str, dict[str, Any]]  # colour and marker of each method


def gains(classes: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute the gain in AP of each class over ``assume_negative``, seed by seed.

    Args:
        classes: A row for each run and class: ``method``, ``label`` (the setting), ``seed``,
            ``class``, ``train_positives`` and ``value``.
        value: Name of the AP column.

    Returns:
        A row for each ``label`` and ``class``, and a column for each method: the mean gain over
        the seeds that both methods have. Empty without :data:`REFERENCE`.
    """
    methods = [name for name in dict.fromkeys(classes.method) if name != REFERENCE]
    scores = classes.set_index(["label", "class", "seed", "method"])[value].unstack("method")
    if REFERENCE not in scores or not methods:
        return pd.DataFrame()
    gain = scores[methods].sub(scores[REFERENCE], axis=0)
    gain = gain.groupby(level=["label", "class"]).mean()
    return gain.reindex(list(dict.fromkeys(classes.label)), level="label")


def plot_gains(classes: pd.DataFrame, value: str) -> Figure | None:
    """Plot the gain of each class by name, in a panel for each setting; return None without gains.

    If there are many classes, those with the largest and the smallest gain are named. The others
    share a line, with their median and the range of 90 % of them.
    """
    tables = _by_setting(classes, value)
    if not tables:
        return None
    number = max(map(len, tables.values()))
    lines = number if number <= _NAMED else _NAMED + _REST
    figure, axes = panels([*tables], height=0.9 + 0.19 * lines, width=4.2, sharex=True)
    positives = classes.groupby("class").train_positives.mean()
    looks = _looks(classes, tables)
    for axis, table in zip(axes, tables.values(), strict=True):
        _draw_names(axis, table, positives, looks)
        axis.set_xlabel(f"AP above {REFERENCE}, points", fontsize="small")
        axis.tick_params(axis="x", labelsize="small")
    note = (
        f"Means of {_seeds(classes)}. The positives of a class in the training set, including "
        "hidden ones, are in brackets. Classes are sorted by their median gain over the methods."
    )
    if number > _NAMED:
        note += " The line of the other classes has their median and the range of 90 % of them."
    describe(figure, looks, note)
    return figure


def _draw_names(axis: Axes, table: pd.DataFrame, positives: pd.Series, looks: Looks) -> None:
    order = table.median(axis=1).sort_values(kind="stable").index
    half = _NAMED // 2
    parts = [order] if len(order) <= _NAMED else [order[:half], order[half:-half], order[-half:]]
    moved = offsets(looks, 0.7)
    ticks: dict[str, float] = {}
    bottom = 0.0
    for number, part in enumerate(parts):
        if number == 1:
            middle = bottom + _REST / 2
            ticks[f"{len(part):,} other classes"] = middle
            _draw_rest(axis, table.loc[part], middle, looks)
            bottom += _REST
            continue
        y = bottom + np.arange(len(part)) + 0.5
        for name in table:
            look = looks[name] | dict(linestyle="")
            axis.plot(table.loc[part, name], y - moved[name], **look)
        names = [f"{shortened(str(c))} ({positives[c]:.0f})" for c in part]
        ticks |= dict(zip(names, y, strict=True))
        bottom += len(part)
    for low in range(0, int(bottom), 2):
        axis.axhspan(low, low + 1, color="0.95", zorder=0)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks([*ticks.values()], [*ticks], fontsize=7)
    axis.set_ylim(0, bottom)


def _draw_rest(axis: Axes, table: pd.DataFrame, middle: float, looks: Looks) -> None:
    """Draw the median and the range of 90 % of the classes for each method."""
    moved = offsets(looks, _REST)
    for name in table:
        low, half, high = table[name].quantile([0.05, 0.5, 0.95])
        bar = [[half - low], [high - half]]
        axis.errorbar(half, middle - moved[name], xerr=bar, **looks[name])


def by_frequency(table: pd.DataFrame, positives: pd.Series) -> dict[str, pd.DataFrame]:
    """Divide classes into quarters by their number of positives in training.

    Classes with the same number are in the same band.

    Returns:
        The rows of each band. Its name has its range of positives and its number of classes.
    """
    of_each = positives.loc[table.index]
    bounds = of_each.quantile(np.arange(1, _BANDS) / _BANDS)
    found = {}
    for _, part in of_each.groupby(np.searchsorted(bounds, of_each)):
        low, high = int(part.min()), int(part.max())
        text = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        found[f"{text}\n({len(part):,})"] = table.loc[part.index]
    return found


def plot_frequency(classes: pd.DataFrame, value: str) -> Figure | None:
    """Plot gains by frequency, in a panel for each setting; return None without gains."""
    tables = _by_setting(classes, value)
    if not tables:
        return None
    figure, axes = panels([*tables], height=3.2, width=4.2, sharey=True)
    positives = classes.groupby("class").train_positives.mean()
    looks = _looks(classes, tables)
    for axis, table in zip(axes, tables.values(), strict=True):
        _draw_bands(axis, by_frequency(table, positives), looks)
        axis.set_xlabel("positives of a class in training (number of classes)", fontsize="small")
    figure.supylabel(f"AP above {REFERENCE}, points", fontsize="small")
    note = (
        f"Points are medians over the classes of a band, and bars span the middle half of these "
        f"classes. Means of {_seeds(classes)}. Positives include hidden ones."
    )
    describe(figure, looks, note)
    return figure


def _draw_bands(axis: Axes, bands: dict[str, pd.DataFrame], looks: Looks) -> None:
    for place, band in enumerate(bands.values()):
        moved = offsets(looks, 0.8)
        for name in band:
            low, half, high = band[name].quantile([0.25, 0.5, 0.75])
            look = looks[name] | dict(linestyle="")
            axis.errorbar(place + moved[name], half, [[half - low], [high - half]], **look)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xticks(range(len(bands)), [*bands], fontsize=8)
    axis.set_xlim(-0.5, len(bands) - 0.5)


def _by_setting(classes: pd.DataFrame, value: str) -> dict[str, pd.DataFrame]:
    gain = gains(classes, value)
    if gain.empty:
        return {}
    found = {str(label): part.droplevel(0) for label, part in gain.groupby(level=0, sort=False)}
    known = {label: part for label, part in found.items() if part.notna().any(axis=None)}
    return {label: part.dropna(axis=1, how="all") for label, part in known.items()}


def _looks(classes: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> Looks:
    """Give each method the look that it has in the other plots."""
    drawn = {name for table in tables.values() for name in table}
    return {name: look for name, look in styles(classes.method).items() if name in drawn}


def _seeds(classes: pd.DataFrame) -> str:
    return seeds_of(classes.groupby(["label", "method"]).seed.nunique())
