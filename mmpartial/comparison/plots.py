"""Plots: mAP against the share of labels, and the gain of each class."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure

from .table import summary

REFERENCE = "assume_negative"
_COLUMNS = ["label", "method", "positives", "gain", "number"]
_GROUPS = 8  # groups of classes of similar frequency


def _style(number: int) -> dict[str, Any]:
    """Style a line: ten dark colours, then ten light ones, then the same with another line."""
    line = ("-", "--", ":")[number // 20 % 3]
    return dict(color=colormaps["tab20"](2 * number % 20 + number // 10 % 2), linestyle=line)


def shares(rows: pd.DataFrame, value: str) -> dict[str, pd.DataFrame]:
    """Tabulate mean and deviation by share, for PAL (with FAL as share 1) and for PPL."""
    cells = summary(rows, value).reset_index()
    name = cells.label.str.split(" ")
    cells["setting"], cells["ratio"] = name.str[0], pd.to_numeric(name.str[1])
    cells.loc[cells.setting == "FAL", ["setting", "ratio"]] = ["PAL", 1.0]
    found = {s: cells[cells.setting == s].sort_values("ratio") for s in ("PAL", "PPL")}
    return {s: part for s, part in found.items() if part.ratio.nunique() > 1}


def plot_shares(rows: pd.DataFrame, value: str, path: Path) -> bool:
    """Plot mAP against the share of labels; return False if no setting has two shares."""
    panels = shares(rows, value)
    if not panels:
        return False
    figure = Figure(figsize=(5.5 * len(panels) + 2, 4.5), layout="constrained")
    axes: Any = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    methods = list(dict.fromkeys(rows.method))
    for axis, (setting, part) in zip(axes, panels.items(), strict=True):
        for method, line in part.groupby("method", sort=False):
            style = dict(_style(methods.index(str(method))), marker="o", markersize=3, capsize=2)
            axis.errorbar(line.ratio, line["mean"], line["std"].fillna(0), label=method, **style)
        of = "labels (1: FAL)" if setting == "PAL" else "positives"
        axis.set(title=setting, xlabel=f"share of known {of}")
    axes[0].set_ylabel("mAP")
    _save(figure, axes, path)
    return True


def gains(classes: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute the gain in AP over assuming negatives, for groups of equally frequent classes.

    Args:
        classes: A row for each run and class: ``method``, ``label`` (the setting), ``seed``,
            ``class``, ``train_positives`` and ``value``.
        value: Name of the AP column.

    Returns:
        ``label``, ``method``, ``positives`` (mean of the group), ``gain`` and ``number`` (of
        classes) for each group. The sizes of the groups differ by one class at most.
    """
    mean = classes.groupby(["label", "method", "class"], sort=False)[value].mean().unstack("method")
    if REFERENCE not in mean:
        return pd.DataFrame(columns=_COLUMNS)
    gain = mean.drop(columns=REFERENCE).sub(mean[REFERENCE], axis=0)
    positives = classes.groupby("class").train_positives.mean()
    found = []
    for label, table in gain.groupby(level="label", sort=False):
        table = table.droplevel("label")
        order = positives.loc[table.index].sort_values(kind="stable").index
        for group in np.array_split(np.array(order), min(_GROUPS, len(order))):
            for method, value_of in table.loc[group].mean().dropna().items():
                found.append((label, method, positives[group].mean(), value_of, len(group)))
    return pd.DataFrame(found, columns=_COLUMNS)


def plot_gains(classes: pd.DataFrame, value: str, path: Path) -> bool:
    """Plot gains against class frequency, a panel for each setting; return False without gains."""
    table = gains(classes, value)
    if table.empty:
        return False
    labels = list(dict.fromkeys(table.label))
    columns = min(4, len(labels))
    lines = -(-len(labels) // columns)
    figure = Figure(figsize=(4 * columns + 2, 3.2 * lines), layout="constrained")
    axes: Any = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False).ravel()
    methods = list(dict.fromkeys(classes.method))
    for axis, label in zip(axes, labels, strict=False):
        for method, line in table[table.label == label].groupby("method", sort=False):
            style = _style(methods.index(str(method)))
            axis.plot(line.positives, line.gain, marker="o", markersize=3, label=method, **style)
        axis.axhline(0, color="black", linewidth=0.8)
        axis.set(title=label, xscale="log")
    for axis in axes[len(labels) :]:
        axis.set_visible(False)
    figure.supxlabel("positives of a class in the training set, hidden ones included")
    figure.supylabel(f"AP above {REFERENCE}")
    _save(figure, axes, path)
    return True


def _save(figure: Figure, axes: Any, path: Path) -> None:
    """Save a figure with a legend that lists each method of its panels once."""
    handles: dict[str, Any] = {}
    for axis in axes:
        handles |= {handle.get_label(): handle for handle in axis.get_legend_handles_labels()[0]}
    figure.legend([*handles.values()], [*handles], loc="outside right upper", fontsize="small")
    figure.savefig(path, dpi=150)
