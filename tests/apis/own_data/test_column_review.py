"""What a column of a table seems to hold."""

import re

import pytest

from mmpartial.apis.own_data.column_review import review
from mmpartial.apis.own_data.unsure_columns import check_sure


@pytest.mark.parametrize("cells, kind", [
    (["1", "0", "", "1", "NA", "0"], "class"),
    (["x", "", "1", "x", "0", ""], "unsure"),
    ([""] * 6, "blank"),
    (["north", "south"] * 3, "groups: 2 values"),
    (["north"] * 6, "always 'north'"),
    (["12", "7.5", "7,5", "12", "-3", "7.5"], "numbers"),
    (["a small cat on a chair", "no cat"] * 3, "free text"),
    (["four words are few", "no cat"] * 3, "groups: 2 values"),
    ([f"camera {i}" for i in range(6)], "a different text in each row"),
])  # fmt: skip
def test_kinds(tmp_path, cells, kind):
    path = tmp_path / "my.csv"
    rows = [f'{i}.jpg,"{cell}"' for i, cell in enumerate(cells)]
    path.write_text("\n".join(["image,x", *rows]) + "\n")
    image, column = review(str(path), {}, None)
    assert (image.kind, column.kind) == ("a different text in each row", kind)
    assert column.cells.total() == 6


def test_a_column_of_parts_is_known_by_its_name(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("image,split\n1.jpg,train\n2.jpg,val\n3.jpg,train\n")
    assert review(str(path), {}, None)[1].kind == "parts or folds"


@pytest.mark.parametrize("name, cells, kind", [
    ("deer", ["0", "2", "1", "17", "0", ""], "class"),
    ("age", ["40", "41", "40", "52", "40", "41"], "numbers"),
    ("number", ["0", "1", "2", "3", "4", "5"], "a different text in each row"),
    *((name, ["1"] * 6, "ids") for name in ("project_id", "patientID", "id")),
    ("class_id", ["0", "1", "14"] * 3, "ids"),
    ("orchid", ["1"] * 6, "class"),
    ("XMax", ["1"] * 6, "edges of boxes"),
])  # fmt: skip
def test_counts_are_labels_if_the_user_says_so_and_ids_are_not(tmp_path, name, cells, kind):
    path = tmp_path / "my.csv"
    path.write_text("\n".join([f"image,{name}", *(f"a.jpg,{cell}" for cell in cells)]) + "\n")
    assert review(str(path), {"counts": 1}, None)[1].kind == kind


def test_numbers_that_may_name_classes(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("image,label\n" + "".join(f"{i}.jpg,{i % 3}\n" for i in range(12)))
    with pytest.raises(ValueError, match="--values 2=.* its class in 'label', give --format long"):
        check_sure("my.csv", review(str(path), {}, None)[1:])


@pytest.mark.parametrize("zero, negative", [
    ("0,0", """if it is unknown and 0 absent, or 'values={"-1": 0, "0": -1}' if it is absent"""),
    ("", """'values={"-1": -1}' if it is unknown, or 'values={"-1": 0}' if it is absent"""),
])  # fmt: skip
def test_minus_one_beside_zeros_of_any_spelling(tmp_path, zero, negative):
    path = tmp_path / "my.csv"
    path.write_text(f"image;cat;dog\n1.jpg;1,0;-1,0\n2.jpg;{zero};1,0\n")
    with pytest.raises(ValueError, match=re.escape(negative)):
        check_sure("my.csv", review(str(path), {}, None)[1:])


def test_a_second_row_of_the_header(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("image,cat,dog\n(file),(0/1),(0/1)\n1.jpg,1,0\n2.jpg,0,1\n")
    with pytest.raises(ValueError, match="; if a row belongs to the header, remove it"):
        check_sure("my.csv", review(str(path), {}, None)[1:])
