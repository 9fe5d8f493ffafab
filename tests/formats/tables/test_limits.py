"""Small tables that would take far more memory or time than their size are refused."""

import gzip

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest

from mmpartial.formats import read_annotations
from mmpartial.formats.tables import csv_text, excel_size, parquet, table


def refused(path, message):
    with pytest.raises(ValueError, match=message) as caught:
        read_annotations("wide_csv", str(path))
    assert str(path) in str(caught.value)


def test_equal_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_ROWS", 100)
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(b"image,cat\n" + b"1.jpg,1\n" * 20_000))
    refused(tmp_path / "x.csv.gz", r"more than \d+ rows in \d+ bytes, so most of them are equal")
    (tmp_path / "x.csv").write_text("image,cat\n" + "1.jpg,1\n" * 200)
    assert len(read_annotations("wide_csv", str(tmp_path / "x.csv"))) == 1


def test_many_columns(tmp_path):
    (tmp_path / "x.csv").write_text("image,cat" + "," * 2**17 + "\n1.jpg,1" + "," * 2**17 + "\n")
    refused(tmp_path / "x.csv", "has 131074 columns, and 131072 are read at most")


def test_long_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "ROW", 1000)
    (tmp_path / "x.csv").write_text("image,cat\n" + "1" * 2000 + ".jpg,1\n")
    refused(tmp_path / "x.csv", "line 2 is longer than 0 MiB")
    (tmp_path / "x.csv").write_text('image,"cat\n' + "1.jpg,1\n" * 1000)
    refused(tmp_path / "x.csv", "line 1 begins a row of more than 0 MiB: close the quote")


def test_long_names(tmp_path):
    (tmp_path / "x.csv").write_text("image,cat\n1.jpg,1\n" + "1" * 5000 + ".jpg,1\n")
    refused(tmp_path / "x.csv", "line 3, column 'image' has more than 4096 letters")


def test_parquet_with_large_texts(tmp_path, monkeypatch):
    texts = ["x" * 1000 + ".jpg", *map(str, range(999))]
    pa.parquet.write_table(pa.table(dict(image=texts, cat=[1] * 1000)), tmp_path / "x.parquet")
    assert len(read_annotations("wide_csv", str(tmp_path / "x.parquet"))) == 1000
    monkeypatch.setattr(parquet, "_SMALL", 1000)
    monkeypatch.setattr(parquet, "_GROWTH", 0)
    refused(
        tmp_path / "x.parquet",
        "would take 0 MiB when it is unpacked, 0 of them for the column 'image'",
    )


def test_parquet_keeps_a_repeated_text_once(tmp_path):
    texts = ["x" * 4000] * 20_000
    pa.parquet.write_table(pa.table(dict(image=texts, cat=[1] * 20_000)), tmp_path / "x.parquet")
    for block in table_blocks(tmp_path / "x.parquet"):
        assert block.nbytes < 2**20


def table_blocks(path):
    for image, _ in parquet.ParquetTable(str(path)).batches(["image", "cat"]):
        yield image


def test_excel_with_cells_far_away(tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    book.active.append(["image", "cat"])
    book.active["XFD9"] = 1
    book.save(tmp_path / "x.xlsx")
    monkeypatch.setattr(excel_size, "_CELLS", 1000)
    monkeypatch.setattr(excel_size, "_CELLS_A_BYTE", 0)
    refused(tmp_path / "x.xlsx", "has more than 1000 cells, most of them blank")
    monkeypatch.setattr(excel_size, "_SMALL", 1000)
    monkeypatch.setattr(excel_size, "_GROWTH", 0)
    refused(tmp_path / "x.xlsx", "would unpack to 0 MiB")


def test_excel_with_huge_merged_cells():
    sheet = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    with pytest.raises(ValueError, match="x.xlsx has 17179869184 merged cells"):
        excel_size.check_merged("x.xlsx", sheet)
    excel_size.check_merged("x.xlsx", b'<mergeCell ref="A1:B2"/>')
