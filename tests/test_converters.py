"""The converters of tools/dataset_converters, by their main and once as a user runs them."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from mmpartial.formats import mmpretrain, wide_csv
from mmpartial.formats.common.options import option_value
from tests.commands import ROOT, run_script

TOOLS = ROOT / "tools" / "dataset_converters"
TABLE = "image,cat,dog,old bird\na.jpg,1,,\nb.jpg,0,-1,\nc.jpg,1,0,\n"


def load(name):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("labels.csv").write_text(TABLE)
    return tmp_path


READ = ["wide_csv", "labels.csv"]
CLASSES = ["--options", "classes=cat,dog,old bird"]  # one has no label


def test_as_a_user_runs_them(folder):
    said = run_script(TOOLS / "to_mmpretrain.py", *READ, "out.json", *CLASSES, cwd=folder).stdout
    assert "3 images, 3 classes" in said and said.endswith("wrote out.json\n")
    run_script(TOOLS / "from_mmpretrain.py", "out.json", "wide_csv", "again.csv", cwd=folder)
    ours, theirs = (
        wide_csv.read(name, classes=["cat", "dog", "old bird"])
        for name in ("labels.csv", "again.csv")
    )
    assert theirs.labels.dense().tolist() == ours.labels.dense().tolist()


def test_counts_come_before_the_file(folder, capsys):
    load("to_mmpretrain")([*READ, "out.json", *CLASSES])
    said = capsys.readouterr().out.splitlines()
    said = said[said.index("3 images, 3 classes") :]  # a log, if one is open, comes before
    rows = [line.split() for line in said if line]
    assert rows[:2] == [
        ["3", "images,", "3", "classes"],
        ["class", "positive", "negative", "unknown", "positive", "of", "known"],
    ]
    assert rows[2:6] == [
        ["cat", "2", "1", "0", "66.7", "%"],
        ["dog", "0", "1", "2", "0", "%"],
        ["old", "bird", "0", "0", "3", "-"],
        ["all", "2", "2", "5", "50", "%"],
    ]
    assert said[-3:] == [
        "images without a positive: 1",
        "classes without a positive: dog, old bird",
        "wrote out.json",
    ]
    content = json.loads(Path("out.json").read_text())
    assert content["metainfo"]["classes"] == ["cat", "dog", "old bird"]
    assert content["data_list"][2] == dict(img_path="c.jpg", gt_label=[0], gt_label_neg=[1])


def test_options(folder):
    Path("long.csv").write_text("path,class,c,d\na.jpg,cat,1,\nb.jpg,dog,1,\n")
    options = ["unlisted=negative", "image=path", "cls=class", "confidence=c", "classes=dog,cat"]
    load("to_mmpretrain")(["long_csv", "long.csv", "out.json", "--options", *options])
    found = mmpretrain.read("out.json")
    assert found.classes == ("dog", "cat") and found.labels.dense().tolist() == [[0, 1], [1, 0]]
    assert "gt_label_neg" not in Path("out.json").read_text()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["long_csv", "labels.csv", "out.json"], "long_csv needs unlisted: 'unknown' if nobody"),
        ([*READ, "out.json", "--images", ".", *CLASSES], "3 of 3 images are not below ."),
        (["wide_csv", "none.csv", "out.json"], "there is no none.csv"),
        (["csv", "labels.csv", "out.json"], "there is no format 'csv'"),
        (["wide_csv", "labels.csv", "labels.csv"], "labels.csv exists: .* --force to overwrite"),
    ],
)
def test_refusals(folder, arguments, message):
    with pytest.raises((ValueError, OSError), match=message):
        load("to_mmpretrain")(arguments)
    assert not Path("out.json").exists() and Path("labels.csv").read_text() == TABLE


def test_force_and_images(folder):
    for name in ("a.JPG", "b.jpg", "c.jpg"):
        Path(name).touch()
    Path("out.json").touch()
    load("to_mmpretrain")([*READ, "out.json", "--images", ".", "--force", *CLASSES])
    found = mmpretrain.read("out.json")
    assert found.images == ["a.JPG", "b.jpg", "c.jpg"]
    assert found.ids == ["a.jpg", "b.jpg", "c.jpg"]


def test_losses_are_listed_before_the_file(folder, monkeypatch):
    load("to_mmpretrain")([*READ, "out.json", *CLASSES])
    said = []
    monkeypatch.setattr("builtins.print", lambda line: said.append((line, os.path.exists(out))))
    out = "long.csv"
    load("from_mmpretrain")(["out.json", "long_csv", out])
    lost = (
        "lost: classes without a known label, old bird: give classes=[...] where you read the file."
    )
    assert said == [(lost, False), ("wrote long.csv", True)]
    assert Path("long.csv").read_text().count("\n") == 5
    with pytest.raises((ValueError, OSError), match="long.csv exists"):
        load("from_mmpretrain")(["out.json", "long_csv", "long.csv"])
    load("from_mmpretrain")(["out.json", "long_csv", "long.csv", "--force"])
    with pytest.raises((ValueError, OSError), match="no data_list"):
        Path("out.json").write_text("{}")
        load("from_mmpretrain")(["out.json", "wide_csv", "new.csv"])
    with pytest.raises((ValueError, OSError), match="there is no folder .*nowhere to write into"):
        load("from_mmpretrain")(["out.json", "wide_csv", "nowhere/new.csv"])
    assert sorted(os.listdir()) == ["labels.csv", "long.csv", "out.json"]


def test_a_format_that_is_a_folder(folder):
    load("to_mmpretrain")([*READ, "out.json", *CLASSES])
    Path("fo/data").mkdir(parents=True)
    Path("fo/data/a.jpg").touch()
    load("from_mmpretrain")(["out.json", "fiftyone", "fo/", "--force"])
    assert sorted(os.listdir("fo")) == ["data", "metadata.json", "samples.json"]
    assert os.listdir("fo/data") == ["a.jpg"]


@pytest.mark.parametrize(
    "format, out, beside",
    [
        ("cvat", "tags.xml", "tags.labels.json"),
        ("label_studio", "tasks.json", "tasks.config.xml"),
    ],
)
def test_files_beside_come_too(folder, format, out, beside):
    convert = load("from_mmpretrain")
    load("to_mmpretrain")([*READ, "train.json", *CLASSES])
    convert(["train.json", format, out])
    assert sorted(os.listdir()) == sorted(["labels.csv", "train.json", out, beside])
    written = Path(beside).read_text()
    Path(out).unlink()
    Path(beside).write_text("mine")
    with pytest.raises((ValueError, OSError), match=f"{beside} exists: .* --force to overwrite it"):
        convert(["train.json", format, out])
    assert sorted(os.listdir()) == sorted(["labels.csv", "train.json", beside])
    assert Path(beside).read_text() == "mine"
    convert(["train.json", format, out, "--force"])
    assert Path(beside).read_text() == written and Path(out).exists()


def test_a_folder_where_a_file_belongs(folder):
    load("to_mmpretrain")([*READ, "train.json", *CLASSES])
    Path("there").mkdir()
    with pytest.raises(
        (ValueError, OSError), match="there is a folder, but a file would be written"
    ):
        load("from_mmpretrain")(["train.json", "cvat", "there", "--force"])
    with pytest.raises(
        (ValueError, OSError), match="labels.csv is a file, but a folder would be written"
    ):
        load("from_mmpretrain")(["train.json", "fiftyone", "labels.csv", "--force"])
    with pytest.raises(
        (ValueError, OSError), match="there is a folder, but a file would be written"
    ):
        load("to_mmpretrain")(["wide_csv", "labels.csv", "there", "--force"])
    with pytest.raises((ValueError, OSError), match="there is no folder .*nowhere to write into"):
        load("to_mmpretrain")(["wide_csv", "labels.csv", "nowhere/out.json"])
    assert sorted(os.listdir()) == ["labels.csv", "there", "train.json"]
    assert not os.listdir("there") and Path("labels.csv").read_text() == TABLE


def test_no_positive_label(folder, capsys):
    to, back = load("to_mmpretrain"), load("from_mmpretrain")
    Path("todo.csv").write_text("image,cat\na.jpg,\nb.jpg,0\n")
    with pytest.raises(
        (ValueError, OSError), match="todo.csv has no positive label: its 2 images x 1 class"
    ):
        to(["wide_csv", "todo.csv", "todo.json"])
    to(["wide_csv", "todo.csv", "todo.json", "--options", "allow_no_positives=True"])
    with pytest.raises((ValueError, OSError), match="todo.json has no positive label"):
        back(["todo.json", "label_studio", "tasks.json"])
    back(["todo.json", "label_studio", "tasks.json", "--options", "allow_no_positives=True"])
    assert len(json.loads(Path("tasks.json").read_text())) == 2


def test_a_damaged_file(folder):
    Path("in.json").write_text("[" * 100_000)
    for name, arguments in (
        ("to_mmpretrain", ["mmpretrain", "in.json", "x.json"]),
        ("from_mmpretrain", ["in.json", "wide_csv", "x.csv"]),
    ):
        with pytest.raises(
            (ValueError, OSError), match="in.json has lists or objects nested too deeply"
        ):
            load(name)(arguments)


def test_options_with_blanks_commas_and_dicts(folder):
    Path("nih.csv").write_text("Image Index,Finding Labels\n1.png,Mass|Nodule\n2.png,Mass\n")
    options = ["--options", "unlisted=negative", "cls=Finding Labels", "image=Image Index",
               "separator=|", "classes=Mass,Nodule"]  # fmt: skip
    load("to_mmpretrain")(["long_csv", "nih.csv", "nih.json", *options])
    assert mmpretrain.read("nih.json").labels.dense().tolist() == [[1, 1], [1, 0]]
    Path("words.csv").write_text("image,cat\n1.jpg,yes\n2.jpg,no\n3.jpg,x\n")
    options = ["--options", "values={'yes': 1, 'no': 0, 'x': -1}"]
    load("to_mmpretrain")(["wide_csv", "words.csv", "words.json", *options])
    assert mmpretrain.read("words.json").labels.dense().tolist() == [[1], [0], [-1]]


@pytest.mark.parametrize(
    "text, value",
    [
        ("1", 1), ("True", True), ("false", False), ("", ""), ("unknown", "unknown"), (",", ","),
        ("[a,b]", ["a", "b"]), ("['a', 'b c']", ["a", "b c"]), ("a,b c", ["a", "b c"]),
        ("[only]", ["only"]), ("Finding Labels", "Finding Labels"), ("a=b", "a=b"), ("None", None),
    ],
)  # fmt: skip
def test_the_value_of_an_option(text, value):
    assert option_value(text) == value


def test_an_option_without_a_value(folder, capsys):
    with pytest.raises(SystemExit):
        load("to_mmpretrain")(["wide_csv", "labels.csv", "x.json", "--options", "unlisted"])
    assert "--options unlisted: write KEY=VALUE" in capsys.readouterr().err
