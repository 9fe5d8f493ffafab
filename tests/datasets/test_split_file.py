"""One label file, and the parts that a split file makes of it."""

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import AnnotatedImages, PartialLabelDataset
from mmpartial.datasets.split_file import read_split

TABLE = "image,cat,dog\na.jpg,1,\nb.jpg,0,1\nc.jpg,,0\nd.jpg,1,1\n"


@pytest.fixture
def root(tmp_path):
    for name in "abcd":
        Image.new("RGB", (9, 7)).save(tmp_path / f"{name}.jpg")
    (tmp_path / "labels.csv").write_text(TABLE)
    write(tmp_path, "a.jpg,train\nb.jpg,val\nc.jpg,train\nd.jpg,left out\n")
    return tmp_path


def write(root, rows, header="image,part\n"):
    (root / "split.csv").write_text(header + rows)


def build(root, part, **options):
    return AnnotatedImages(
        format="wide_csv", ann_file="labels.csv", data_root=str(root), data_prefix="",
        split_file="split.csv", part=part, **options,
    )  # fmt: skip


def test_parts_of_one_table(root, caplog):
    train, val = build(root, "train"), build(root, "val")
    assert list(train.annotations.images) == ["a.jpg", "c.jpg"]
    assert list(val.annotations.images) == ["b.jpg"]
    assert train.annotations.labels.dense().tolist() == [[1, -1], [-1, 0]]
    assert train.metainfo["classes"] == val.metainfo["classes"] == ("cat", "dog")
    (root / "d.jpg").unlink()  # of no part that is used
    assert len(build(root, "train")) == 2


def test_any_format_has_parts(root):
    lines = "\n".join(f"{name}.jpg,{cls}" for name, cls in zip("abcd", "xyxy", strict=True))
    (root / "long.csv").write_text(f"image,class\n{lines}\n")
    dataset = AnnotatedImages(
        format="long_csv", unlisted="negative", ann_file="long.csv", data_root=str(root),
        data_prefix="", split_file="split.csv", part="val",
    )  # fmt: skip
    assert dataset.metainfo["classes"] == ("x", "y")  # those of all parts
    assert dataset.annotations.labels.dense().tolist() == [[0, 1]]


def test_the_same_labels_are_hidden_with_and_without_parts(root):
    whole = AnnotatedImages(
        format="wide_csv", ann_file="labels.csv", data_root=str(root), data_prefix=""
    )
    hidden = PartialLabelDataset(whole, setting="PAL", ratio=0.5, seed=1)
    part = PartialLabelDataset(build(root, "train"), setting="PAL", ratio=0.5, seed=1)
    assert part.labels.dense().tolist() == hidden.labels.dense()[[0, 2]].tolist()


def test_images_without_a_part_and_names_without_labels_are_reported(root, monkeypatch):
    said = []
    for name in ("warn", "note"):
        monkeypatch.setattr(f"mmpartial.datasets.split_file.{name}", said.append)
    write(root, "./a.jpg,train\nb.jpg,val\nother.jpg,val\n")
    assert len(build(root, "train", values={"0": 0})) == 1
    warning, note = said
    assert warning.startswith("2 of 4 images are left out") and "(c.jpg, d.jpg)" in warning
    labels, split = root / "labels.csv", root / "split.csv"
    command = f"python tools/split.py {labels} --out {split} --options 'values={{\"0\": 0}}'"
    assert command in warning and warning.endswith("adds them")
    assert "names 1 images that have no labels (other.jpg)" in note


@pytest.mark.parametrize("rows, part, message", [
    ("a.jpg,train\n", "trian", "has no part 'trian'; the nearest is 'train': its parts are train"),
    ("a.jpg,train\na.jpg,val\n", "val", r"'a.jpg' in two parts, train \(line 2\) and val \(line 3"),
    ("x.jpg,val\n", "val", "names 1 images of the part 'val', and none of them has labels"),
    ("a.jpg,train\nb.jpg,Train\n", "train", "parts 'train' and 'Train', which differ only in let"),
    ("a.jpg,\n", "val", "line 2, column 'part' is blank"),
    ("", "val", "there is no image in"),
])  # fmt: skip
def test_wrong_split_files(root, rows, part, message):
    write(root, rows)
    with pytest.raises(ValueError, match=message):
        build(root, part)


def test_a_part_needs_a_split_file(root):
    with pytest.raises(ValueError, match="split_file has no effect without part: set both"):
        build(root, None)
    write(root, "a.jpg,1\n", "image,fold\n")
    with pytest.raises(ValueError, match="split.csv has no column 'part': its columns are"):
        build(root, "val")


def test_columns_and_groups(root):
    write(root, "site 1;val;b.jpg\n;train;a.jpg\n", "group;part;image\n")
    split = read_split(str(root / "split.csv"))
    assert split.groups.tolist() == ["site 1", ""] and split.names == ["val", "train"]
    np.testing.assert_array_equal(split.rows(["a.jpg", "z.jpg", "b.jpg"]), [1, -1, 0])
