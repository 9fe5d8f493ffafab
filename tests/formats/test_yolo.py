"""YOLO's folders as Ultralytics, Roboflow, LabelImg and others lay them out."""

import pytest

from mmpartial.formats import read_annotations
from tests.formats.some_annotations import contents

YAML = "path: ../somewhere\ntrain: images/train\nnc: 2\nnames: [cat, dog]\n"


def write(root, files):
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def read(path, unlisted="negative", **options):
    return read_annotations("yolo", str(path), unlisted=unlisted, **options)


def test_an_empty_file_says_that_somebody_looked(tmp_path, said):
    write(tmp_path, {
        "data.yaml": YAML,
        "images/train/1.jpg": "", "labels/train/1.txt": "1 .5 .5 .1 .1\r\n1 .1 .1 .1 .1\r\n",
        "images/train/2.jpg": "", "labels/train/2.txt": "",
        "images/val/3.JPG": "",
        "images/val/4.jpg": "", "labels/val/4.txt": "\ufeff0 .1 .1 .2 .2 .3 .3 .1 .1\n",
        "labels/val/5.txt": "",
    })  # fmt: skip
    names = ["images/train/1.jpg", "images/train/2.jpg", "images/val/3.JPG", "images/val/4.jpg"]
    states = [[0, 1], [0, 0], [-1, -1], [1, 0]]
    assert contents(read(tmp_path)) == (names, ["cat", "dog"], states)
    told = " ".join(said)
    assert "images without a text file: 1; all their labels are unknown" in told
    assert "text files without an image: 1, the first is '" in told
    assert contents(read(tmp_path / "images" / "val"))[::2] == (["3.JPG", "4.jpg"], states[2:])
    unknown = read(tmp_path, "unknown").labels.dense().tolist()
    assert unknown == [[-1, 1], [-1, -1], [-1, -1], [1, -1]]


LINE = "1 .5 .5 .1 .1"


@pytest.mark.parametrize("files", [
    {"data.yaml": "names: {1: dog, 0: cat}", "train/images/1.jpg": "", "train/labels/1.txt": LINE},
    {"classes.txt": "cat\ndog\n", "1.jpg": "", "1.txt": LINE},
    {"obj.names": "cat\ndog\n", "train.txt": "x", "obj_train_data/1.png": "",
     "obj_train_data/1.txt": LINE},
    {"classes.txt": "cat\ndog\n", "notes.json": "{}", "images/1.jpg": "", "labels/1.txt": LINE},
])  # fmt: skip
def test_layouts(tmp_path, files):
    write(tmp_path / "images", files)  # a folder around it may be called images as well
    found = read(tmp_path / "images")
    assert found.classes == ("cat", "dog") and found.labels.dense().tolist() == [[0, 1]]


GOOD = {"data.yaml": YAML, "images/1.jpg": "", "labels/1.txt": LINE}


@pytest.mark.parametrize("change, message", [
    ({"labels/1.txt": "1 .5 .5 .1 .1 .93"}, "1.txt, line 1 has six numbers, as predictions have"),
    ({"labels/1.txt": f"{LINE}\n2 .5 .5 .1 .1"}, "1.txt, line 2 has class 2, but there are 2 cla"),
    ({"labels/1.txt": "dog .5 .5 .1 .1"}, r"line 1 is 'dog .5 .5 .1 .1': an object is the number"),
    ({"labels/1.txt": "1"}, "line 1 is '1': an object is the number of its class, and four"),
    ({"data.yaml": "nc: 2"}, r"data.yaml has names=None: write a list"),
    ({"data.yaml": "names: {1: cat, 2: dog}"}, r"data.yaml has names=\{1: 'cat'"),
    ({"data.yaml": "names: [cat"}, "data.yaml is not YAML: while parsing"),
    ({"data.yaml": None}, "there is no data.yaml or classes.txt in .*: give classes"),
    ({"labels/1.txt": None}, "no image in .* has a text file, such as .*labels.1.txt: give the f"),
    ({"images/1.jpg": None}, "there is no image in"),
    ({"labels/1.txt": ""}, "has no positive label"),
])  # fmt: skip
def test_wrong_files(tmp_path, change, message):
    write(tmp_path, {name: text for name, text in (GOOD | change).items() if text is not None})
    with pytest.raises(ValueError, match=message):
        read(tmp_path)


def test_classes_that_are_elsewhere(tmp_path):
    write(tmp_path, {"a/coco8.yaml": YAML, "b/c/images/1.jpg": "", "b/c/labels/1.txt": LINE})
    with pytest.raises(FileNotFoundError, match="there is no folder .*coco8.yaml: give the folder"):
        read(tmp_path / "a" / "coco8.yaml")
    for classes in (str(tmp_path / "a" / "coco8.yaml"), ["cat", "dog"]):
        assert read(tmp_path / "b" / "c", classes=classes).labels.dense().tolist() == [[0, 1]]
