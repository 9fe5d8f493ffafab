"""A page of the likely unknown labels."""

from collections.abc import Mapping

import pandas as pd

from ..labels import UNKNOWN
from .class_galleries import class_galleries
from .page import Image, Page

_SOURCES = {
    "method": "The probabilities are the pseudo labels of the method after its last epoch. They "
    "are not calibrated.",
    "folds": "The probabilities come from linear classifiers on features. Each image is predicted "
    "by classifiers that were fitted to other images.",
    "folds on trained features": "The probabilities come from linear classifiers on features, and "
    "each image is predicted by classifiers that were fitted to other images. The network that "
    "computed the features was trained on the known labels of all images.",
}


def pseudo_labels_page(
    surest: pd.DataFrame,
    classes: pd.DataFrame,
    images: Mapping[str, Image],
    least: float,
    source: str,
    subtitle: str = "",
) -> Page:
    """Show the surest labels in galleries, class by class, and the classes in a table.

    Args:
        surest: ``image``, ``class`` and ``probability`` of a few labels of each class, the surest
            first.
        classes: A row for each class with likely labels: ``class``, ``likely labels``, ``highest
            probability`` and ``known positives``.
        images: The images by their ids.
        least: The lowest probability of a likely label.
        source: The source of the probabilities, as in
            :class:`~mmpartial.apis.likely_labels.LikelyLabels`.
        subtitle: The line below the heading.
    """
    page = Page("Likely unknown labels", subtitle)
    page.numbers(
        {
            "likely labels": int(classes["likely labels"].sum()),
            "classes": len(classes),
            "lowest probability": f"{least:g}",
        }
    )
    page.text(
        "Nobody has said whether these photos show these classes. " + _SOURCES[source] + " Look "
        "at some photos of a class before you take its labels for granted."
    )
    page.section("By class", "The number of likely unknown labels of each class.")
    page.table(classes, **{"highest probability": ".2f"})
    page.section(
        "The surest labels", "The class with the surest label comes first. The number is the "
        "probability that the photo shows the class.",
    )  # fmt: skip
    counts = classes.set_index("class")["likely labels"]
    class_galleries(page, surest, images, UNKNOWN, counts)
    return page
