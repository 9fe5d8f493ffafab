import numpy as np
import pandas as pd
import pytest

from mmpartial.labels import UNKNOWN
from mmpartial.reports.class_galleries import class_galleries
from mmpartial.reports.page import Page

IMAGES = {f"{i}.jpg": np.full((4, 4, 3), i, dtype=np.uint8) for i in range(30)}


@pytest.mark.parametrize(("classes", "shown", "each"), [(2, 2, 12), (9605, 40, 6)])
def test_few_and_many_classes(classes, shown, each):
    per_class = 13
    labels = pd.DataFrame(
        {
            "image": [f"{i % 30}.jpg" for i in range(60 * per_class)],
            "class": [f"class {i % min(classes, 60)}" for i in range(60 * per_class)],
            "probability": 0.75,
        }
    )
    page = Page("Labels")
    counts = dict(labels["class"].value_counts())
    class_galleries(page, labels, IMAGES, UNKNOWN, counts)
    html = page.html()
    assert html.count("<h3") == shown and html.count("data:image/jpeg") == shown * each
    first = f"class 0: {counts['class 0']} labels, the first {each}"
    assert html.index(first) < html.index("class 1: ")
    assert (f"The first {shown} of 60 classes are shown" in html) == (classes > 60)


def test_a_class_with_one_label():
    page = Page("Labels")
    one = pd.DataFrame({"image": ["3.jpg"], "class": ["<cat>"], "probability": [0.875]})
    class_galleries(page, one, IMAGES, UNKNOWN, {"<cat>": 1})
    assert "&lt;cat&gt;: 1 label<" in page.html() and "<b>?</b> 0.88" in page.html()
