"""A list of images takes a part of a dataset, and each way a list can be wrong."""

import numpy as np
import pytest

from mmpartial.datasets.published.image_list import listed_rows
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix

LABELS = LabelMatrix.from_dense(np.array([[1, 0], [0, -1], [1, 1]]))
EVERYTHING = Annotations(["a/1.jpg", "a/2.jpg", "b/3.jpg"], ["u", "v"], LABELS, list("123"))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("3\n1\n", [0, 2]),
        ("b/3.jpg\r\n\r\n 2 \r\n", [1, 2]),
        ("a\\1.jpg", [0]),
        ("", []),
    ],
)
def test_rows(tmp_path, text, expected):
    path = tmp_path / "few.txt"
    path.write_bytes(text.encode())
    assert listed_rows(EVERYTHING, str(path), "x.json").tolist() == expected


@pytest.mark.parametrize(
    "text, message",
    [
        (
            b"1\n10\n",
            "few.txt lists '10', which is not the file name or id of an image of x.json: take",
        ),
        (b"1\n2\na/1.jpg\n", "few.txt lists the image 'a/1.jpg' twice: remove one"),
        (b"1\n\xff\n", "few.txt is not UTF-8 text .*: download it again"),
    ],
)
def test_wrong_lists(tmp_path, text, message):
    path = tmp_path / "few.txt"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=message):
        listed_rows(EVERYTHING, str(path), "x.json")


def test_no_list(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*none.txt: put the list of images"):
        listed_rows(EVERYTHING, str(tmp_path / "none.txt"), "x.json")


def test_the_unicode_form_makes_no_difference(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("cafe\u0301.jpg\n\u00fc.jpg\n", encoding="utf-8")
    images = ["1.jpg", "caf\u00e9.jpg", "u\u0308.jpg", "cafe\u0301.jpg"]
    for number, rows in ((3, [1, 2]), (4, [2, 3])):  # what is spelt alike goes first
        labels = LabelMatrix.from_dense(np.ones((number, 1)))
        everything = Annotations(images[:number], ["u"], labels)
        assert listed_rows(everything, str(path), "x.json").tolist() == rows
