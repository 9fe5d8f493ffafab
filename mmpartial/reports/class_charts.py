"""Charts of the classes of an evaluation."""

import numpy as np
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
    support = "train" if "train" in table else "positive"
    where = "training" if support == "train" else "the evaluation"
    names, AP = list(map(str, table["class"])), table.AP.to_numpy()
    against = charts.dots(table[support].clip(lower=1), AP, names, x=f"positives in {where}",
                          y="AP, %", log_x=True, y_range=(0, 100))  # fmt: skip
    lowest = [place for place in np.argsort(AP, kind="stable") if np.isfinite(AP[place])][:_LOWEST]
    counts = table[support].to_numpy()
    named = [f"{shortened(names[place])} ({counts[place]:,})" for place in lowest]
    ranked = charts.named_bars(named, AP[lowest], x="AP, %", x_range=(0, 100))
    title = f"Lowest AP, with the positives in {where}"
    return [("Average precision of each class", against), (title, ranked)]
