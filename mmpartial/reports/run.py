"""The report of a run: curves, classes, confusion, images, calibration."""

from typing import Any

import numpy as np
import pandas as pd

from ..calibration.reliability import ALL
from ..evaluation.class_means import BANDS
from . import charts
from .class_charts import class_charts
from .curves import best_evaluation, curves_of
from .log_values import LOG_VALUES
from .page import Page, Picture
from .pictures import label_texts, picture_of
from .predicted import Predicted, Shown
from .ranking_curves import curves_section
from .run_files import RunFiles

FREQUENT = 20  # classes in the table of confusion
_PAIRS = 200  # rows of the table of confusion
_SIZE, _WITH_MAPS = 160, 120  # pixels of an image, and of one with class maps beside it
_EXPLAINED = {
    "surprising": "Images whose known labels contradict the model most (mean cross entropy of the "
    "known labels). Their labels are wrong, or the model does not understand them.",
    "least sure": "Images whose probabilities are closest to 1/2 (mean entropy over the classes).",
    "most sure": "Images whose probabilities are closest to 0 or 1.",
}


def frequent_classes(run: RunFiles) -> np.ndarray:
    """The numbers of the classes with the most positives in validation."""
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
    _calibration(page, run, predicted)
    return page


def _numbers(page: Page, run: RunFiles) -> None:
    found: dict[str, Any] = {}
    if best := best_evaluation(run):
        found[f"best held-out mAP, {run.unit} {best[0]}"] = f"{best[1]:.1f} %"
    if len(run.classes):
        found["classes"] = len(run.classes)
    if "frequency" in run.classes:
        for band in [name for name in BANDS if name in {*run.classes["frequency"]}]:
            AP = run.classes.AP[run.classes["frequency"] == band].dropna()
            found[f"mAP of {len(AP):,} {band} classes"] = f"{AP.mean():.1f} %" if len(AP) else "?"
    if found:
        page.numbers(found)


def _curves(page: Page, run: RunFiles) -> None:
    page.section("Curves", "A falling loss shows that the model fits the training labels. The mAP "
                 "on images that it has not seen shows how good it is.")  # fmt: skip
    shown = list(curves_of(run))
    for curves in shown:
        page.chart(curves.chart(), curves.title)
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
        "training, which decide the frequency. Precision, recall and F1 are for the threshold of "
        "the metric. ECE is the calibration error.",
    )
    table = table.assign(**{"class": table["class"].astype(str)})
    for name, tested in run.tested.items():
        if len(tested) == len(table):
            table[f"AP in {name.rpartition('_')[2]}"] = tested.AP
    for title, chart in class_charts(run.classes):
        page.chart(chart, title)
    numbers = table.select_dtypes("float").columns
    page.table(table.sort_values("AP", ignore_index=True), **dict.fromkeys(numbers, ".1f"))


def _confusion(page: Page, predicted: Predicted, names: list[str]) -> None:
    share, images = predicted.confusion()
    chosen = [names[c] for c in predicted.frequent]
    if not images.any():
        return
    page.section("Confusion", "How often the model sees one class in place of another: the mean "
                 "probability of the column's class in images where the row's class is positive "
                 f"and the column's is negative. These are the {len(chosen)} classes with the most "
                 "positives.")  # fmt: skip
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
    for number, (kind, shown) in enumerate(predicted.kept.items()):
        page.section(f"The {kind} images", f"{_EXPLAINED[kind]} The number after each class is its "
                     "probability.")  # fmt: skip
        if number == 0:
            page.text(f"There are no class maps: {predicted.no_maps}." if predicted.no_maps
                      else "Colour shows where the model sees the class below: the brighter a "
                      "place is, the more it speaks for the class.")  # fmt: skip
        page.gallery(
            [_picture(image, names, dataset) for image in shown],
            size=_WITH_MAPS if any(image.maps for image in shown) else _SIZE,
        )


def _picture(image: Shown, names: list[str], dataset: Any) -> Picture:
    """The image with its labels, and the class maps beside it."""
    picture = picture_of(dataset, image.row, *label_texts(names, image.labels, image.probabilities))
    if image.maps:
        photo: Any = picture.image
        picture.captions = ["", *(names[cls] for cls, _ in image.maps)]
        picture.image = [photo, *(drawn for _, drawn in image.maps)]
    return picture


def _calibration(page: Page, run: RunFiles, predicted: Predicted | None) -> None:
    curves = {}
    if len(run.reliability):
        of_all = run.reliability[run.reliability["class"] == ALL]
        curves = {str(when): part for when, part in of_all.groupby("when")}
    elif predicted is not None and predicted.seen:
        curves = {"last weights": predicted.reliability()}
    if not curves and run.thresholds.empty:
        return
    page.section("Calibration", "30 % of the labels with a probability of 0.3 should be positive: "
                 "a calibrated model is on the straight line.")  # fmt: skip
    if curves:
        lines: dict = {when: (part.probability, part.positive) for when, part in curves.items()}
        lines["calibrated"] = ([0, 1], [0, 1])
        page.chart(charts.lines(lines, x="probability", y="share of positive labels",
                                y_range=(0, 1)), "All classes together")  # fmt: skip
    if len(run.thresholds):
        table = run.thresholds.assign(**{"class": run.thresholds["class"].astype(str)})
        percent = table.select_dtypes("float").columns.difference(
            ["threshold", "threshold_low", "threshold_high"]
        )
        page.table(table, **dict.fromkeys(percent, ".1f"))
