"""What holds for all formats: the choice of options, and files that are written whole."""

import inspect

import pytest

from mmpartial.formats import FORMATS, common, parameters, read_annotations
from mmpartial.label_matrix import LabelMatrix


@pytest.mark.parametrize("name", FORMATS)
def test_options_are_keywords(name):
    """After the path, everything has a name; what an unlisted class means has no default."""
    for option, parameter in parameters(name).items():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert option != "unlisted" or parameter.default is parameter.empty
    first = next(iter(inspect.signature(FORMATS[name].read).parameters))
    assert first == "path"


def test_wrong_options():
    with pytest.raises(ValueError, match="no format 'wide': choose one of .*long_csv.*wide_csv"):
        read_annotations("wide", "x")
    with pytest.raises(ValueError, match="wide_csv takes no unlisted: it takes image, classes"):
        read_annotations("wide_csv", "x", unlisted="unknown")
    with pytest.raises(ValueError, match="mmpretrain takes no split: it takes no option"):
        read_annotations("mmpretrain", "x", split="train")
    with pytest.raises(ValueError, match="folders needs unlisted: 'unknown' if nobody looked"):
        read_annotations("folders", "x")
    with pytest.raises(ValueError, match="splits needs split"):
        read_annotations("splits", "x", unlisted="negative")


def test_a_failed_write_leaves_the_file(tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("old")
    with pytest.raises(RuntimeError), common.replacing(str(file)) as temporary:
        with open(temporary, "w") as half:
            half.write("ne")
        raise RuntimeError
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]
    with common.replacing(str(file)) as temporary, open(temporary, "w") as whole:
        whole.write("new")
    assert file.read_text() == "new" and list(tmp_path.iterdir()) == [file]


def test_one_path_for_an_image():
    labels = LabelMatrix.from_dense([[1]] * 5)
    images = ["./1.jpg", "1.jpg", "a//b/../1.jpg", "a\\1.jpg", "s3://b/1.jpg"]
    found = common.annotate("x.csv", images, ["cat"], labels)
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
        common.annotate("x.csv", images, ["cat"], LabelMatrix.from_dense([[1]]))
