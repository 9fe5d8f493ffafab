"""Shows the label report on the terminal."""

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .findings import Findings

_SHOWN = 20  # classes; if there are more, the most frequent and the rarest
_STYLES = {"positive": "cyan", "negative": "dark_orange3", "unknown": "bright_black"}


def terminal_report(found: Findings) -> RenderableType:
    """A table of the classes, and the most important numbers below it."""
    order = found.classes.sort_values("positive", ascending=False, kind="stable")
    half = _SHOWN // 2
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("class", max_width=40)
    for name in (*_STYLES, "known"):
        table.add_column(name, justify="right", style=_STYLES.get(name))
    table.add_column("frequency")
    if len(order) <= _SHOWN:
        _add(table, order)
    else:
        _add(table, order.head(half))
        table.add_row(f"... {len(order) - 2 * half:,} more ...", style="bright_black")
        _add(table, order.tail(half))
    lines = [Text(line) for line in summary(found)]
    return Group(Text(found.name, style="bold"), Text(), table, Text(), *lines)


def _add(table: Table, rows: pd.DataFrame) -> None:
    for row in rows.to_dict("records"):
        counts = [f"{row[name]:,}" for name in _STYLES]
        table.add_row(Text(row["class"]), *counts, f"{row['known']:.1%}", row["frequency"])


def summary(found: Findings) -> list[str]:
    """Sentences with the most important numbers."""
    counts, classes = found.counts, found.classes
    positive, negative, unknown = (int(n) for n in found.totals.loc["now"])
    said = [
        f"{len(found.known):,} images, {len(classes):,} classes; {positive:,} positive, "
        f"{negative:,} negative, {unknown:,} unknown labels"
    ]
    if found.before is not None:
        before = found.totals.loc["before"]
        said.append(f"{found.hidden_by} hides {int(before['positive']) - positive:,} positive and "
                    f"{int(before['negative']) - negative:,} negative labels")  # fmt: skip
    there = classes.positive[classes.positive > 0]
    if len(there):
        high, low = there.max(), there.min()
        said.append(f"the most frequent class has {high:,} positives, the rarest {low:,}, so the "
                    f"imbalance is {high / low:,.1f}")  # fmt: skip
    said += [
        f"{name}: {number:,}"
        for name, number in (
            ("classes without a positive label", int((classes.positive == 0).sum())),
            ("images without a positive label", counts.num_no_positive),
            ("images without a known label", counts.num_no_label),
        )
        if number
    ]
    if found.hierarchy is not None:
        times = int(found.contradictions["images"].sum()) if len(found.contradictions) else 0
        said.append(f"positive labels whose class above is negative: {times:,}")
    if found.path_of is not None:
        pairs = found.duplicates
        said.append(f"pairs of images that look alike: {len(pairs):,}, with contradicting labels: "
                    f"{int((pairs.contradicting > 0).sum()):,}")  # fmt: skip
        if found.unreadable:
            said.append(f"images that cannot be read: {len(found.unreadable):,}")
    return said
