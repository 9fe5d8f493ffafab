"""Writes tables of runs: means and learning rates as Markdown."""

from collections.abc import Mapping

import pandas as pd

from .noise import ahead

COLUMNS = (
    "dataset", "method", "setting", "ratio", "seed", "lr", "chosen", "held_out_mAP",
    "test_mAP_last", "test_mAP_best", "best_epoch", "seconds", "positives", "hidden_positives",
    "negatives", "unknown", "label_hash", "status", "error",
)  # fmt: skip

RULE = (
    "A method is in bold if it is ahead of every other one by more than noise: the 95 % confidence "
    "interval of the difference, paired over seeds (Student's t), is above 0.\n"
)
ONE_SEED = "Nothing is in bold, because one seed cannot tell a difference from noise.\n"


def setting_label(setting: str, ratio: float | None) -> str:
    """Write the column title of a setting, such as ``PAL 0.3``."""
    return setting if pd.isna(ratio) else f"{setting} {ratio:g}"


def with_labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the column ``label``, the title of the setting."""
    return rows.assign(label=[*map(setting_label, rows.setting, rows.ratio)])


def finished(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Select the chosen runs that have a score, with their ``label``."""
    done = rows[(rows.status == "done") & rows.chosen & rows[value].notna()]
    return with_labels(done)


def summary(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute mean, standard deviation and number of the chosen runs of each cell."""
    done = finished(rows, value)
    return done.groupby(["method", "label"], sort=False)[value].agg(["mean", "std", "count"])


def markdown(rows: pd.DataFrame, value: str) -> str:
    """Write a table of methods and settings: mean ± standard deviation, and the rule for bold.

    A cell with fewer seeds than the others shows their number in brackets.
    """
    cells = summary(rows, value)
    if cells.empty:
        return "No run has finished.\n"
    seeds = cells["count"].max()
    texts = {key: _cell(cell, seeds) for key, cell in cells.iterrows()}
    texts |= {key: f"**{texts[key]}**" for key in ahead(finished(rows, value), value)}
    return _table(texts, rows) + "\n" + (RULE if seeds > 1 else ONE_SEED)


def _cell(cell: pd.Series, seeds: int) -> str:
    text = f"{round(cell['mean'], 1):.1f}"
    if cell["count"] > 1:
        text += f" ± {cell['std']:.1f}"
    return text if cell["count"] == seeds else f"{text} ({cell['count']:.0f})"


def rates(rows: pd.DataFrame) -> str:
    """Write the chosen learning rates as a Markdown table."""
    chosen = with_labels(rows[rows.chosen])
    cells = zip(chosen.method, chosen.label, strict=True)
    return _table(dict(zip(cells, chosen.lr.map("{:g}".format), strict=True)), chosen)


def _table(texts: Mapping[tuple[str, str], str], rows: pd.DataFrame) -> str:
    """Write a text for each method and setting as a Markdown table, in the order of the rows."""
    filled = {label for _, label in texts}
    labels = [label for label in dict.fromkeys(with_labels(rows).label) if label in filled]
    lines = ["| | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    for method in dict.fromkeys(rows.method):
        shown = [texts.get((method, label), "") for label in labels]
        lines.append(f"| {method} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
