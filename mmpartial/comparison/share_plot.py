"""Plots mAP against the share of known labels."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .plots import describe, offsets, panels, seeds_of, styles
from .table import finished, summary

LABELS = "share of all labels (images x classes) that are known"
POSITIVES = "share of the annotated positives that are known (settings without negatives)"
_COUNTS = ["positives", "hidden_positives", "negatives", "unknown"]
_WHOLE = ("FAL", "as-annotated")  # they hide nothing, like PAL or PPL with the ratio 1
_LINES = ("PAL", "PPL")  # the other settings get empty markers
_SPREAD, _NEAR = 0.06, 0.1  # shares of the width: the methods' points, and names that would collide


def known_shares(done: pd.DataFrame) -> pd.DataFrame:
    """Compute the share of known labels of each setting from the counts of its runs.

    Args:
        done: Finished runs with their ``label``.

    Returns:
        A row for each label, in the order of the shares: ``share``; ``of``, which is
        :data:`LABELS`, or :data:`POSITIVES` for a setting without negatives; and ``family``, the
        name of settings that differ only in the share. Runs without counts are left out.
    """
    known = done.groupby("label", sort=False)[_COUNTS].mean().dropna()
    both = known.negatives > 0
    of_all = (known.positives + known.negatives) / known.drop(columns="hidden_positives").sum(
        axis=1
    )
    of_positives = known.positives / (known.positives + known.hidden_positives)
    family = known.index.str.split(" ").str[0]
    hides_nothing = family.isin(_WHOLE)
    found = {
        "share": np.where(both, of_all, of_positives),
        "of": np.where(both, LABELS, POSITIVES),
        "family": np.where(hides_nothing, np.where(both, *_LINES), family),
    }
    return pd.DataFrame(found, known.index).sort_values("share", kind="stable")


def shares(rows: pd.DataFrame, value: str) -> dict[str, pd.DataFrame]:
    """Tabulate mean and deviation of each method and setting by the share of known labels.

    Returns:
        A table for each kind of share with at least two settings: ``method``, ``label``, ``mean``,
        ``std``, ``count``, and the columns of :func:`known_shares`.
    """
    done = finished(rows, value)
    if done.empty:
        return {}
    known = known_shares(done)
    cells = summary(rows, value).reset_index()
    cells = known.merge(cells, left_index=True, right_on="label")
    found = {of: cells[cells["of"] == of] for of in (LABELS, POSITIVES)}
    return {of: part for of, part in found.items() if part.label.nunique() > 1}


def plot_shares(rows: pd.DataFrame, value: str) -> Figure | None:
    """Plot mAP against the share of known labels; return None without two settings to compare."""
    tables = shares(rows, value)
    if not tables:
        return None
    figure, axes = panels([""] * len(tables), height=4.2, width=5.5, sharey=True)
    cells = pd.concat([*tables.values()])
    looks = {name: look for name, look in styles(rows.method).items() if name in {*cells.method}}
    for axis, (of, table) in zip(axes, tables.items(), strict=True):
        _draw(axis, table, looks)
        axis.set_xlabel(of)
    axes[0].set_ylabel("mAP, %")
    seeds = seeds_of(cells["count"])
    note = (
        f"Means and standard deviations of {seeds}. Points of a setting are moved sideways, so "
        "that none hides another. Lines join settings that differ only in the share."
    )
    describe(figure, looks, note)
    return figure


def _draw(axis: Axes, table: pd.DataFrame, looks: Mapping[str, dict[str, Any]]) -> None:
    places = table.groupby("label", sort=False).share.first()
    extent = float(places.max() - places.min()) or 1.0
    gaps = [np.diff(np.unique(part.share)) for _, part in table.groupby("family")]
    width = min([_SPREAD * extent, *(0.7 * gap for gap in np.concatenate(gaps))])
    moved = offsets(looks, width)
    for (method, family), line in table.groupby(["method", "family"], sort=False):
        empty = dict(markerfacecolor="white", markersize=7, zorder=1)
        look = looks[method] | ({} if family in _LINES else empty)
        x = line.share + moved[method]
        axis.errorbar(x, line["mean"], line["std"].fillna(0), **look)
    axis.grid(axis="y", alpha=0.3)
    _name_settings(axis, places, _NEAR * extent)


def _name_settings(axis: Axes, places: pd.Series, near: float) -> None:
    """Write the settings above the panel; names that would collide share a column."""
    columns: list[list[str]] = []
    for name, place in places.items():
        if columns and place - places[columns[-1][0]] < near:
            columns[-1].append(str(name))
        else:
            columns.append([str(name)])
    top = axis.secondary_xaxis("top")
    top.set_xticks([places[c].mean() for c in columns], ["\n".join(c) for c in columns], size=8)
