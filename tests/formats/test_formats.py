"""What holds for all formats: the choice of options, and files that are written whole."""

import inspect

import pytest

from mmpartial.formats import FORMATS, common, parameters, read_annotations


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
