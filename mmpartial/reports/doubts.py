"""A page of the known labels that a model doubts."""

from collections.abc import Mapping

import pandas as pd

from ..labels import NEGATIVE, POSITIVE
from .page import Page, Picture

_SHOWN = 48  # images in a gallery
_ROWS = 10_000  # of the table
_WORDS = {POSITIVE: "labelled yes, and probably not there", NEGATIVE: "labelled no, and likely"}


def doubts_page(table: pd.DataFrame, files: Mapping[str, str], subtitle: str = "") -> Page:
    """Galleries of the labels that are doubted most, and the table.

    Args:
        table: As :func:`mmpartial.apis.doubts` gives it.
        files: The file of each image, by its id.
        subtitle: The line below the heading.
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
        "A label is doubted if a model that has not seen it holds the opposite for more likely. "
        "Many of these labels are right: look at the photo before you change one."
    )
    for state, words in _WORDS.items():
        part = table[table["label"] == state].head(_SHOWN)
        page.section(
            f"{words.capitalize()}: the first {len(part)}",
            "The number is the probability that the photo shows the class.",
        )
        page.gallery(
            [
                Picture(files[row.image], row.image, [(f"{row.name} {row.probability:.2f}", state)])
                for row in part.rename(columns={"class": "name"}).itertuples(index=False)
            ]
        )
    page.section("By class", "How many labels are doubted, of each class.")
    page.table(_by_class(table))
    shown = table.head(_ROWS)
    page.section("All doubted labels" if len(shown) == len(table) else f"The first {_ROWS:,}")
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
