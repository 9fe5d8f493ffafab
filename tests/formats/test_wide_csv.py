"""Tables with a column for each class, and each way a cell or file can be wrong."""

import gzip
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings

from mmpartial.formats import wide_csv
from mmpartial.formats.tables import csv_table, parquet
from tests.formats.some_annotations import annotations, check_round_trip, contents

TABLE = "image,cat,dog\na.jpg,1,0\nb.jpg,,-1\nc.jpg,NaN,1.0\nd.jpg,0.0,-1.0\n"
EXPECTED = (
    ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
    ["cat", "dog"],
    [[1, 0], [-1, -1], [-1, 1], [0, -1]],
)


HALF_FLOATS = pytest.mark.skipif(
    int(pa.__version__.split(".")[0]) < 17, reason="this pyarrow cannot turn half floats into text"
)


def read(tmp_path, text, name="labels.csv", **options):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return wide_csv.read(str(file), **options)


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        TABLE.replace("\n", "\r\n"),
        "\ufeff" + TABLE,  # as Excel saves
        TABLE.replace("\n", "\n\n"),
        TABLE.replace("a.jpg", '"a.jpg"').replace(",1,0", ",True,FALSE"),
    ],
)
def test_cells(tmp_path, text):
    assert contents(read(tmp_path, text)) == EXPECTED


def test_compressed(tmp_path):
    found = read(tmp_path, gzip.compress(TABLE.encode()), "labels.csv.gz")
    assert contents(found) == EXPECTED


def test_columns(tmp_path):
    text = "id,cat,path,dog\n7,1,x\\a.jpg,\n8,0,b.jpg,1\n"
    found = read(tmp_path, text, image="path", classes=["dog", "cat"])
    assert contents(found) == (["x/a.jpg", "b.jpg"], ["dog", "cat"], [[-1, 1], [1, 0]])
    names = tmp_path / "classes.txt"
    names.write_text("cat\n\n")
    found = read(tmp_path, text, image="path", classes=str(names))
    assert contents(found)[1:] == (["cat"], [[1], [0]])
    names.write_bytes(b"c\xe4t\n")
    with pytest.raises(ValueError, match="classes.txt"):
        read(tmp_path, text, image="path", classes=str(names))
    with pytest.raises(FileNotFoundError, match="none.txt.*one class on each line"):
        read(tmp_path, text, image="path", classes="none.txt")


@pytest.mark.parametrize(
    "cells",
    [
        pd.array([1, 0, None], "Int8"),
        np.array([1, 0, np.nan], "f4"),
        ["1", "0", ""],
        [1, 0, -1],
        [True, False, None],
        pd.Categorical([1, 0, None]),
    ],
)
def test_parquet(tmp_path, cells):
    file = tmp_path / "labels.parquet"
    frame = pd.DataFrame({"image": ["a.jpg", "b.jpg", "c.jpg"], "cat": cells, "dog": [0, 1, 0]})
    frame.to_parquet(file, index=False)
    expected = [[1, 0], [0, 1], [-1, 0]]
    assert contents(wide_csv.read(str(file)))[2] == expected


@pytest.mark.parametrize(
    "text",
    [
        "id,image,cat\n1,a.jpg,1\n0,b.jpg,0\n",
        ",image,cat\n0,a.jpg,1\n1,b.jpg,0\n",  # pandas' index
        "Unnamed: 0,image,cat\n0,a.jpg,1\n1,b.jpg,0\n",  # and what becomes of it
        ",cat\na.jpg,1\nb.jpg,0\n",  # which may be the images
    ],
)
def test_which_column_has_images(tmp_path, text):
    images, classes, labels = contents(read(tmp_path, text))
    assert images == ["a.jpg", "b.jpg"]
    assert classes[-1] == "cat" and [row[-1] for row in labels] == [1, 0]
    assert classes[:-1] == (["id"] if text.startswith("id") else [])


def test_parquet_with_an_index(tmp_path):
    file = str(tmp_path / "labels.parquet")
    frame = pd.DataFrame({"cat": [1, 0], "dog": [0, 1]}, index=pd.Index(["a", "b"], name="image"))
    frame.to_parquet(file)
    assert contents(wide_csv.read(file)) == (["a", "b"], ["cat", "dog"], [[1, 0], [0, 1]])


def test_parquet_with_lists(tmp_path):
    file = str(tmp_path / "labels.parquet")
    pd.DataFrame({"image": ["a", "b"], "cat": [[1], [0]]}).to_parquet(file)
    with pytest.raises(ValueError, match="labels.parquet, column 'cat' holds list.* not single"):
        wide_csv.read(file)
    pd.DataFrame({"image": [dict(x="a")], "cat": [1]}).to_parquet(file)
    with pytest.raises(ValueError, match="labels.parquet, column 'image' holds struct"):
        wide_csv.read(file)


def test_a_header_above_a_mebibyte(tmp_path):
    names = [f"{'x' * 200} {i}" for i in range(6000)]
    found = read(tmp_path, f"image,{','.join(names)}\na.jpg{',1' * 6000}\n")
    assert list(found.classes) == names and found.labels.dense().all()


def test_many_blocks(tmp_path, monkeypatch):
    """Blocks of a few rows give what a dense reader gives."""
    monkeypatch.setattr(csv_table, "_BLOCK", 2000)
    monkeypatch.setattr(parquet, "_ROWS", 7)
    labels = np.random.default_rng(0).choice([1, 0, np.nan], (500, 3), p=[0.1, 0.5, 0.4])
    frame = pd.DataFrame(labels, columns=["x", "y", "z"])
    frame.insert(0, "image", [f"{i}.jpg" for i in range(500)])
    frame.to_csv(tmp_path / "labels.csv", index=False)
    frame.to_parquet(tmp_path / "labels.parquet")
    for name in ("labels.csv", "labels.parquet"):
        found = wide_csv.read(str(tmp_path / name))
        np.testing.assert_array_equal(found.labels.dense(), np.nan_to_num(labels, nan=-1))
    frame.loc[400, "y"] = 3
    frame.to_csv(tmp_path / "labels.csv", index=False)
    with pytest.raises(ValueError, match=r"line 402, column 'y' has the value '3.0'"):
        wide_csv.read(str(tmp_path / "labels.csv"))
    frame.to_parquet(tmp_path / "labels.parquet")
    with pytest.raises(ValueError, match=r"row 400 \(the first is 0\), column 'y'"):
        wide_csv.read(str(tmp_path / "labels.parquet"))


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "image,cat\na.jpg,1\n\nb.jpg,x\n",
            "csv, line 4, column 'cat' has the value 'x' .1 cell.: set",
        ),
        ('image,cat\n"a",1\n\nb.jpg,0.5\n', "csv, line 4, column 'cat' has the value '0.5'"),
        ('image,cat\n"a\nb",1\n', r"csv, line 2, column 'image' has a line break in 'a\\nb'"),
        ("image,cat\na.jpg,1\n,0\n", "csv, line 3, column 'image' is blank"),
        ("", "labels.csv is empty: write a line with the names"),
        ("image,cat\n", "there is no image in .*labels.csv"),
        ("image,cat,\na.jpg,1,0\n", "line 2 has the value '0' in a column without a name: name"),
        ("Plants,,\nimage,cat,dog\na.jpg,1,0\n", "for its first column only, 'Plants': if that"),
        (
            "Plants\nimage,cat\n",
            "only the column 'Plants': .* if the first line is a title, remove",
        ),
        ("Plants\n\nimage,cat\na.jpg,1\n", "only the column 'Plants': .* is a title, remove it"),
        (
            "image,animal,plant\nimage,cat,tree\na.jpg,1,0\n",
            "line 2, .*'tree'.*; if the row belongs to the header, keep one row of names",
        ),
        ("image,cat\n,0 or 1\na.jpg,1\n", "line 2, column 'image' is blank: .* or remove the row"),
        ("image,cat, cat \na.jpg,1,0\n", "has the column 'cat' twice: remove one of them"),
        (
            ",animals,animals\nimage,cat,dog\na.jpg,1,0\n",
            "'animals' twice: .* or if the names of the columns are further down, remove the lines",
        ),
        ("a.jpg,1,1\nb.jpg,0,1\n", "has the column 'a.jpg', as if its first line were a row"),
        (
            "id,path,cat\n1,a.jpg,1\n",
            "column 'path' has the value 'a.jpg'.*set ignore_columns=..path.. .*set image to",
        ),
        ("a.jpg,1,0\nb.jpg,0,1\n", "has the column 'a.jpg', as if its first line were a row"),
        ("image,cat\na.jpg,1\n./a.jpg,0\n", "lists the image 'a.jpg' twice with different"),
        ("image\na.jpg\n", "has only the column 'image': write one for each class"),
        ("image cat\na.jpg 1\n", "has only the column 'image cat': .* commas between"),
        ("image,cat,cat\na.jpg,1,0\n", "has the column 'cat' twice"),
        ("image,cat\na.jpg,1\nb.jpg\n", "csv, line 3 has 1 cells, but the first line has 2"),
        ("image,cat\na.jpg,1\nb.jpg,1,1\n", "csv, line 3 has 3 cells, but the first line has 2"),
        ("image,cat\na.jpg,1\n\xe9.jpg,1\n".encode("latin1"), "csv, line 3, byte 1 is not UTF-8"),
        ("im\xe4ge,cat\na.jpg,1\n".encode("latin1"), "csv, line 1, byte 3 is not UTF-8: save"),
        ("image,cat\na.jpg,\xe9\n".encode("latin1"), "csv, line 2, byte 7 is not UTF-8"),
        (
            "image,cat\na.jpg,1\nb.jpg,1\na.jpg,\nb.jpg,0\nb.jpg,1\n",
            r"'a.jpg' twice with different labels, line 2 and line 4 \(and 1 more\): keep one of "
            "them, or write their labels together",
        ),
        ("./a.jpg,1\n", "has the column './a.jpg', as if its first line were a row"),
    ],
)
def test_wrong_files(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder: give the path of a file"):
        wide_csv.read(str(tmp_path))


def test_wrong_options(tmp_path):
    with pytest.raises(ValueError, match="there is no class 'Dogs' among .* nearest is 'dog'"):
        read(tmp_path, TABLE, classes=["cat", "Dogs"])
    with pytest.raises(ValueError, match="no column 'path': its columns are 'image', 'cat', 'dog'"):
        read(tmp_path, TABLE, image="path")
    with pytest.raises(FileNotFoundError, match="there is no none.csv"):
        wide_csv.read("none.csv")


def test_truncated_parquet(tmp_path):
    file = tmp_path / "labels.parquet"
    pd.DataFrame({"image": ["a.jpg"], "cat": [1]}).to_parquet(file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match="labels.parquet is not a complete Parquet file"):
        wide_csv.read(str(file))


def test_the_same_image_again(tmp_path, said):
    found = read(tmp_path, "image,cat\nb.jpg,1\na.jpg,\nb.jpg,1\na.jpg,-1\nb.jpg,1\n")
    assert contents(found) == (["b.jpg", "a.jpg"], ["cat"], [[1], [-1]])
    assert "lists 3 images again with the same labels, the first is 'b.jpg'" in said[-1]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(annotations())
@pytest.mark.parametrize("name", ["labels.csv", "labels.parquet"])
def test_round_trip(tmp_path, name, ours):
    path = str(tmp_path / name)
    if "image" in ours.classes:
        with pytest.raises(ValueError, match="a class is named 'image'"):
            wide_csv.write(ours, path)
    else:
        lost = wide_csv.write(ours, path)
        others = [sentence for sentence in lost if "list all in classes" not in sentence]
        classes = None if others == lost else ours.classes
        check_round_trip(ours, others, wide_csv.read(path, classes=classes))
        assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "file, cat, hot dog\na.jpg, 1, 0\nb.jpg, , 1\n",
        "file ,cat ,hot dog \na.jpg ,1 ,0 \nb.jpg , ,1 \n",
        "file;\tcat;\thot dog\na.jpg;\t1;\t0\nb.jpg;\t;\t1\n".replace("\t", " "),
        "file\tcat\thot dog\na.jpg\t1\t0\nb.jpg\t\t1\n",
        "file|cat|hot dog\r\na.jpg|1|0\r\nb.jpg||1\r\n",
        "file,cat,hot dog\ra.jpg,1,0\rb.jpg,,1\r",
        "file,cat,hot dog\na.jpg,1,0\nb.jpg,,1\n,,\n , ,\n",
    ],
)
@pytest.mark.parametrize("classes", [None, ["cat", "hot dog"], [" cat", " hot dog "]])
def test_space_and_separators(tmp_path, text, classes):
    found = read(tmp_path, text, classes=classes)
    assert contents(found) == (["a.jpg", "b.jpg"], ["cat", "hot dog"], [[1, 0], [-1, 1]])


def test_columns_in_another_unicode_form(tmp_path):
    text = "fichi\u00e9,che\u0301vre\na.jpg,1\n"
    found = read(tmp_path, text, image="fichie\u0301", classes=["ch\u00e9vre"])
    assert contents(found) == (["a.jpg"], ["ch\u00e9vre"], [[1]])


def test_what_is_not_read_is_said(tmp_path, said):
    text = "id,image,cat,note\n7,a.jpg,1,good\n8,b.jpg,0,\n"
    read(tmp_path, text, classes=["cat"])
    assert said == [f"{tmp_path}/labels.csv: columns that are not read: 'id', 'note'"]


def test_a_column_without_any_label(tmp_path):
    text = "image,cat,note\na.jpg,1,\nb.jpg,0,NA\n"
    message = (
        r"no label in the column 'note': set ignore_columns=\['note'\] .* classes=\['cat', 'note'"
    )
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)
    assert read(tmp_path, text, ignore_columns=["note"]).classes == ("cat",)
    assert read(tmp_path, text, classes=["cat", "note"]).labels.dense().tolist() == [
        [1, -1],
        [0, -1],
    ]
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text.replace("NA", ""), values={"": 0})
    blank = read(tmp_path, "image,cat,dog\na.jpg,,\n")  # as of images to predict
    assert blank.classes == ("cat", "dog")


@pytest.mark.parametrize(
    "ignored", [["site", "note*"], ("notes", "Site", "site"), ["[sn]*"], ["site", "notes", "x?"]]
)
def test_ignored_columns(tmp_path, said, ignored):
    text = "image,cat,site,notes,Site\na.jpg,1,north,,1\nb.jpg,0,17,dark,0\n"
    classes = ["cat"] if "Site" in ignored else ["cat", "Site"]
    assert list(read(tmp_path, text, ignore_columns=ignored).classes) == classes
    assert "columns that are not read: 'site', 'notes'" in said[0]


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(ignore_columns=["sit"]), "no column 'sit' to ignore; the nearest is 'site'"),
        (dict(ignore_columns="*"), "ignore_columns='\\*' leaves no column"),
        (
            dict(ignore_columns=["site"], classes=["cat", "site"]),
            "'site' is both in classes and in",
        ),
        (
            dict(),
            r"'north' \(1 cell\), which is not a label: set ignore_columns=\['site', 'date'\] if",
        ),
        (dict(classes=["cat", "site"]), r"which is not a label: take \['site'\] out of classes if"),
        (dict(ignore_columns=["site", "date"]), r"'x' \(1 cell\): set values=\{'x': 1\}, where 1"),
    ],
)
def test_columns_that_hold_something_else(tmp_path, options, message):
    text = "image,cat,site,date\na.jpg,1,north,2024-01-01\nb.jpg,0,,2024-01-02\nc.jpg,x,,\n"
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text, **options)


def test_a_column_by_the_name_that_is_a_pattern(tmp_path):
    text = "image,cat,cat?,cats\na.jpg,1,x,1\n"
    assert read(tmp_path, text, ignore_columns=["cat?"]).classes == ("cat", "cats")


@pytest.mark.parametrize(
    "cell, hint",
    [
        ("cat|dog", "if it names classes, use long_csv with .*cls='tags' and separator='|'"),
        ("['cat', 'dog']", "cls='tags' and separator='json'"),
        ("cat", "if it names classes, use long_csv with image='image', cls='tags'; if it"),
    ],
)
def test_a_column_that_lists_classes(tmp_path, cell, hint):
    with pytest.raises(ValueError, match=hint):
        read(tmp_path, f'image,tags\na.jpg,"{cell}"\n')


@pytest.mark.parametrize("name", ["path", None])
def test_a_parquet_index_that_holds_the_images(tmp_path, name):
    file = str(tmp_path / "labels.parquet")
    frame = pd.DataFrame({"cat": [1, 0], "dog": [0, 1]}, index=pd.Index(["a", "b"], name=name))
    frame.to_parquet(file)
    expected = (["a", "b"], ["cat", "dog"], [[1, 0], [0, 1]])
    assert contents(wide_csv.read(file)) == expected
    assert contents(wide_csv.read(file, image=name or "")) == expected


def test_a_parquet_index_of_numbers_is_left_out(tmp_path):
    file = str(tmp_path / "labels.parquet")
    frame = pd.DataFrame({"path": ["a", "b", "c"], "cat": [1, 0, 1]})
    frame[frame.cat == 1].to_parquet(file)
    assert contents(wide_csv.read(file)) == (["a", "c"], ["cat"], [[1], [1]])
    frame["image"] = ["x", "y", "z"]
    frame.set_index("path").to_parquet(file)
    with pytest.raises(ValueError, match="column 'path' has the value 'a'"):
        wide_csv.read(file)


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([Decimal(1), Decimal(0), None]),
        pytest.param(pa.array(np.array([1, 0, np.nan], "f2")), marks=HALF_FLOATS),
        pa.array([b"1", b"0", b"NA"]),
        pa.array(["1", "0", "?"]).dictionary_encode(),
        pa.array([True, False, None]),
        pa.array([1, 0, -1], pa.int16()),
    ],
)
def test_types_of_parquet_columns(tmp_path, cells):
    file = str(tmp_path / "labels.parquet")
    images = pa.array(["a", "b", "c"], pa.large_string())
    pa.parquet.write_table(pa.table({"image": images, "cat": cells}), file)
    assert contents(wide_csv.read(file))[2] == [[1], [0], [-1]]


@pytest.mark.parametrize(
    "cells, message",
    [
        ([datetime(2024, 1, 1)] * 3, "row 0 .*, column 'cat' has the value '2024-01-01"),
        ([b"\xff", b"1", b"0"], "column 'cat' holds binary that is not text: write"),
        ([timedelta(1)] * 3, "row 0 .*, column 'cat' has the value"),
        ([[1], [0], [1]], "column 'cat' holds list.* not single values"),
    ],
)
def test_parquet_columns_that_hold_no_labels(tmp_path, cells, message):
    file = str(tmp_path / "labels.parquet")
    table = pa.table({"image": ["a", "b", "c"], "cat": pa.array(cells)})
    pa.parquet.write_table(table, file)
    with pytest.raises(ValueError, match=message):
        wide_csv.read(file)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-20],
        lambda data: data[: len(data) // 2],
        lambda data: b"PAR1" + bytes(100) + b"PAR1",
        lambda data: data[:4] + bytes(len(data) - 200) + data[-196:],
        lambda data: data.replace(b'{"index_columns": [', b'{"index_columns": {{'),
        lambda data: b"",
        lambda data: b"image,cat\na.jpg,1\n",
    ],
)
def test_damaged_parquet(tmp_path, damage):
    file = tmp_path / "labels.parquet"
    pd.DataFrame({"image": ["a.jpg"] * 50, "cat": [1] * 50}).to_parquet(file)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ValueError, match="labels.parquet is not a complete Parquet file"):
        wide_csv.read(str(file))


def test_quotes_after_a_blank_in_the_header(tmp_path):
    (tmp_path / "x.csv").write_text('"image", "cat"\n"1.jpg", 1\n')
    with pytest.raises(ValueError, match="x.csv has the column '\"cat\"', quotes and all"):
        wide_csv.read(str(tmp_path / "x.csv"))


def test_indices_of_pandas_that_was_asked_twice(tmp_path):
    text = "Unnamed: 0.1,Unnamed: 0,image,cat\n0,0,1.jpg,1\n1,1,2.jpg,0\n"
    (tmp_path / "x.csv").write_text(text)
    assert wide_csv.read(str(tmp_path / "x.csv")).classes == ("cat",)


def test_minus_one_beside_no_zero_is_said(tmp_path, said):
    path = str(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text("image,bald,young\n1.jpg,-1,1\n2.jpg,1,-1\n")
    wide_csv.read(path)
    assert any("set values={-1: 0}" in text for text in said)
    said.clear()
    found = wide_csv.read(path, values={-1: 0})
    assert found.labels.dense().tolist() == [[0, 1], [1, 0]] and not said


def test_a_number_with_a_decimal_comma(tmp_path):
    found = read(tmp_path, "image;cat;dog\n1.jpg;1,0;-1,0\n2.jpg;0,00;1\n")
    assert found.labels.dense().tolist() == [[1, -1], [0, 1]]
    text = 'image,cat\n1.jpg,"1,00"\n'  # it may be two numbers
    with pytest.raises(ValueError, match="set values={'1,00': ...}") as error:
        read(tmp_path, text)
    assert "separator" not in str(error.value)
    assert read(tmp_path, text, values={"1,00": 1}).labels.dense()[0, 0] == 1


def test_columns_without_a_name(tmp_path, said):
    text = "image,cat,,dog,,\n1.jpg,1,,0,,\n2.jpg,0,,1,, \n"
    found = read(tmp_path, text)
    assert contents(found) == (["1.jpg", "2.jpg"], ["cat", "dog"], [[1, 0], [0, 1]])
    assert said == [f"{tmp_path}/labels.csv: blank columns without a name left out: 3"]
    text = text.replace(",, \n", ",,x\n")
    with pytest.raises(
        ValueError, match="csv, line 3 has the value 'x' in a column without a name"
    ):
        read(tmp_path, text)
    assert read(tmp_path, text, classes=["cat", "dog"]).classes == ("cat", "dog")


def test_columns_that_may_have_had_one_name_are_said(tmp_path, said):
    read(tmp_path, "image,cat,dog,cat.1\n1.jpg,1,0,1\n")
    assert "the columns 'cat' and 'cat.1', as pandas names columns of one name" in said[0]
    read(tmp_path, "image,v1.0,v1,1,1.5\n1.jpg,1,0,1,0\n")
    assert len(said) == 1


def test_the_name_of_a_class_may_be_an_ending(tmp_path):
    (tmp_path / "my.csv").write_text("image,.heic\n1.heic,1\n")
    assert wide_csv.read(str(tmp_path / "my.csv")).classes == (".heic",)


def test_rows_that_complete_each_other(tmp_path, said):
    text = "image,cat,dog,cow\nb.jpg,1,,\na.jpg,,0,\n./b.jpg,,0,\nc.jpg,1,1,1\nb.jpg,1,,\n"
    found = read(tmp_path, text, merge_rows=True)
    labels = [[1, 0, -1], [-1, 0, -1], [1, 1, 1]]
    assert contents(found) == (["b.jpg", "a.jpg", "c.jpg"], ["cat", "dog", "cow"], labels)
    assert "2 images again, the first is 'b.jpg': each has the known labels of all" in said[-1]
    with pytest.raises(ValueError, match="set merge_rows=True if they complete each other, or"):
        read(tmp_path, text)
    for row, places in (("./b.jpg,,1,", "line 7 and line 4"), ("a.jpg,,1,", "line 7 and line 3")):
        with pytest.raises(ValueError, match=rf"with and without 'dog', {places}: keep one of"):
            read(tmp_path, f"{text}{row}\n", merge_rows=True)
