"""The page of the label report."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from ...evaluation.class_means import BANDS
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.matrix import LabelMatrix
from ...utils.messages import few
from .. import charts
from ..page import Page
from .duplicate_section import add_duplicates
from .findings import Findings

_BARS = 20  # bars of the distribution over images


def label_page(found: Findings) -> Page:
    """Show the findings; empty sections are left out."""
    page = Page("Labels", found.name)
    _overview(page, found)
    if found.before is not None:
        _hidden(page, found)
    _classes(page, found)
    _images(page, found)
    _pairs(page, found)
    if found.hierarchy is not None:
        _contradictions(page, found)
    if found.path_of is not None:
        add_duplicates(page, found)
    return page


def _overview(page: Page, found: Findings) -> None:
    positive, negative, unknown = (int(n) for n in found.totals.loc["now"])
    known = (positive + negative) / max(1, positive + negative + unknown)
    page.section("Overview", "A label is positive (+), negative (−) or unknown (?).")
    page.numbers({"images": len(found.known), "classes": len(found.known.classes),
                  "positive labels": positive, "negative labels": negative,
                  "labels known": f"{known:.1%}"})  # fmt: skip
    empty = found.classes[found.classes.positive == 0]["class"].tolist()
    if empty:
        page.text(f"Classes without a positive label, which a model cannot learn: {len(empty):,} "
                  f"({few(empty, 20)}).")  # fmt: skip
    if found.counts.num_no_label:
        page.text(f"Images without a known label: {found.counts.num_no_label:,}.")


def _hidden(page: Page, found: Findings) -> None:
    page.section(
        "Hidden labels", f"{found.hidden_by} made known labels unknown. All other sections show "
        "the labels that are left."
    )  # fmt: skip
    table = found.totals.astype(int)
    table.insert(0, "labels", list(table.itertuples(index=False, name=None)))
    table.insert(0, "", ["before", "after"])
    page.table(table, labels="states")


def _classes(page: Page, found: Findings) -> None:
    page.section(
        "Classes", "A head class has at least 100 positives, a tail class fewer than 20. The bar "
        "shows the shares of +, − and ?."
    )  # fmt: skip
    shown = {"labels": "states", "known": ".1%", "+ per −": ".3f"}
    page.table(found.classes, **shown)
    page.chart(_tail(found.classes), "From head to tail")
    bands = found.classes["frequency"].value_counts()
    page.chart(
        charts.bars({name: bands.get(name, 0) for name in BANDS}, y="classes"),
        "Head, medium and tail",
    )


def _tail(classes: pd.DataFrame) -> Markup:
    """The positives and negatives of classes from the most frequent to the rarest."""
    order = classes.sort_values("positive", ascending=False, kind="stable")
    rank = np.arange(1, len(order) + 1)
    many = len(order) > 200
    curves = {"positive": order.positive, "negative": np.sort(order.negative)[::-1]}
    return charts.lines(
        {name: (rank, values) for name, values in curves.items() if values.any()},
        x="classes, the most frequent first", y="labels", log_x=many, log_y=True,
    )  # fmt: skip


def _images(page: Page, found: Findings) -> None:
    counts = found.counts
    page.section("Images", "The number of labels of each kind in an image.")
    kinds = ((POSITIVE, "positive", "plus"), (NEGATIVE, "negative", "minus"),
             (UNKNOWN, "unknown", "unknown"))  # fmt: skip
    for state, name, colour in kinds:
        values = distribution(counts.images[state])
        if list(values) == ["0"]:
            continue
        chart = charts.bars(values, x=f"{name} labels of an image", y="images", colour=colour)
        page.chart(chart, f"{name.capitalize()} labels of an image")
    if counts.num_no_positive:
        rows = counts.no_positive
        more = (
            f". The table has the first {len(rows):,}" if counts.num_no_positive > len(rows) else ""
        )
        page.text(f"Images without a positive label: {counts.num_no_positive:,}{more}.")
        labels = found.known.labels.take(rows)
        lengths = {name: _of_rows(labels, state) for state, name, _ in kinds[1:]}
        page.table(
            pd.DataFrame({"image": [found.known.names[i] for i in rows.tolist()], **lengths})
        )


def _of_rows(labels: LabelMatrix, state: int) -> np.ndarray:
    return np.concatenate([(labels[rows] == state).sum(1) for rows in labels.row_blocks()])


def distribution(histogram: np.ndarray) -> dict[str, int]:
    """Group a histogram, the numbers of images with 0, 1, 2, ... labels, into at most 20 bars.

    >>> distribution(np.array([5, 3, 0, 1]))
    {'0': 5, '1': 3, '2': 0, '3': 1}
    """
    there = np.flatnonzero(histogram)
    if not len(there):
        return {}
    share = np.cumsum(histogram) / histogram.sum()
    low, high = int(there[0]), int(np.searchsorted(share, 0.995))
    high = int(there[-1]) if there[-1] - low < _BARS else high
    width = -(-(high - low + 1) // (_BARS - 1))
    bars = {}
    for start in range(low, high + 1, width):
        end = min(start + width - 1, len(histogram) - 1)
        name = str(start) if end == start else f"{start}–{end}"
        bars[name] = int(histogram[start : end + 1].sum())
    rest = int(histogram[end + 1 :].sum())
    return bars | ({f"≥ {end + 1}": rest} if rest else {})


def _pairs(page: Page, found: Findings) -> None:
    names = np.asarray(found.known.classes, dtype=object)
    pairs = found.counts.pairs
    table = pairs.table(names, len(found.known))
    if not len(table):
        return
    page.section(
        "Classes together", "Classes that are positive in the same image. A lift of 3 means that "
        "they meet three times as often as if they were independent. Unknown labels do not count "
        "as positive here."
    )  # fmt: skip
    page.table(table, **{"of the first": ".0%", "of the second": ".0%", "lift": ".1f"})
    chosen, shares = pairs.shares()
    shown = names[chosen].tolist()
    chart = charts.heat_map(shares, shown, shown, name="Percent of the row's images", colour="plus")
    most = f", the {len(chosen)} most frequent classes" if len(chosen) < len(names) else ""
    page.chart(chart, f"Of the images with the row's class, percent with the column's{most}")


def _contradictions(page: Page, found: Findings) -> None:
    table = found.contradictions
    note = "If a class is positive, the classes above it in the hierarchy are positive as well. "
    note += "Here one of the two labels is wrong." if len(table) else "All labels agree with this."
    page.section("Contradictions with the hierarchy", note)
    if len(table):
        page.table(table)
