"""What holds for all formats: the choice of options, and files that are written whole."""

import inspect

import numpy as np
import pytest

from mmpartial.formats import FORMATS, parameters, read_annotations
from mmpartial.formats.common.named_labels import from_names
from mmpartial.formats.common.output_paths import replacing
from mmpartial.formats.common.unique_images import annotate
from mmpartial.labels.matrix import LabelMatrix


@pytest.mark.parametrize("name", FORMATS)
def test_options_are_keywords(name):
    """After the path, everything has a name; what an unlisted class means has no default."""
    for option, parameter in parameters(name).items():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert option != "unlisted" or parameter.default is parameter.empty
    first = next(iter(inspect.signature(FORMATS[name].read).parameters))
    assert first == "path"


def test_wrong_options():
    with pytest.raises(ValueError, match="no format 'x': choose one of .*long_csv.*wide_csv"):
        read_annotations("x", "x")
    with pytest.raises(ValueError, match="no format 'coco'; the nearest is 'coco_json': choose"):
        read_annotations("coco", "x")
    with pytest.raises(ValueError, match="takes no imge; the nearest is 'image': it takes image"):
        read_annotations("wide_csv", "x", imge="file")
    with pytest.raises(ValueError, match="wide_csv takes no unlisted: it takes image, classes"):
        read_annotations("wide_csv", "x", unlisted="unknown")
    with pytest.raises(
        ValueError, match=r"takes no classes: .*; metainfo=dict\(classes=\[...\]\) in"
    ):
        read_annotations("coco_json", "x", classes=["fox"])
    with pytest.raises(ValueError, match="mmpretrain takes no split: it takes allow_no_positives"):
        read_annotations("mmpretrain", "x", split="train")
    with pytest.raises(ValueError, match="folders needs unlisted: 'unknown' if nobody looked"):
        read_annotations("folders", "x")
    with pytest.raises(ValueError, match="splits needs split"):
        read_annotations("splits", "x", unlisted="negative")


def test_a_failed_write_leaves_the_file(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("old")
    with pytest.raises(RuntimeError), replacing(str(file)) as temporary:
        with open(temporary, "w") as half:
            half.write("ne")
        raise RuntimeError
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]
    with replacing(str(file)) as temporary, open(temporary, "w") as whole:
        whole.write("new")
    assert file.read_text() == "new" and list(tmp_path.iterdir()) == [file]


def test_one_path_for_an_image():
    labels = LabelMatrix.from_dense([[1]] * 5)
    images = ["./1.jpg", "1.jpg", "a//b/../1.jpg", "a\\1.jpg", "s3://b/1.jpg"]
    found = annotate("x.csv", images, ["cat"], labels)
    assert found.images == ["1.jpg", "a/1.jpg", "s3://b/1.jpg"]


@pytest.mark.parametrize(
    "images, message",
    [
        ([None], "x.csv has the image None: write its name in quotes"),
        ([1], "x.csv has the image 1: write its name in quotes"),
        ([" "], "x.csv has an image without a name"),
        (["1.jpg "], "x.csv has the image '1.jpg ': remove the space around its name"),
    ],
)
def test_paths_are_texts(images, message):
    with pytest.raises(ValueError, match=message):
        annotate("x.csv", images, ["cat"], LabelMatrix.from_dense([[1]]))


NEGATIVE_ONLY = {
    "wide_csv": ("x.csv", "image,cat\n1.jpg,0\n2.jpg,\n"),
    "long_csv": ("x.csv", "image,class,confidence\n1.jpg,cat,0\n"),
    "json_lists": ("x.jsonl", '{"image": "1.jpg", "negative": ["cat"]}\n'),
    "mmpretrain": (
        "x.json",
        '{"metainfo": {"classes": ["cat"]}, "data_list": [{"img_path": "1.jpg", "gt_label": []}]}',
    ),
}


@pytest.mark.parametrize("name", NEGATIVE_ONLY)
def test_no_positive_label(tmp_path, name):
    file, text = NEGATIVE_ONLY[name]
    (tmp_path / file).write_text(text)
    options = {"unlisted": "unknown"} if "unlisted" in parameters(name) else {}
    with pytest.raises(ValueError, match=f"{file} has no positive label: its .* images x 1 class"):
        read_annotations(name, str(tmp_path / file), **options)
    found = read_annotations(name, str(tmp_path / file), allow_no_positives=True, **options)
    assert found.classes == ("cat",) and found.labels.dense().max() == 0


def test_no_label_at_all(tmp_path):
    (tmp_path / "x.csv").write_text("image,notes,dog\n1.jpg,,\n2.jpg,,\n")
    with pytest.raises(ValueError) as error:
        read_annotations("wide_csv", str(tmp_path / "x.csv"))
    assert (
        "its 2 images x 2 classes are 4 unknown. Most often the labels are in another column"
        in str(error.value)
    )
    assert "look at the options image, values. If" in str(error.value)
    (tmp_path / "x.json").write_text('[{"image": "1.jpg"}, {"image": "2.jpg"}]')
    file, options = str(tmp_path / "x.json"), dict(unlisted="unknown", allow_no_positives=True)
    with pytest.raises(ValueError, match="no class in .*x.json: none of its 2 images has a label"):
        read_annotations("json_lists", file, **options)
    assert len(read_annotations("json_lists", file, classes=["cat"], **options)) == 2


def test_a_parser_does_not_reach_the_user(tmp_path):
    (tmp_path / "x.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"x.json has lists or objects nested too deeply"):
        read_annotations("mmpretrain", str(tmp_path / "x.json"))


def listed(names, **options):
    image = np.arange(len(names))
    images = [f"{number}.jpg" for number in image]
    return from_names("x.csv", images, image, names, np.asarray(True), **options)


@pytest.mark.parametrize(
    "names, message",
    [
        (["Cat", "cat"], "'Cat' and 'cat', which differ only in letter case: write one of them"),
        (["hot dog", "hotdog"], "only in blanks: .*if they are two classes, list both in classes"),
        (["e\u0301T", "\u00e9t"], "which differ only in letter case"),
        (["c\u200bat", "cat"], r"the class 'c\\u200bat', with U\+200B \(zero width space\)"),
    ],
)
def test_classes_that_look_alike(names, message):
    with pytest.raises(ValueError, match=message):
        listed(names, unlisted="negative")


def test_classes_in_two_unicode_forms_are_one():
    names = ["m\u00fcde", "mu\u0308de", "wach"]
    for classes in (None, ["m\u00fcde", "wach"], ["mu\u0308de", "wach"]):
        found = listed(names, unlisted="negative", classes=classes)
        assert found.classes == ("m\u00fcde", "wach")
        assert found.labels.dense().tolist() == [[1, 0], [1, 0], [0, 1]]
    both = listed(["Cat", "cat"], unlisted="negative", classes=["Cat", "cat"])
    assert both.labels.dense().tolist() == [[1, 0], [0, 1]]


def test_images_that_cannot_be_told_apart():
    forms = ["b.jpg", "caf\u00e9.jpg", "cafe\u0301.jpg"]
    found = annotate("x.csv", forms, ["cat"], LabelMatrix.from_dense([[1], [1], [1]]))
    assert found.images == forms[:2]
    labels = LabelMatrix.from_dense([[1], [1], [0]])
    with pytest.raises(ValueError, match=r"different labels, image 2 \(there as 'café.jpg'\) and"):
        annotate("x.csv", forms, ["cat"], labels)
    with pytest.raises(ValueError, match="'a.jpg' twice with different labels, line 3 and line 4:"):
        annotate(
            "x.csv", ["b", "a.jpg", "./a.jpg"], ["cat"], labels, None, lambda row: f"line {row + 2}"
        )
    with pytest.raises(ValueError, match="has the id '1' for two images, 'a.jpg' and 'b.jpg'"):
        annotate("x.csv", ["a.jpg", "b.jpg"], ["cat"], labels.take([0, 1]), ["1", "1"])


def test_listed_classes_that_look_alike_are_said(said):
    labels = LabelMatrix.from_dense([[1, 0]])
    assert annotate("x", ["1"], ["Cat", "cat"], labels).classes == ("Cat", "cat")
    assert said == [
        "x has the classes 'Cat' and 'cat', which differ only in letter case: they stay two classes"
    ]
    annotate("x", ["1"], ["cat", "cats"], labels)
    assert len(said) == 1
    with pytest.raises(ValueError, match=r"'\u00e9' is listed twice, also as 'e\\u0301': keep one"):
        annotate("x", ["1"], ["\u00e9", "e\u0301"], labels)


@pytest.mark.parametrize(
    ("format", "file", "text", "options"),
    [
        (
            "coco_json",
            "x.json",
            '{"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": [], '
            '"categories": [{"id": 1, "name": "cat"}]}',
            "",
        ),
        ("json_lists", "x.json", '[{"image": "1.jpg", "negative": ["cat"]}]', ""),
        ("long_csv", "x.csv", "image,class,value\n1.jpg,cat,0\n", "image, cls, confidence, values"),
        (
            "cvat",
            "x.xml",
            "<annotations><meta><labels><label><name>cat</name></label></labels></meta>"
            '<image id="0" name="1.jpg"/></annotations>',
            "state, present, absent, unsure",
        ),
    ],
)
def test_only_options_that_matter_are_named(tmp_path, format, file, text, options):
    (tmp_path / file).write_text(text)
    with pytest.raises(ValueError, match="no positive label") as error:
        read_annotations(format, str(tmp_path / file), unlisted="negative")
    advice = f"look at the options {options}. If" if options else "negative. If nothing"
    assert advice in str(error.value)
