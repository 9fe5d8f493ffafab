"""From the rows of runs to a table: learning rates, means, Markdown."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

COLUMNS = (
    "dataset", "method", "setting", "ratio", "seed", "lr", "chosen", "held_out_mAP",
    "test_mAP_last", "test_mAP_best", "best_epoch", "seconds", "label_hash", "status", "error",
)  # fmt: skip


def setting_labels(rows: pd.DataFrame) -> pd.Series:
    """Write the column titles of settings, such as ``PAL 0.3``."""
    ratio = rows.ratio.map(lambda value: "" if pd.isna(value) else f" {value:g}").astype(str)
    return rows.setting.astype(str) + ratio


def choose_rates(
    rows: pd.DataFrame, seed: int, by: Sequence[str] = ("method", "label")
) -> dict[tuple[str, ...], float]:
    """Choose the rate with the highest held-out mAP, for each method and setting label.

    With ``by=["method"]`` the mean over the settings decides. A rate with a failed run is out. If
    two rates are equally good, the lower one is chosen.
    """
    tried = rows[rows.seed == seed]
    score = tried.held_out_mAP.where(tried.status == "done").astype(float)
    tried = tried.assign(label=setting_labels(tried), score=score)
    mean = tried.groupby([*by, "lr"]).score.agg(lambda scores: scores.mean(skipna=False))
    ranked = mean.dropna().reset_index().sort_values(["score", "lr"], ascending=[False, True])
    best = ranked.drop_duplicates(by).set_index(list(by)).lr
    return {key if isinstance(key, tuple) else (key,): float(lr) for key, lr in best.items()}


def summary(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Compute mean, standard deviation and number of the chosen runs of each cell."""
    done = rows[(rows.status == "done") & rows.chosen & rows[value].notna()]
    done = done.assign(label=setting_labels(done))
    return done.groupby(["method", "label"], sort=False)[value].agg(["mean", "std", "count"])


def markdown(rows: pd.DataFrame, value: str) -> str:
    """Write a table of methods and settings: mean ± deviation, best in bold, second underlined.

    Means that are printed alike share a rank. A cell with fewer seeds than others has their number
    in brackets.
    """
    cells = summary(rows, value)
    if cells.empty:
        return "No run has finished.\n"
    methods = list(dict.fromkeys(rows.method))
    labels = [
        label for label in dict.fromkeys(setting_labels(rows)) if label in cells.index.levels[1]
    ]
    seeds = int(cells["count"].max())
    lines = ["| | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    ranks = {
        label: np.unique(cells.xs(label, level="label")["mean"].round(1))[::-1] for label in labels
    }
    for method in methods:
        shown = [
            _cell(cells.loc[(method, label)], ranks[label], seeds)
            if (method, label) in cells.index
            else ""
            for label in labels
        ]
        lines.append(f"| {method} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"


def _cell(cell: pd.Series, ranked: np.ndarray, seeds: int) -> str:
    mean = round(cell["mean"], 1)
    text = f"{mean:.1f}"
    if cell["count"] > 1:
        text += f" ± {cell['std']:.1f}"
    if mean == ranked[0]:
        text = f"**{text}**"
    elif mean == ranked[1]:
        text = f"<u>{text}</u>"
    return text if cell["count"] == seeds else f"{text} ({cell['count']:.0f})"


def rates(rows: pd.DataFrame) -> str:
    """Write the chosen learning rates as a Markdown table."""
    chosen = rows[rows.chosen]
    chosen = chosen.assign(label=setting_labels(chosen))
    labels = list(dict.fromkeys(chosen.label))
    lines = ["| | " + " | ".join(labels) + " |", "|---" * (len(labels) + 1) + "|"]
    for method, part in chosen.groupby("method", sort=False):
        lr = dict(zip(part.label, part.lr, strict=True))
        shown = [f"{lr[label]:g}" if label in lr else "" for label in labels]
        lines.append(f"| {method} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
