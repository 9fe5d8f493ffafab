"""Tables of runs: means and learning rates as Markdown."""

from collections.abc import Mapping

import pandas as pd

COLUMNS = (
    "dataset", "method", "setting", "ratio", "seed", "lr", "chosen", "held_out_mAP",
    "test_mAP_last", "test_mAP_best", "best_epoch", "seconds", "label_hash", "status", "error",
)  # fmt: skip


def setting_label(setting: str, ratio: float | None) -> str:
    """Write the column title of a setting, such as ``PAL 0.3``."""
    return setting if pd.isna(ratio) else f"{setting} {ratio:g}"


def _labels(rows: pd.DataFrame) -> pd.Series:
    return pd.Series([*map(setting_label, rows.setting, rows.ratio)], rows.index, dtype=str)


def summary(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute mean, standard deviation and number of the chosen runs of each cell."""
    done = rows[(rows.status == "done") & rows.chosen & rows[value].notna()]
    done = done.assign(label=_labels(done))
    return done.groupby(["method", "label"], sort=False)[value].agg(["mean", "std", "count"])


def markdown(rows: pd.DataFrame, value: str) -> str:
    """Write a table of methods and settings: mean ± deviation, best in bold, second underlined.

    Means that print alike share a rank. A cell with fewer seeds than the others shows their number
    in brackets.
    """
    cells = summary(rows, value)
    if cells.empty:
        return "No run has finished.\n"
    cells["rank"] = cells["mean"].round(1).groupby("label").rank("dense", ascending=False)
    return _table(cells.apply(_cell, axis=1, seeds=cells["count"].max()).to_dict(), rows)


def _cell(cell: pd.Series, seeds: int) -> str:
    text = f"{round(cell['mean'], 1):.1f}"
    if cell["count"] > 1:
        text += f" ± {cell['std']:.1f}"
    if cell["rank"] == 1:
        text = f"**{text}**"
    elif cell["rank"] == 2:
        text = f"<u>{text}</u>"
    return text if cell["count"] == seeds else f"{text} ({cell['count']:.0f})"


def rates(rows: pd.DataFrame) -> str:
    """Write the chosen learning rates as a Markdown table."""
    chosen = rows[rows.chosen]
    cells = zip(chosen.method, _labels(chosen), strict=True)
    return _table(dict(zip(cells, chosen.lr.map("{:g}".format), strict=True)), chosen)


def _table(texts: Mapping[tuple[str, str], str], rows: pd.DataFrame) -> str:
    """Write a text for each method and setting as a Markdown table, in the order of the rows."""
    filled = {label for _, label in texts}
    labels = [label for label in dict.fromkeys(_labels(rows)) if label in filled]
    lines = ["| | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    for method in dict.fromkeys(rows.method):
        shown = [texts.get((method, label), "") for label in labels]
        lines.append(f"| {method} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
