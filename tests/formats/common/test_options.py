"""Options that a command line or a config has turned into numbers."""

import argparse
from pathlib import Path

import pytest

from mmpartial.formats import parameters, read_annotations
from mmpartial.formats.common.options import OptionAction, as_declared, option_value

TAGS = (
    '<annotations><meta/><image id="0" name="a.jpg" subset="1"><tag label="cat"><attribute '
    'name="there">{value}</attribute></tag></image></annotations>'
)


@pytest.mark.parametrize("value, present", [("1", 1), ("true", True), ("2", [2, 3]), ("1", (1,))])
def test_values_of_attributes(tmp_path, value, present):
    file = tmp_path / "tags.xml"
    file.write_text(TAGS.format(value=value))
    options = dict(unlisted="negative", state="there", present=present, absent=0)
    found = read_annotations("cvat", str(file), **options, subset=1)
    assert found.labels.dense().tolist() == [[1]]


def test_names_of_columns(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("5,6,7\n1.jpg,1,0\n")
    found = read_annotations("wide_csv", str(file), image=5, classes=(6, 7))
    assert list(found.classes) == ["6", "7"] and found.images == ["1.jpg"]


@pytest.mark.parametrize(
    "format, option, value, message",
    [
        (
            "wide_csv",
            "values",
            "x=1",
            r"values='x=1': write a dict in quotes, such as '\{\"x",
        ),
        ("wide_csv", "values", ["{x:1"], "values=.* write a dict in quotes"),
        ("wide_csv", "image", {"a": 1}, r"image=\{'a': 1\}: write a text\.$"),
        ("wide_csv", "classes", [["a"]], r"classes=\[\['a'\]\]: write a text or a list of texts"),
        ("coco_json", "min_score", "high", "min_score='high': write a number"),
        ("coco_json", "min_score", True, "min_score=True: write a number"),
        ("folders", "allow_no_positives", "no", "allow_no_positives='no': write True or False"),
    ],
)
def test_other_types(format, option, value, message):
    with pytest.raises(ValueError, match=message):
        as_declared(option, value, parameters(format)[option])


def test_what_may_be_left_out_or_is_a_path():
    assert as_declared("absent", None, parameters("label_studio")["absent"]) is None
    assert as_declared("classes", Path("a/x.txt"), parameters("folders")["classes"]) == "a/x.txt"
    assert as_declared("values", {1: 0}, parameters("wide_csv")["values"]) == {1: 0}


@pytest.mark.parametrize("text", ["{'x': 1, '': 0}", '{"x": true, "": false}'])
def test_a_dict_in_a_text(tmp_path, text):
    file = tmp_path / "table.csv"
    file.write_text("image,cat\n1.jpg,x\n2.jpg,\n")
    for values in (text, option_value(text)):
        found = read_annotations("wide_csv", str(file), values=values)
        assert found.labels.dense().tolist() == [[1], [0]]


def test_a_text_that_is_a_literal_of_json_only_stays():
    assert option_value("null") == "null" and option_value("NaN") == "NaN"


def test_an_option_may_come_several_times(capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", nargs="+", action=OptionAction)
    given = ["--values", "x=1", "--values", "u=-1", "x=1"]
    assert parser.parse_args(given).values == {"x": 1, "u": -1}
    with pytest.raises(SystemExit):
        parser.parse_args([*given, "x=0"])
    assert "--values x is given twice: 1 and 0" in capsys.readouterr().err
