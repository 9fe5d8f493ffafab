"""Charts of the classes of an evaluation."""

import pandas as pd
from markupsafe import Markup

from . import charts
from .svg import shortened

_LOWEST = 20  # classes with a name


def class_charts(table: pd.DataFrame) -> list[tuple[str, Markup]]:
    """Titles and charts: the AP of all classes against their positives, and the lowest by name.

    Args:
        table: :attr:`mmpartial.evaluation.report.Report.per_class`.
    """
    support, where = support_of(table)
    against = charts.dots(table[support].clip(lower=1), table.AP, table["class"].astype(str),
                          x=f"positives in {where}", y="AP, %", log_x=True,
                          y_range=(0, 100))  # fmt: skip
    names, AP = lowest_classes(table)
    ranked = charts.named_bars(names, AP, x="AP, %", x_range=(0, 100))
    title = f"Lowest AP, with the positives in {where}"
    return [("Average precision of each class", against), (title, ranked)]


def support_of(table: pd.DataFrame) -> tuple[str, str]:
    """The column that counts the positives of each class, and where it counts them."""
    return ("train", "training") if "train" in table else ("positive", "the evaluation")


def lowest_classes(table: pd.DataFrame) -> tuple[list[str], pd.Series]:
    """Names, with the number of positives, and AP of the classes with the lowest AP."""
    lowest = table.dropna(subset="AP").nsmallest(_LOWEST, "AP")
    counts = lowest[support_of(table)[0]]
    names = [
        f"{shortened(str(name))} ({n:,})" for name, n in zip(lowest["class"], counts, strict=True)
    ]
    return names, lowest.AP
