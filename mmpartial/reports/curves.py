"""The curves of a run, and the charts that show them."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from ..evaluation.class_means import BANDS
from . import charts
from .run_files import RunFiles

WEIGHTS = ("alpha", "beta", "gate", "d")
PARTS = ("known_part", "unknown_part")
HIDDEN = ("hidden_positives", "hidden_negatives")
COUNTS = ("doubled", "modified", "corrected", "recalled")


class Curves(NamedTuple):
    """Curves that share a chart.

    Attributes:
        title: The title of the chart.
        x: Name of the x axis, ``epoch`` or ``iteration``.
        y: Name of the y axis.
        lines: A column for each curve, with x as the index.
        y_range: Ends of the y axis; None fits the values.
    """

    title: str
    x: str
    y: str
    lines: pd.DataFrame
    y_range: tuple[float, float] | None = None

    def chart(self) -> Markup:
        """Draw the curves."""
        lines = {name: self.lines[name].dropna() for name in self.lines}
        series = {name: (values.index, values) for name, values in lines.items()}
        return charts.lines(series, x=self.x, y=self.y, y_range=self.y_range)


def curves_of(run: RunFiles) -> Iterator[Curves]:
    """Yield the charts of a run, for the numbers that it logged."""
    training, evaluations = run.training, _short_names(run.evaluations)
    losses = [name for name in training if name == "loss" or name.endswith("_loss")]
    wanted = [
        ("Loss in training", "iteration", "loss", training[losses], None),
        ("Held-out mAP", run.unit, "mAP, %", _some(evaluations, ["mAP"]), None),
        ("Held-out mAP of frequent and rare classes", run.unit, "mAP, %",
         _some(evaluations, [f"mAP_{band}" for band in BANDS]), None),
        ("Known and unknown part of the loss", "iteration", "part of the loss",
         _some(training, PARTS), None),
        ("Weights of labels", "iteration", "weight", _some(training, WEIGHTS), None),
        ("Pseudo labels of hidden labels", run.unit, "mean pseudo label",
         _some(evaluations, HIDDEN), (0.0, 1.0)),
    ]  # fmt: skip
    wanted += [(name, "iteration", name, _some(training, [name]), None) for name in COUNTS]
    for title, x, y, lines, y_range in wanted:
        if not lines.empty and (title not in COUNTS or lines.to_numpy().any()):
            yield Curves(title, x, y, lines, y_range)


def best_evaluation(run: RunFiles) -> tuple[int, float] | None:
    """Step and value of the highest held-out mAP, or None if there is none."""
    mAP = _some(_short_names(run.evaluations), ["mAP"])
    return None if mAP.empty else (int(mAP.mAP.idxmax()), float(mAP.mAP.max()))


def _short_names(evaluations: pd.DataFrame) -> pd.DataFrame:
    """Numbers of the first metric without its prefix, such as ``multi-label/``."""
    short = evaluations.rename(columns=lambda name: str(name).rpartition("/")[2])
    return short.loc[:, ~short.columns.duplicated()]


def _some(table: pd.DataFrame, names: list[str] | tuple[str, ...]) -> pd.DataFrame:
    """The columns of these names that the table has, without empty rows."""
    return table[[name for name in names if name in table]].dropna(how="all")
