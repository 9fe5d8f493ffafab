"""Columns of a label table that divide the images already."""

import numpy as np
import pytest

from mmpartial.apis.own_data.image_columns import as_parts, part_column


def column_of(tmp_path, name, cells):
    path = tmp_path / "my.csv"
    rows = [f"{i}.jpg,{i % 2},{cell}" for i, cell in enumerate(cells)]
    path.write_text("\n".join([f"image,cat,{name}", *rows]) + "\n")
    return part_column(str(path), "wide_csv", {})


@pytest.mark.parametrize("name, cells, parts", [
    ("Split", ["Train", "valid", "", "TEST"], ["train", "val", "", "test"]),
    ("is_valid", ["True", "False", "NA", "False"], ["val", "train", "", "train"]),
    ("is_train", ["1", "0", "1.0", "0.0"], ["train", "val", "train", "val"]),
    ("is_test", ["no", "yes"], ["train", "test"]),
    ("dataset", ["TRAIN", "validation"], ["train", "val"]),
])  # fmt: skip
def test_columns_of_parts(tmp_path, name, cells, parts):
    assert column_of(tmp_path, name, cells) == name
    texts = np.array([cell.replace("NA", "") for cell in cells], dtype=object)
    assert as_parts(texts, name).tolist() == parts


def test_other_words_beside_train(tmp_path):
    words = "train, training, val, valid, validation, dev, test, testing"
    message = f"column 'split' has 'train' and 'holdout': write one of {words} in place of 'hold"
    with pytest.raises(ValueError, match=message):
        column_of(tmp_path, "split", ["train", "holdout", "train"])


@pytest.mark.parametrize("name, cells", [("fold", "01234"), ("set", "AB"), ("valid", "10")])
def test_columns_that_do_not_divide_the_images(tmp_path, name, cells):
    assert column_of(tmp_path, name, cells) is None
