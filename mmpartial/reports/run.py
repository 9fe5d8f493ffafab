"""The report of a run: curves, classes, confusion, images, calibration."""

from typing import Any

import numpy as np
import pandas as pd

from ..calibration.reliability import ALL
from ..evaluation.functional import GROUPS
from . import charts
from .curves import best_evaluation, curves_of
from .log_values import LOG_VALUES
from .page import Page
from .pictures import label_texts, picture_of
from .predicted import Predicted
from .ranking_curves import curves_section
from .run_files import RunFiles

FREQUENT = 20  # classes whose confusion is shown
_PAIRS = 200  # rows of the table of confusion
_EXPLAINED = {
    "surprising": "Images whose known labels contradict the model most (mean cross entropy of the "
    "known labels): wrong labels, or images that the model does not understand.",
    "least sure": "Images whose probabilities are closest to 1/2 (mean entropy over the classes).",
    "most sure": "Images whose probabilities are closest to 0 or 1.",
}


def frequent_classes(run: RunFiles) -> np.ndarray:
    """The numbers of the classes with most positives in validation."""
    if run.classes.empty:
        return np.zeros(0, dtype=int)
    most = run.classes.positive[run.classes.positive > 0].nlargest(FREQUENT)
    return np.asarray(most.index)


def run_page(run: RunFiles, predicted: Predicted | None = None, dataset: Any = None) -> Page:
    """Compose the page of a run.

    Args:
        run: The numbers.
        predicted: Predictions of the validation images with the last weights; without them the page
            has no precision-recall curves, no confusion and no images.
        dataset: The validation images.
    """
    steps = int(run.training.index.max()) if len(run.training) else 0
    page = Page(run.folder.resolve().name, f"{run.folder}, {steps:,} iterations")
    _numbers(page, run)
    _curves(page, run)
    _classes(page, run)
    if predicted is not None and predicted.seen:
        names = list(map(str, dataset.metainfo["classes"]))
        curves_section(page, predicted.curves, names)
        _confusion(page, predicted, names)
        _images(page, predicted, names, dataset)
    _calibration(page, run)
    return page


def _numbers(page: Page, run: RunFiles) -> None:
    found: dict[str, Any] = {}
    if best := best_evaluation(run):
        found[f"best held-out mAP, {run.unit} {best[0]}"] = f"{best[1]:.1f} %"
    if len(run.classes):
        found["classes"] = len(run.classes)
    if "group" in run.classes:
        for group in [name for name in GROUPS if name in {*run.classes["group"]}]:
            AP = run.classes.AP[run.classes["group"] == group]
            found[f"mAP of {len(AP):,} {group} classes"] = f"{AP.mean():.1f} %"
    if found:
        page.numbers(found)


def _curves(page: Page, run: RunFiles) -> None:
    page.section("Curves", "A falling loss says that the model fits the training labels. The mAP "
                 "on images that it has not seen says how good it is.")  # fmt: skip
    shown = list(curves_of(run))
    for title, x, y, table, y_range in shown:
        lines = {name: (table[name].dropna().index, table[name].dropna()) for name in table}
        page.chart(charts.lines(lines, x=x, y=y, y_range=y_range), title)
    names = {name for curves in shown for name in curves.lines if name in LOG_VALUES}
    meanings = {name: text for name, text in LOG_VALUES.items() if name in names}
    if meanings:
        page.table(pd.DataFrame({"curve": list(meanings), "meaning": list(meanings.values())}))


def _classes(page: Page, run: RunFiles) -> None:
    table = run.classes
    if table.empty:
        return
    page.section(
        "Classes",
        f"From the validation of {run.unit} {run.classes_step}, in percent. The columns positive "
        "and negative count known labels of the validation images; train counts the positives in "
        "training, which decide the group. Precision, recall and F1 are at the threshold of the "
        "metric. ECE is the error of the probabilities.",
    )
    table = table.assign(**{"class": table["class"].astype(str)})
    for name, tested in run.tested.items():
        if len(tested) == len(table):
            table[f"AP in {name.rpartition('_')[2]}"] = tested.AP
    support = "train" if "train" in table else "positive"
    page.chart(
        charts.dots(table[support].clip(lower=1), table.AP, list(table["class"]),
                    x=f"{'training' if support == 'train' else 'validation'} positives",
                    y="AP, %", log_x=True, y_range=(0, 100)),
        "Average precision of each class; the mouse shows the name",
    )  # fmt: skip
    numbers = table.select_dtypes("float").columns
    page.table(table.sort_values("AP", ignore_index=True), **dict.fromkeys(numbers, ".1f"))


def _confusion(page: Page, predicted: Predicted, names: list[str]) -> None:
    share, images = predicted.confusion()
    chosen = [names[c] for c in predicted.frequent]
    if not images.any():
        return
    page.section("Confusion", "Which class the model sees where another one is: the mean "
                 "probability of the class in the column, in images with a positive label of the "
                 "class in the row and a negative one of the class in the column. These are the "
                 f"{len(chosen)} classes with most positives.")  # fmt: skip
    page.chart(charts.heat_map(share, chosen, chosen, name="mean probability"))
    there, seen = np.nonzero(images)
    pairs = pd.DataFrame(
        {
            "is there": [chosen[a] for a in there],
            "is predicted": [chosen[b] for b in seen],
            "images": images[there, seen],
            "mean probability": share[there, seen],
        }
    )
    likeliest = pairs.nlargest(_PAIRS, "mean probability").reset_index(drop=True)
    page.table(likeliest, **{"mean probability": ".3f"})


def _images(page: Page, predicted: Predicted, names: list[str], dataset: Any) -> None:
    for kind, shown in predicted.kept.items():
        page.section(f"The {kind} images", f"{_EXPLAINED[kind]} Behind each class is its "
                     "probability.")  # fmt: skip
        labelled = [(i.row, *label_texts(names, i.labels, i.probabilities)) for i in shown]
        page.gallery(picture_of(dataset, *image) for image in labelled)


def _calibration(page: Page, run: RunFiles) -> None:
    if run.reliability.empty and run.thresholds.empty:
        return
    page.section("Calibration", "Of labels with a probability of 0.3, 30 % should be positive: a "
                 "calibrated model is on the straight line.")  # fmt: skip
    if len(run.reliability):
        curves = run.reliability[run.reliability["class"] == ALL]
        lines = {
            str(when): (part.probability, part.positive) for when, part in curves.groupby("when")
        }
        lines["calibrated"] = ([0, 1], [0, 1])
        page.chart(charts.lines(lines, x="probability", y="share of positive labels",
                                y_range=(0, 1)), "All classes together")  # fmt: skip
    if len(run.thresholds):
        table = run.thresholds.assign(**{"class": run.thresholds["class"].astype(str)})
        percent = table.select_dtypes("float").columns.difference(
            ["threshold", "threshold_low", "threshold_high"]
        )
        page.table(table, **dict.fromkeys(percent, ".1f"))
