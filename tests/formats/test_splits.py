"""JSON with a list of images for each split."""

import json

import pytest
from PIL import Image

from mmpartial.formats import splits
from tests.formats.some_annotations import contents

CONTENT = dict(
    classes=["sky", "sea"],
    splits=dict(
        train=[dict(img="images/1.jpg", labels=[1, 0], source=["x"]), dict(img="2.jpg", labels=[])],
        val=[dict(img="3.jpg", labels=[1])],
        none=[],
    ),
)


def write_splits(root, dataset, num_classes=20):
    """Images of different sizes in two splits, as ``dataset`` reads them."""
    (root / "images").mkdir(parents=True, exist_ok=True)
    splits = dict(train=[], val=[])
    for number in range(8):
        image = f"images/{number}.jpg"
        Image.new("RGB", (30 + number, 50 - number)).save(root / image)
        part = splits["train" if number % 2 else "val"]
        part.append(dict(img=image, labels=[number, number + 9]))
    classes = [f"class {c}" for c in range(num_classes)]
    (root / dataset.ann_file).write_text(json.dumps(dict(classes=classes, splits=splits)))


def read(tmp_path, content=CONTENT, split="train", unlisted="negative"):
    file = tmp_path / "annotations.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return splits.read(str(file), split=split, unlisted=unlisted)


def test_splits(tmp_path):
    images, classes = ["images/1.jpg", "2.jpg"], ["sky", "sea"]
    assert contents(read(tmp_path)) == (images, classes, [[1, 1], [0, 0]])
    found = read(tmp_path, split="val", unlisted="unknown")
    assert contents(found) == (["3.jpg"], classes, [[-1, 1]])


def with_train(*items):
    return dict(CONTENT, splits=dict(train=list(items)))


@pytest.mark.parametrize(
    "content, options, message",
    [
        (CONTENT, dict(split="test"), "has no split 'test': choose one of train, val, none"),
        (CONTENT, dict(split="none"), "there is no image in .*annotations.json, none"),
        (CONTENT, dict(unlisted="absent"), "unlisted='absent': choose 'unknown' if nobody"),
        (dict(classes=[]), {}, "annotations.json has no splits"),
        ([], {}, "annotations.json has no classes and no splits"),
        (with_train(dict(img="1.jpg")), {}, "train: image '1.jpg' has labels=None: write a list"),
        (with_train(dict(img=None, labels=[0])), {}, r"json: train\[0\] has no img, the path of"),
        (with_train(dict(img=7, labels=[0])), {}, r"json: train\[0\] has img=7: write it in quo"),
        (with_train("1.jpg"), {}, r"json: train\[0\] has no img, the path of"),
        (with_train(dict(img="1.jpg", labels=[True])), {}, r"labels=\[True\]: write a list of cl"),
        (with_train(dict(img="1.jpg", labels=["0"])), {}, r"labels=\['0'\]: write a list of cl"),
        (with_train(dict(img="1.jpg", labels=[0.9])), {}, r"labels=\[0.9\]: write a list of cl"),
        (dict(CONTENT, splits=[]), {}, "annotations.json has splits that are not an object"),
        (dict(CONTENT, splits=dict(train=None)), {}, "annotations.json: train is not a list of"),
        (dict(CONTENT, classes="ab"), {}, "annotations.json has 'ab': write a list of names"),
        (dict(CONTENT, classes=["a", None]), {}, "annotations.json has the class None: write"),
        (dict(CONTENT, classes=["a", " b"]), {}, "has the class ' b': remove the space around"),
        (json.dumps(CONTENT)[:-1] + ', "classes": []}', {}, "json: the key 'classes' is there tw"),
        (with_train(dict(img="1.jpg", labels=[2])), {}, "'1.jpg' has the class index 2, but there"),
        (
            with_train(dict(img="1.jpg", labels=[1]), dict(img="1.jpg", labels=[])),
            {},
            "lists the image '1.jpg' twice with different labels",
        ),
        (json.dumps(CONTENT)[:50], {}, "annotations.json is not complete JSON in UTF-8"),
    ],
)
def test_wrong_files(tmp_path, content, options, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, content, **options)
