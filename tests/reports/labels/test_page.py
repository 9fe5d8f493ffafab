import io
import re

import numpy as np
from rich.console import Console

from mmpartial.labels.hierarchy import Hierarchy
from mmpartial.reports.labels.findings import Findings
from mmpartial.reports.labels.page import distribution, label_page
from mmpartial.reports.labels.terminal import terminal_report

from .test_findings import annotations

LABELS = np.array([[1, 0, -1], [1, 1, -1], [-1, 0, -1], [-1, -1, -1]], dtype=np.int8)


def text_of(found):
    console = Console(width=200, file=io.StringIO())
    console.print(terminal_report(found))
    return console.file.getvalue()


def test_only_sections_that_say_something():
    known = annotations(LABELS)
    text = label_page(Findings("my.csv", known)).html()
    titles = re.findall("<h2>(.*?)</h2>", text)
    assert titles == ["Overview", "Classes", "Images", "Classes together"]
    assert "which a model cannot learn: 1 (c)." in text
    assert "Images without a known label: 1." in text
    found = Findings("my.csv", known, annotations(np.abs(LABELS)), "PAL(ratio=0.6)",
                     Hierarchy(dict(a="b")))  # fmt: skip
    text = label_page(found).html()
    titles = re.findall("<h2>(.*?)</h2>", text)
    assert titles[1] == "Hidden labels" and titles[-1] == "Contradictions with the hierarchy"
    assert '[["before", [10, 2, 0], 10, 2, 0], ["after", [3, 2, 7], 3, 2, 7]]' in text


def test_the_terminal_shows_head_and_tail_of_many_classes():
    labels = np.zeros((30, 26), dtype=np.int8)
    for cls in range(26):
        labels[: cls + 1, cls] = 1
    text = text_of(Findings("my.csv", annotations(labels)))
    shown = re.findall(r"^([a-z]) ", text, flags=re.M)
    assert "".join(shown) == "zyxwvutsrqjihgfedcba" and "... 6 more ..." in text
    assert re.search(r"^z +26 +4 +0 +100\.0% +medium", text, flags=re.M)
    assert "the imbalance is 26.0" in text and "images without a positive label: 4" in text


def test_names_are_no_markup():
    known = annotations(LABELS[:, :1])
    known.classes = ("[red]a[/red]<b>",)
    found = Findings("[b]my.csv", known)
    assert "[red]a[/red]<b>" in text_of(found) and "[b]my.csv" in text_of(found)
    assert "<b>my" not in label_page(found).html()


def test_few_bars_show_a_long_tail():
    histogram = np.bincount([*range(100)] * 10 + [5000])
    bars = distribution(histogram)
    assert len(bars) <= 21 and sum(bars.values()) == 1001 and [*bars][-1].startswith("≥ ")
    assert distribution(np.zeros(3, dtype=int)) == {}
