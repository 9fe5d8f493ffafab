"""Tables in Excel workbooks: which cells are the table, and which are refused."""

from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.styles import Font

from mmpartial.formats import long_csv, read_annotations, wide_csv
from tests.formats.some_annotations import contents


@pytest.fixture
def write(tmp_path):
    def write(rows, edit=lambda book, sheet: None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        edit(book, book.active)
        book.save(tmp_path / "my.xlsx")
        return str(tmp_path / "my.xlsx")

    return write


def with_formats(book, sheet):
    """Cells that have a format and no value, as most sheets do."""
    for row in (2, 9, 500):
        sheet.cell(row, 40).font = Font(bold=True)
    sheet["XFD1048576"].font = Font(bold=True)


ROWS = [["image", "cat", None, 7.0], ["1.jpg", 1.0, None, False], [2.0, "yes", " ", "#N/A"]]


@pytest.mark.parametrize(
    "rows, edit",
    [
        (ROWS, lambda book, sheet: None),
        ([*ROWS, [None] * 9, [" "]], with_formats),
        ([[], [], *([None, *row] for row in ROWS)], with_formats),
    ],
)
def test_cells(write, rows, edit):
    path = write(rows, edit)
    assert contents(wide_csv.read(path)) == (["1.jpg", "2"], ["cat", "7"], [[1, 0], [1, -1]])


def test_a_name_that_excel_made_a_date(write):
    path = write([[], ["image", datetime(2024, 9, 2), "dog"], ["1.jpg", 1, 0]])
    with pytest.raises(ValueError, match="row 2 has the date 2024-09-02 as the name of a column"):
        wide_csv.read(path)


def test_long_table(write):
    path = write([["image", "label", "value"], [1, "cat", 1], [1, "dog", 0], [2, "cat", True]])
    found = long_csv.read(path, unlisted="unknown")
    assert contents(found) == (["1", "2"], ["cat", "dog"], [[1, 0], [1, -1]])


def add_sheets(book, sheet):
    sheet.title = "Labels"
    book.create_sheet("hidden", 0).sheet_state = "hidden"
    book.create_sheet("2024").append(["image", "dog"])
    book["2024"].append(["1.jpg", 1])


def test_sheets(write, said):
    path = write([["image", "cat"], ["1.jpg", 1]], add_sheets)
    assert wide_csv.read(path).classes == ("cat",)
    assert said == [f"{path}: the sheet 'Labels' is read; set sheet to read another ('2024')"]
    assert read_annotations("wide_csv", path, sheet=2024).classes == ("dog",)
    with pytest.raises(ValueError, match="has no sheet 'x': its sheets are 'hidden', 'Labels', '2"):
        wide_csv.read(path, sheet="x")
    with pytest.raises(ValueError, match="sheet 'hidden' is empty: set sheet to the one with the"):
        wide_csv.read(path, sheet="hidden")


def test_another_sheet_with_the_same_columns(write, said):
    def add_winter(book, sheet):
        book.create_sheet("Winter").append(["image", "cat"])
        book.create_sheet("Notes").append(["by"])

    path = write([["image", "cat"], ["1.jpg", 1]], add_winter)
    for _ in range(2):
        assert read_annotations("wide_csv", path).images == ["1.jpg"]
    assert said == [
        f"{path}: the sheet 'Sheet' is read, but not 'Winter' with the same columns: copy all rows "
        "into one sheet if they belong together"
    ]


@pytest.mark.parametrize(
    "rows, message",
    [
        ([["1.jpg", date(2024, 1, 2)]], "cell D3, column 'cat' has the value '2024-01-02"),
        (
            [["1.jpg", 1], ["2.jpg", "seen"]],
            "sheet 'Sheet', cell D4, column 'cat' has the value",
        ),
        ([["1.jpg", "#DIV/0!"]], "cell D3, column 'cat' has the value '#DIV/0!' .1 cell.: set val"),
        (
            [["1.jpg", "=1+0"]],
            "sheet 'Sheet', cell D3 has a formula without a value: open",
        ),
        ([["1.jpg", 1], [None, 1]], "sheet 'Sheet', cell C4, column 'image' is blank"),
        (
            [["1.jpg", 1], ["1.jpg", 0]],
            "'1.jpg' twice .* sheet 'Sheet', row 3 and sheet '",
        ),
        ([["1.jpg", 1, "x"]], "sheet 'Sheet', row 3 has the value 'x' in a column without a name"),
    ],
)
def test_places(write, rows, message):
    path = write([[], [None, None, "image", "cat"], *([None, None, *row] for row in rows)])
    with pytest.raises(ValueError, match=f"my.xlsx.*{message}"):
        wide_csv.read(path)


def test_merged_cells(write):
    rows = [["Plants"], ["image", "cat", "dog"], ["1.jpg", 1, 1], ["2.jpg", None, 0]]
    path = write(rows, lambda book, sheet: sheet.merge_cells("B3:B4"))
    with pytest.raises(ValueError, match="for its first column only, 'Plants'"):
        wide_csv.read(path)
    path = write(rows[1:], lambda book, sheet: sheet.merge_cells("B2:B3"))
    with pytest.raises(ValueError, match="sheet 'Sheet', the cells B2:B3 are merged: separate"):
        wide_csv.read(path)
    assert wide_csv.read(path, classes=["dog"]).labels.dense().tolist() == [[1], [0]]


def test_values_of_formulas(write, tmp_path):
    """Excel stores the value of a formula beside it; openpyxl does not write it."""
    import zipfile

    path = write([["image", "cat", "dog"], ["1.jpg", "=1+0", '=""'], ["2.jpg", 0, 1]])
    stored = str(tmp_path / "stored.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            text = text.replace(b"<f>1+0</f><v></v>", b"<f>1+0</f><v>1</v>")
            text = text.replace(b"<f>1+0</f><v />", b"<f>1+0</f><v>1</v>")
            text = text.replace(b'<c r="C2">', b'<c r="C2" t="str">')
            new.writestr(name, text)
    assert wide_csv.read(stored).labels.dense().tolist() == [[1, -1], [0, 1]]


@pytest.mark.parametrize(
    "data, message",
    [
        (b"PK\x03\x04", "my.xlsx is not a complete Excel workbook .BadZipFile"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook, or one with a password: save the sheet"),
        (b"image,cat\n1.jpg,1\n", "my.xlsx is not a complete Excel workbook"),
        (b"", "my.xlsx is not a complete Excel workbook"),
    ],
)
def test_other_files(tmp_path, data, message):
    (tmp_path / "my.xlsx").write_bytes(data)
    with pytest.raises(ValueError, match=message):
        wide_csv.read(str(tmp_path / "my.xlsx"))


def test_a_sheet_of_no_workbook(tmp_path):
    (tmp_path / "my.csv").write_text("image,cat\n1.jpg,1\n")
    with pytest.raises(ValueError, match="my.csv is not an Excel workbook, so sheet='a' has no"):
        wide_csv.read(str(tmp_path / "my.csv"), sheet="a")


def test_workbooks_are_not_written(write):
    path = write([["image", "cat"], ["1.jpg", 1]])
    with pytest.raises(ValueError, match=f"^{path}: Excel workbooks are only read; let"):
        wide_csv.write(wide_csv.read(path), path)


def test_hidden_rows_and_columns_are_read_and_named(write, said):
    def hide(book, sheet):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True

    path = write([["image", "cat", "dog"], ["1.jpg", 1, 0], ["2.jpg", 0, 1]], hide)
    found = contents(read_annotations("wide_csv", path))
    assert found == (["1.jpg", "2.jpg"], ["cat", "dog"], [[1, 0], [0, 1]])
    assert "1 rows and the columns 'C' are hidden, and are read like the others" in said[-1]
