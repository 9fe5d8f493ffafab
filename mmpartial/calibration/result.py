"""Calibration and thresholds with all that a user wants to know about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..evaluation.class_means import precision_recall_f1
from ..evaluation.confusion_counts import ConfusionCounts
from ..formats.common.output_paths import write_figure, write_text
from ..models.decision import Decision
from ..models.losses import PartialLoss
from .bootstrap import intervals
from .criteria import criterion_named
from .cross_fitting import cross_fit, decide
from .fitting import check_method
from .held_out import HeldOut
from .notes import notes_on
from .reliability import AFTER, BEFORE, draw, reliability
from .threshold_table import threshold_table

LEAST = 50  # known positives, and known negatives, of a class with a threshold of its own
NUMBERS = ("mean_F1", "CF1", "OP", "OR", "OF1", "ECE")


@dataclass
class Result:
    """A decision, and how good it is.

    Attributes:
        decision: Calibration and thresholds.
        table: A row for each class; see docs/calibration.md for the columns.
        summary: Rows ``score`` (the sigmoid, at 0.5), ``posterior`` (the loss's, at 0.5),
            ``chosen`` (calibrated and thresholded, on the images that chose) and ``other half``
            (on images that did not choose), with numbers in percent.
        curves: Reliability before and after.
        notes: Sentences on what is not as asked.
    """

    decision: Decision
    table: pd.DataFrame
    summary: pd.DataFrame
    curves: pd.DataFrame
    notes: list[str] = field(default_factory=list)

    def figure(self) -> Figure:
        """Draw the reliability curves."""
        errors = self.summary.ECE
        after = "other half" if "other half" in errors else "chosen"
        return draw(self.curves, {BEFORE: errors["score"], AFTER: errors[after]})

    def save(self, folder: Path, stem: str = "") -> list[Path]:
        """Write the table, the curves and their picture, and return the files."""
        table, curves, picture = self.files(folder, stem)
        for file, rows in ((table, self.table), (curves, self.curves)):
            write_text(file, rows.to_csv(index=False, float_format="%.6g"))
        write_figure(picture, self.figure())
        return [table, curves, picture]

    @staticmethod
    def files(folder: Path, stem: str = "") -> list[Path]:
        """Name the files that :meth:`save` writes."""
        names = ("thresholds.csv", "reliability.csv", "reliability.png")
        return [folder / f"{stem}{name}" for name in names]


def check_options(method: str, criterion: str, least: int) -> None:
    """Refuse options that :func:`calibrate` cannot take, before hours of training."""
    check_method(method)
    criterion_named(criterion)
    if least < 1:
        raise ValueError(f"least={least}: a threshold needs 1 known label at least.")


def calibrate(
    loss: PartialLoss,
    held_out: HeldOut,
    classes: Sequence[str],
    method: str = "platt",
    criterion: str = "f1",
    least: int = LEAST,
    seed: int = 0,
) -> Result:
    """Calibrate probabilities and choose thresholds on held-out images.

    Args:
        loss: The loss that the model was trained with.
        held_out: Predictions of images that were not trained on.
        classes: ``(C,)`` names.
        method: See :func:`~.fitting.fit`.
        criterion: See :func:`~.criteria.criterion_named`.
        least: See :func:`~.thresholds.choose_thresholds`.
        seed: Seed of the halves and of the intervals.

    Raises:
        ValueError: There is no such method or criterion, or the labels do not allow it.
    """
    check_options(method, criterion, least)
    wanted, names = criterion_named(criterion), list(map(str, classes))
    decision, chosen = decide(loss, held_out, method, wanted, least)
    logits, labels = held_out.logits, held_out.labels
    score = loss.log_odds(logits).sigmoid().numpy()
    probabilities = decision.probabilities(logits).numpy()
    stages = {
        "score": _counts(score, labels, 0.5),
        "posterior": _counts(loss.posterior(logits).detach().numpy(), labels, 0.5),
        "chosen": _counts(probabilities, labels, chosen.values),
    }
    notes = notes_on(names, chosen, stages["chosen"], criterion, method, least)
    checked = probabilities
    try:
        checked, stages["other half"] = cross_fit(loss, held_out, method, wanted, least, seed)
    except ValueError as error:
        notes.append(
            "One half of these images is not enough to choose thresholds for the other half: "
            f"{error}"
        )
    curves = [
        reliability(p, labels, names).assign(when=when)
        for when, p in ((BEFORE, score), (AFTER, checked))
    ]
    ends = intervals(probabilities, labels, wanted, chosen, seed, held_out.groups)
    return Result(
        decision,
        threshold_table(names, wanted, chosen, stages, *ends),
        pd.DataFrame({name: _numbers(counts) for name, counts in stages.items()}).T,
        pd.concat(curves, ignore_index=True),
        notes,
    )


def _counts(scores: np.ndarray, labels: np.ndarray, thr: float | np.ndarray) -> ConfusionCounts:
    counts = ConfusionCounts(labels.shape[1], thr)
    counts.add(scores, labels)
    return counts


def _numbers(counts: ConfusionCounts) -> dict[str, float]:
    numbers = precision_recall_f1(counts.at_threshold, counts.positive, counts.known)
    numbers["ECE"] = float(np.nanmean(counts.calibration_error()))
    return {name: 100 * numbers[name] for name in NUMBERS}
