"""A page of the known labels that a model doubts."""

from collections.abc import Mapping

import pandas as pd

from ..labels import NEGATIVE, POSITIVE
from .class_galleries import class_galleries
from .page import Image, Page

_PICTURES = 120  # of each state
_ROWS = 10_000  # of the table
_WORDS = {POSITIVE: "labelled yes, but unlikely", NEGATIVE: "labelled no, but likely"}
_TRAINED = (
    "The network that computed the features was trained on these labels. So it may have learned "
    "wrong labels by heart, and these are missing here."
)


def doubts_page(
    table: pd.DataFrame, images: Mapping[str, Image], subtitle: str = "", trained: bool = False
) -> Page:
    """Show the most doubted labels in galleries, class by class, and in a table.

    Args:
        table: As :func:`mmpartial.apis.doubts` returns it.
        images: The images by their ids.
        subtitle: The line below the heading.
        trained: Whether the network that computed the features was trained on these labels.
    """
    page = Page("Doubted labels", subtitle)
    page.numbers(
        {
            "doubted labels": len(table),
            "labelled yes": int((table["label"] == POSITIVE).sum()),
            "labelled no": int((table["label"] == NEGATIVE).sum()),
            "images": table["image"].nunique(),
        }
    )
    page.text(
        "A label is doubted if classifiers that have not seen it find the opposite more likely. "
        "Many of these labels are right: look at the photo before you change one."
    )
    if trained:
        page.text(_TRAINED)
    page.section("By class", "The number of doubted labels of each class.")
    page.table(_by_class(table))
    for state, words in _WORDS.items():
        part = table[table["label"] == state]
        page.section(
            words.capitalize(),
            "The number is the probability that the photo shows the class. The class with the most "
            "doubtful label comes first.",
        )
        class_galleries(page, part, images, state, part["class"].value_counts(), _PICTURES)
    shown = table.head(_ROWS)
    whole = len(shown) == len(table)
    page.section("All doubted labels" if whole else f"The first {_ROWS:,} doubted labels")
    page.table(shown)
    return page


def _by_class(table: pd.DataFrame) -> pd.DataFrame:
    counts = table.groupby(["class", "label"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[POSITIVE, NEGATIVE], fill_value=0)
    counts.columns = ["labelled yes", "labelled no"]
    return (
        counts.assign(doubted=counts.sum(axis=1))
        .sort_values("doubted", ascending=False)
        .reset_index()
    )
