"""Answers in a label file, and each way they can be wrong."""

import pandas as pd
import pytest

from mmpartial.apis import add_answers
from mmpartial.formats import read_annotations

LABELS = "file,site,cat,dog\n1.jpg,a,1,\n2.jpg,,,0\n3.jpg,c,0,1\n"
OPTIONS = dict(image="file", classes=["cat", "dog"])


def add(folder, answers, labels=LABELS, **options):
    (folder / "labels.csv").write_text(labels)
    (folder / "answers.csv").write_text("image,class,answer\n" + answers)
    paths = [folder / name for name in ("answers.csv", "labels.csv", "new.csv")]
    return add_answers(*paths, **{"options": OPTIONS, **options})


def test_a_wide_table_keeps_its_other_columns(tmp_path):
    added = add(tmp_path, "2.jpg,cat,yes\n1.jpg,dog,0\n3.jpg,dog,1\n3.jpg,cat,\n")
    assert added == (1, 1, 1, 0, [])
    table = pd.read_csv(tmp_path / "new.csv", keep_default_na=False, dtype=str)
    assert table.columns.tolist() == ["file", "site", "cat", "dog"]
    assert table.values.tolist() == [
        ["1.jpg", "a", "1", "0"],
        ["2.jpg", "", "1", "0"],
        ["3.jpg", "c", "0", "1"],
    ]
    assert (tmp_path / "labels.csv").read_text() == LABELS


def test_answers_about_files_of_other_endings(tmp_path):
    labels = LABELS.replace("1.jpg", "1").replace("2.jpg", "2.JPG")
    assert add(tmp_path, "2.jpg,cat,1\n1.png,dog,0\n3.jpg,cat,0\n", labels)[:3] == (1, 1, 1)
    table = pd.read_csv(tmp_path / "new.csv", keep_default_na=False, dtype=str)
    assert table.values.tolist()[:2] == [["1", "a", "1", "0"], ["2.JPG", "", "1", "0"]]
    with pytest.raises(ValueError, match=r"about 1 images that .* does not have .*'3.png'"):
        add(tmp_path, "3.png,cat,1\n", labels, force=True)


def test_another_format(tmp_path):
    labels = "image,class,confidence\n1.jpg,cat,1\n2.jpg,dog,0\n"
    options = dict(format="long_csv", options=dict(unlisted="unknown"))
    assert add(tmp_path, "1.jpg,dog,no\n", labels, **options)[:2] == (0, 1)
    found = read_annotations("long_csv", str(tmp_path / "new.csv"), unlisted="unknown")
    assert found.labels.dense().tolist() == [[1, 0], [-1, 0]]


def test_an_answer_may_correct_a_label(tmp_path):
    with pytest.raises(ValueError, match="contradicts .* in 1 labels: the first is 'cat' in the "):
        add(tmp_path, "1.jpg,cat,no\n")
    assert not (tmp_path / "new.csv").exists()
    assert add(tmp_path, "1.jpg,cat,no\n", correct=True).corrected == 1
    assert pd.read_csv(tmp_path / "new.csv").cat[0] == 0


@pytest.mark.parametrize(
    "answers, message",
    [
        ("1.jpg,dog,maybe\n", "line 2, column 'answer' has the value 'maybe'"),
        ("1.jpg,dog,\n", "has no answers: write 1 or yes"),
        ("1.jpg,dogs,1\n", "the nearest is 'dog'"),
        ("9.jpg,dog,1\n", r"about 1 images that .* does not have \(the first is '9.jpg'\)"),
        ("1.jpg,dog,1\n1.jpg,dog,0\n", "'dog' as positive and as negative in the image '1.jpg'"),
    ],
)
def test_wrong_answers(tmp_path, answers, message):
    with pytest.raises(ValueError, match=message):
        add(tmp_path, answers)
    assert not (tmp_path / "new.csv").exists()


def test_blank_cells_that_are_negative(tmp_path):
    options = dict(OPTIONS, values={"": 0})
    labels = "file,cat,dog\n1.jpg,1,?\n2.jpg,-1,\n"
    with pytest.raises(ValueError, match="in .*new.csv a blank cell is unknown"):
        add(tmp_path, "1.jpg,dog,1\n", labels, options=options)
    assert add(tmp_path, "1.jpg,dog,1\n2.jpg,cat,0\n", labels, options=options).lost == []
    found = read_annotations("wide_csv", str(tmp_path / "new.csv"), **options)
    assert found.labels.dense().tolist() == [[1, 1], [0, 0]]


def test_cells_that_the_config_reads_in_another_way(tmp_path):
    """The config is kept for the new table, which has 1, 0 and blank cells."""
    options = dict(OPTIONS, values={-1: 0, 0: -1})
    with pytest.raises(ValueError, match="values={'0': -1}, but in .*new.csv 0 is negative: write"):
        add(tmp_path, "1.jpg,dog,1\n", LABELS.replace("0", "-1"), options=options)
    labels = "photo,tag,site\n1.jpg,cat,a\n2.jpg,dog,b\n"
    options = dict(image="photo", cls="tag", confidence="", unlisted="unknown", group="site")
    long = dict(format="long_csv", options=options)
    with pytest.raises(ValueError, match="confidence='', so that every row is positive, but .*new"):
        add(tmp_path, "1.jpg,dog,no\n", labels, **long)
    assert not (tmp_path / "new.csv").exists()
    assert add(tmp_path, "1.jpg,dog,yes\n", labels, **long).positives == 1
    found = read_annotations("long_csv", str(tmp_path / "new.csv"), **options)
    assert found.labels.dense().tolist() == [[1, 1], [-1, 1]]
    assert found.groups.texts().tolist() == ["a", "b"]


def test_a_format_without_a_writer(tmp_path):
    with pytest.raises(
        ValueError, match="cannot write the format folders: convert .* with to_mmpre"
    ):
        add(tmp_path, "1.jpg,dog,1\n", format="folders")


def test_images_without_a_row(tmp_path):
    answers = "../more/4.jpg,cat,1\n2.jpg,cat,0\n../more/4.jpg,dog,0\n"
    with pytest.raises(ValueError, match="about 1 images .* or --new-images to add rows for them"):
        add(tmp_path, answers)
    assert add(tmp_path, answers, new_images=True) == (1, 2, 0, 0, [])
    table = pd.read_csv(tmp_path / "new.csv", keep_default_na=False, dtype=str)
    assert table.values.tolist()[1:] == [
        ["2.jpg", "", "0", "0"], ["3.jpg", "c", "0", "1"], ["../more/4.jpg", "", "1", "0"],
    ]  # fmt: skip
