"""Draw mAP against the share of known labels for the comparisons on frozen features.

    python tools/benchmarks/picture.py docs/frozen.svg

It reads results/frozen_*.csv. The dashed line is cross entropy on all labels. Settings are in the
order of their share of known labels, which is written under their names.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from mmpartial.comparison.plots import offsets, seeds_of
from mmpartial.comparison.share_plot import known_shares
from mmpartial.comparison.table import finished, summary
from mmpartial.launch import ToolParser

VALUE = "test_mAP_last"
RESULTS = Path(__file__).parent / "results"
DATASETS = {
    "frozen_corel5k.csv": "Corel5k",
    "frozen_voc2012_subset.csv": "part of VOC 2012",
    "frozen_coco6k.csv": "part of COCO",
}
METHODS = {  # name, color
    "partial_imbalance": ("mmpartial", "tab:red"),
    "gr": ("GR", "tab:brown"),
    "weak_assume_negative": ("WAN", "tab:blue"),
    "asl": ("ASL", "tab:green"),
    "ignore_unknown": ("IU", "tab:orange"),
    "assume_negative": ("AN", "tab:gray"),
}
ROWS = {  # settings from few labels to many; the share under their names
    "positives and negatives": ["PAL 0.3", "PAL 0.6", "PAL 0.9", "FAL"],
    "positives alone": ["SPL", "PPL 0.3", "PPL 0.6", "PPL 0.9"],
}
SHARES = ["known share of all labels", "known share of all positives"]
STYLE = {
    "svg.hashsalt": "mmpartial",
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "font.size": 9,
}


def draw(tables: dict[str, pd.DataFrame], path: Path) -> None:
    """Draw a column for each dataset, and a row for each kind of known labels.

    Args:
        tables: The rows of ``runs.csv`` of each dataset, by the title of its column.
        path: The file to write; its ending chooses the format.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(9, 6), layout="constrained", facecolor="white")
        axes: Any = figure.subplots(len(ROWS), len(tables), sharey="col", squeeze=False)
        for column, (title, rows) in zip(axes.T, tables.items(), strict=True):
            cells, known = summary(rows, VALUE), known_shares(finished(rows, VALUE))
            for axis, settings, of in zip(column, ROWS.values(), SHARES, strict=True):
                _panel(axis, cells, known.loc[settings])
                axis.set_xlabel(of)
            column[0].set_title(title)
        for axis, kind in zip(axes[:, 0], ROWS, strict=True):
            axis.set_ylabel(f"mAP from\n{kind}")
        handles, names = axes[0, 0].get_legend_handles_labels()
        counts = pd.concat([summary(rows, VALUE)["count"] for rows in tables.values()])
        title = f"mean and standard deviation of {seeds_of(counts)}"
        figure.legend(handles, names, title=title, loc="outside lower center", ncols=len(names))
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(axis: Any, cells: pd.DataFrame, known: pd.DataFrame) -> None:
    """Draw all methods in some settings; a line joins settings that differ in the share alone."""
    places = pd.Series(range(len(known)), known.index)
    moved = offsets(METHODS, 0.3)
    for method, (name, color) in METHODS.items():
        for family, part in known.groupby("family", sort=False):
            cell = cells.loc[method].loc[part.index]
            look = dict(color=color, marker="o", markersize=3, linewidth=1.2)
            label = name if family in ("PAL", "PPL") else None
            x = places[part.index] + moved[method]
            axis.errorbar(x, cell["mean"], cell["std"].fillna(0), label=label, **look)
    full = cells.loc[("assume_negative", "FAL"), "mean"]
    axis.axhline(full, color="black", linestyle="--", linewidth=0.8, label="all labels, BCE")
    axis.set_xticks(places, [f"{name}\n{100 * share:.0f} %" for name, share in known.share.items()])
    axis.grid(axis="y", alpha=0.3)
    axis.locator_params(axis="y", nbins=5)


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("out", type=Path, help="file to write, such as docs/frozen.svg")
    args = parser.parse_args()
    draw({title: pd.read_csv(RESULTS / file) for file, title in DATASETS.items()}, args.out)


if __name__ == "__main__":
    main()
