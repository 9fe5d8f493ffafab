"""Draw mAP against the number of answers, and print the tables of docs/benchmarks/suggestions.md.

    python tools/benchmarks/suggestions_picture.py docs/suggestions.svg

It reads results/suggestions.csv.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from picture import RESULTS, STYLE

from mmpartial.apis.questions.strategies import DEFAULT
from mmpartial.launch import ToolParser

DATA = {"coco6k": "part of COCO", "corel5k": "Corel5k"}
STARTS = {
    "5 % of the labels": "5 % of the labels known",
    "one positive": "one positive per image known",
}
STRATEGIES = {  # color
    DEFAULT: "tab:red",
    "entropy": "tab:blue",
    "least_known": "tab:green",
    "random": "tab:gray",
}


def draw(rows: pd.DataFrame, path: Path) -> None:
    """Draw a column for each data set, and a row for each start.

    Args:
        rows: The rows of ``results/suggestions.csv``.
        path: The file to write; its ending chooses the format.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 5.4), layout="constrained", facecolor="white")
        axes: Any = figure.subplots(len(STARTS), len(DATA), sharex=True, squeeze=False)
        for start, line in zip(STARTS, axes, strict=True):
            for data, axis in zip(DATA, line, strict=True):
                _panel(axis, rows[(rows.dataset == data) & (rows.start == start)])
            line[0].set_ylabel(f"test mAP\n({STARTS[start]})")
        for axis, title in zip(axes[0], DATA.values(), strict=True):
            axis.set_title(title)
        for axis in axes[-1]:
            axis.set_xlabel("answers")
        handles, names = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(names))
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(axis: Any, rows: pd.DataFrame) -> None:
    """Draw the mean of the seeds, and a band of one standard deviation."""
    for name, color in STRATEGIES.items():
        found = rows[rows.strategy == name].groupby("answers").test_mAP.agg(["mean", "std"])
        axis.plot(found.index, found["mean"], color=color, label=name, marker=".")
        low, high = found["mean"] - found["std"], found["mean"] + found["std"]
        axis.fill_between(found.index, low, high, color=color, alpha=0.15, linewidth=0)
    axis.grid(axis="y", alpha=0.3)
    axis.locator_params(axis="both", nbins=5)


def tables(rows: pd.DataFrame) -> str:
    """For each set and start the mean test mAP and deviation over seeds, as Markdown."""
    parts = []
    for (data, start), part in rows.groupby(["dataset", "start"], sort=False):
        groups = part.groupby(["strategy", "answers"], sort=False).test_mAP
        cells = groups.agg(lambda x: f"{x.mean():.1f} ± {x.std():.1f}").unstack("answers")
        last = part[part.answers == part.answers.max()].groupby("strategy", sort=False)
        cells["held out"] = last.held_out_mAP.mean().map("{:.1f}".format)
        cells["positives"] = last.positives.mean().map("{:.0f}".format)
        lines = [f"{data}, {start}:", "", f"| answers | {' | '.join(map(str, cells.columns))} |"]
        lines.append("|---" * (1 + cells.shape[1]) + "|")
        lines += [f"| {name} | {' | '.join(line)} |" for name, *line in cells.itertuples()]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("out", type=Path, help="file to write, such as docs/suggestions.svg")
    parser.add_argument("--runs", type=Path, default=RESULTS / "suggestions.csv")
    args = parser.parse_args()
    rows = pd.read_csv(args.runs)
    draw(rows, args.out)
    print(tables(rows))


if __name__ == "__main__":
    main()
