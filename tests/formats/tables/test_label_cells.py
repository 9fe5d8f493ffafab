"""Cells as labels: spellings of unknown, and those that the user explains."""

import pytest

from mmpartial.formats import wide_csv
from tests.formats.some_annotations import contents


def read(tmp_path, cells, **options):
    file = tmp_path / "labels.csv"
    rows = "".join(f'{i}.jpg,"{cell}"\n' for i, cell in enumerate(cells))
    file.write_text("image,cat\n" + rows)
    return [row[0] for row in contents(wide_csv.read(str(file), **options))[2]]


@pytest.mark.parametrize(
    "cell",
    [
        *("NA", "na", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "Null", "None", "NONE"),
        *("nan", "NaN", "-nan", "?", " ? ", "", "  ", "-1", "-1.0"),
    ],
)
def test_unknown(tmp_path, cell):
    assert read(tmp_path, ["1", cell]) == [1, -1]


WORDS = "'-1' (1), '?' (1), 'NA' (2)"


def test_words_are_said_with_their_number(tmp_path, said):
    read(tmp_path, ["1", "NA", "?", "NA", "", "-1", "0"])
    assert said == [
        f"{tmp_path}/labels.csv: cells that are read as unknown: '-1' (1), '?' (1), 'NA' (2)",
        f"{tmp_path}/labels.csv: -1 is read as unknown and 0 as absent; if it is the other way "
        "round, set values={-1: 0, 0: -1}",
    ]


def test_words_that_are_sure(tmp_path):
    cells = ["yes", "No", "YES", "true", "FALSE", "1\u00a0", "\u00a00"]
    assert read(tmp_path, cells) == [1, 0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize(
    "cell, proposal",
    [
        ("Y", "1"),
        ("x", "1"),
        ("-", "..."),
        ("unknown", "-1"),
        *((cell, "...") for cell in ("-2", "0.5", "inf", "1,0", "100%", "ok")),
    ],
)
def test_other_spellings_are_not_guessed(tmp_path, cell, proposal):
    with pytest.raises(ValueError) as error:
        read(tmp_path, ["1", cell, cell])
    place = "line 3, column 'cat' has the value"
    option = f"{place} {cell!r} (2 cells): set values={{{cell!r}: {proposal}}}, where 1"
    assert option in str(error.value) and "blank cells" not in str(error.value)


def test_counts_of_objects(tmp_path):
    cells = ["0", "1", "2", "12", "3.0", ""]
    with pytest.raises(
        ValueError, match=r"values=\{'counts': 1\} \('counts' stands for numbers ab"
    ):
        read(tmp_path, cells)
    assert read(tmp_path, cells, values={"counts": 1}) == [0, 1, 1, 1, 1, -1]
    with pytest.raises(ValueError, match=r"has the value '2.5'"):
        read(tmp_path, [*cells, "2.5"], values={"counts": 1})


def test_a_mark_and_blank_cells(tmp_path):
    message = "'x' .2 cells.: set values={'x': 1}, .* unknown, with values={'x': 1, '': 0} as neg"
    with pytest.raises(ValueError, match=message):
        read(tmp_path, ["x", "", "x"])
    with pytest.raises(ValueError, match="set values={'Y': 1, 'n': 0}, where"):
        read(tmp_path, ["Y", "n", "y"])
    assert read(tmp_path, ["x", "", "X"], values={"x": 1, "": 0}) == [1, 0, 1]
    assert read(tmp_path, ["x", "", "X"], values={"X": 1, "x": 0}) == [0, -1, 1]


@pytest.mark.parametrize(
    "cells, values, labels",
    [
        (["yes", " no", "1", ""], {"yes": 1, "no": 0}, [1, 0, 1, -1]),
        (["x", "-", ""], {"x": 1, "-": 0}, [1, 0, -1]),
        (["1", "-1", "0"], {"-1": 0, 0: -1}, [1, 0, -1]),  # as single-positive papers write
        (["1.0", "-1.0", "0.0"], {-1: 0, "0": -1}, [1, 0, -1]),
        (["1", "0.5"], {0.5: -1}, [1, -1]),
        (["1", "NA", "None"], {"NA": 0}, [1, 0, -1]),
        (["1", ""], {"": 0}, [1, 0]),
    ],
)
def test_spellings_that_are_given(tmp_path, cells, values, labels):
    assert read(tmp_path, cells, values=values) == labels


def test_a_given_spelling_of_unknown_is_not_said(tmp_path, said):
    assert read(tmp_path, ["1", "NA"], values={"NA": -1}) == [1, -1]
    assert not said


@pytest.mark.parametrize("values", [{"yes": 2}, {"yes": "1"}, ["yes"], "yes=1", {"yes": None}])
def test_wrong_values(tmp_path, values):
    with pytest.raises(ValueError, match="values=.*write a dict from spellings to 1, 0 or -1"):
        read(tmp_path, ["1"], values=values)
