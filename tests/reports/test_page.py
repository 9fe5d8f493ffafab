import json
import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pandas as pd
import pytest

from mmpartial.labels import NEGATIVE, POSITIVE, UNKNOWN
from mmpartial.reports import charts
from mmpartial.reports.page import TEMPLATES, Page, Picture

EVIL = "</script><script>alert(1)</script>\"'&"
FRAME = pd.DataFrame(
    dict(name=["cat", EVIL, None], n=[3, 1, 2], AP=[0.5, np.nan, 0.25], labels=[[1, 2, 0]] * 3)
)


class Elements(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes


def page():
    image = np.zeros((40, 20, 3), np.uint8)
    page = Page(EVIL, EVIL)
    page.section(EVIL, EVIL)
    page.text(EVIL)
    page.numbers({EVIL: 12345, "known": "12 %"})
    page.table(FRAME, AP=".1%", labels="states")
    page.chart(charts.lines({EVIL: ([1, 2], [3, 4]), "b": ([1], [2])}, x=EVIL, y=EVIL), EVIL)
    page.chart(charts.dots([1], [2], [EVIL], x=EVIL, y=EVIL))
    page.chart(charts.bars({EVIL: 3}, x=EVIL, y=EVIL))
    page.chart(charts.heat_map(np.eye(2), [EVIL, "b"], [EVIL, "b"], name=EVIL))
    page.gallery([Picture(image, EVIL, [(EVIL, POSITIVE), ("b", NEGATIVE), ("c", UNKNOWN)], EVIL)])
    return page


def test_names_are_never_html():
    text = page().html()
    elements = Elements(text)
    assert elements.tags.count("script") == 2  # the rows of the table, and the page's own
    assert "alert(1)</script" not in text and "12,345" in text
    assert not [name for name, _ in elements.attributes if name.startswith("on")]


def test_nothing_is_outside_the_page():
    text = page().html()
    links = {value for name, value in Elements(text).attributes if name in ("src", "href")}
    assert all(link.startswith(("#section-", "data:image/jpeg;")) for link in links)
    assert not re.search(r"https?:|@import|url\(|fetch\(", text)
    assert "default-src 'none'" in text


def test_rows_and_columns_of_a_table():
    text = page().html()
    data = json.loads(re.search(r"json\">(.*?)</script>", text)[1])
    assert data["rows"] == [
        ["cat", 3, 0.5, [1, 2, 0]], [EVIL, 1, None, [1, 2, 0]], [None, 2, 0.25, [1, 2, 0]]
    ]  # fmt: skip
    kinds = [(column["kind"], column["digits"]) for column in data["columns"]]
    assert kinds == [("text", 0), ("number", 0), ("percent", 1), ("states", 0)]


def test_formats_that_do_not_exist():
    with pytest.raises(ValueError, match=r"the table has no column 'APs'; the nearest is 'AP'\."):
        Page("a").table(FRAME, APs=".1f")
    with pytest.raises(ValueError, match=r"the column 'AP' has the format '\.1g': give"):
        Page("a").table(FRAME, AP=".1g")


def test_pictures_are_small_and_missing_ones_say_so(tmp_path):
    path = tmp_path / "a.jpg"
    cv2.imwrite(str(path), np.full((400, 800, 3), 200, np.uint8))
    (tmp_path / "b.jpg").write_bytes(b"no image")
    page = Page("a")
    page.gallery([Picture(path), Picture(tmp_path / "b.jpg"), Picture(tmp_path / "c.jpg")], size=80)
    text = page.html()
    assert text.count("<img") == 1 and text.count('class="fault"') == 2
    assert "No such file" in text and len(text) < 20_000


def test_a_page_is_not_overwritten(tmp_path):
    path = tmp_path / "page.html"
    Page("first").write(path)
    with pytest.raises(FileExistsError, match=r"page\.html exists"):
        Page("second").write(path)
    assert "first" in path.read_text()
    Page("second").write(path, force=True)
    assert "second" in path.read_text() and len([*tmp_path.iterdir()]) == 1


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.parametrize("scheme", [0, 1])
def test_texts_can_be_read_in_both_schemes(scheme):
    style = (TEMPLATES / "style.css").read_text()
    block = re.findall(r":root \{(.*?)\}", style, flags=re.S)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
    for ground in (colours.pop("ground"), colours.pop("panel")):
        for name in colours.keys() - {"line"}:
            low, high = sorted([luminance(ground), luminance(colours[name])])
            assert (high + 0.05) / (low + 0.05) >= 4.5, name
