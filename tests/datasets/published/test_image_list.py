"""A list of images takes a part of a dataset, and each way a list can be wrong."""

import numpy as np
import pytest

from mmpartial.datasets.published.image_list import read_image_list, take_listed
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix

ROWS = {"a/1.jpg": 0, "1": 0, "a/2.jpg": 1, "2": 1, "b/3.jpg": 2, "3": 2}


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
    assert read_image_list(str(path), ROWS, "x.json").tolist() == expected


def test_takes_the_images(tmp_path):
    labels = np.array([[1, 0], [0, -1], [1, 1]])
    everything = Annotations(
        ["a/1.jpg", "a/2.jpg", "b/3.jpg"], ["u", "v"], LabelMatrix.from_dense(labels), list("123")
    )
    path = tmp_path / "few.txt"
    path.write_text("b/3.jpg\n2\n")
    found = take_listed(everything, str(path), "x.json")
    assert found.images == ["a/2.jpg", "b/3.jpg"] and found.ids == ["2", "3"]
    assert found.classes == ("u", "v") and found.labels.dense().tolist() == labels[1:].tolist()


@pytest.mark.parametrize(
    "text, message",
    [
        (b"1\n10\n", "few.txt lists '10', which is no file name or id of an image of x.json: take"),
        (b"1\n2\na/1.jpg\n", "few.txt lists the image 'a/1.jpg' twice: remove one"),
        (b"1\n\xff\n", "few.txt is not UTF-8 text .*: download it again"),
    ],
)
def test_wrong_lists(tmp_path, text, message):
    path = tmp_path / "few.txt"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=message):
        read_image_list(str(path), ROWS, "x.json")


def test_no_list(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*none.txt: put the list of images"):
        read_image_list(str(tmp_path / "none.txt"), ROWS, "x.json")


def test_the_unicode_form_makes_no_difference(tmp_path):
    path = tmp_path / "few.txt"
    path.write_text("cafe\u0301.jpg\n\u00fc.jpg\n", encoding="utf-8")
    rows = {"1.jpg": 0, "caf\u00e9.jpg": 1, "u\u0308.jpg": 2}
    assert read_image_list(str(path), rows, "x.json").tolist() == [1, 2]
    rows["cafe\u0301.jpg"] = 3  # what is spelt alike goes first
    assert read_image_list(str(path), rows, "x.json").tolist() == [2, 3]
