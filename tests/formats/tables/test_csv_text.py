"""Quotes, separators and lines of CSV files, and files that are of another kind."""

import gzip

import pytest

from mmpartial.formats import wide_csv
from tests.formats.some_annotations import contents


def read(tmp_path, text, name="labels.csv", **options):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return wide_csv.read(str(file), **options)


HEADER = "image,cat,note\n"


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_comma_in_the_name_of_a_class(tmp_path, mark):
    text = 'image;"dog, small";cat\n1.jpg;1;0\n2.jpg;0;\n'.replace(";", mark)
    classes = ["dog, small", "cat"]
    assert contents(read(tmp_path, text))[1:] == (classes, [[1, 0], [0, -1]])
    assert contents(read(tmp_path, text.replace('"', "")))[1] == classes


@pytest.mark.parametrize(
    "rows, line",
    [
        ('a.jpg,1,"5 cm\nb.jpg,0,\nc.jpg,1,\n', 2),  # up to the end of the file
        ('a.jpg,1,\nb.jpg,0,"5 cm\nc.jpg,1,6"\nd.jpg,0,\n', 3),  # up to another quote
        ('a.jpg,1,"5 cm\nb.jpg,0,\nc.jpg,1,"6 cm\nd.jpg,0,\n', 2),  # which opens another cell
        ('a.jpg,1,"two\nlines, fine"\nb.jpg,0,"5 cm\nc.jpg,1,\n', 4),
        ('"a.jpg,1,\nb.jpg,0,"\nc.jpg,1,x\n', 2),
        ('a.jpg,1,"' + "b.jpg,0,\n" * 20000, 2),  # above 128 KiB
        ('a.jpg,1,"5 cm\r\nb.jpg,0,\r\n', 2),
    ],
)
def test_a_quote_that_swallows_rows(tmp_path, rows, line):
    with pytest.raises(ValueError, match=f"csv, line {line} has a quote that is not closed on thi"):
        read(tmp_path, HEADER + rows, classes=["cat"])


@pytest.mark.parametrize(
    "rows",
    [
        'a.jpg,1,"two\nlines"\nb.jpg,0,\n',
        'a.jpg,1,"one, two,\nthree, and four"\nb.jpg,0,\n',
        'a.jpg,1,"a ""quote"",\nand more"\nb.jpg,0,\n',
        'a.jpg,1,5" wide\nb.jpg,0,6" wide\n',
        'a.jpg,1,"' + "x" * 200_000 + '"\n\nb.jpg,0,\n',
    ],
)
def test_cells_that_may_be_so(tmp_path, rows):
    found = read(tmp_path, HEADER + rows, classes=["cat"])
    assert contents(found) == (["a.jpg", "b.jpg"], ["cat"], [[1], [0]])


def test_the_line_below_a_cell_above_128_kib(tmp_path):
    rows = 'a.jpg,1,"' + "x\n" * 100_000 + '"\nb.jpg,7,\n'
    with pytest.raises(ValueError, match="csv, line 100003, column 'cat' has the value '7'"):
        read(tmp_path, HEADER + rows, classes=["cat"])


@pytest.mark.parametrize(
    "data, message",
    [
        ("image,cat\na.jpg,1\n".encode("utf-16"), "labels.csv is text in UTF-16: save it as UTF-8"),
        ("image\tcat\na.jpg\t1\n".encode("utf-16-le"), "is text in UTF-16"),
        ("image,cat\na.jpg,1\n".encode("utf-16-be"), "is text in UTF-16"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12\n", "run git lfs"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a ZIP archive or an Excel workbook: unpack it, or"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "is an old Excel workbook, or one with a password",
        ),
        (
            gzip.compress(b"image,cat\na.jpg,1\n", mtime=0),
            r"is compressed by gzip: let its name end in .gz",
        ),
        (
            "2\nEyeglasses Smiling\n1.jpg -1  1\n2.jpg  1 -1\n",
            r"as CelebA's lists do: .*pandas.read_csv\('.*', sep=r'\\s\+', skiprows=1\).*values=",
        ),
        (b"PAR1\x15\x04", "is a Parquet file: let its name end in .parquet"),
        ("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "is a web page: download the fil"),
        ('[\n  {"image": "a.jpg", "positive": ["cat"]}]', "is JSON, not a table: set format"),
        ("<?xml version='1.0'?>\n<annotations/>", "is XML, not a table: set format='cvat'"),
        ("sep=;\nimage;cat\na.jpg;1\n", "labels.csv, line 1 is 'sep=;': remove it"),
        ("image;id\tcat\na.jpg;1\t1\n", r"line 1 has no comma, but ';' and '\\t': separate the c"),
        (
            "image;cat\na.jpg;1\nb.jpg;0;1\n",
            "line 3 has 3 cells, but the first line has 2: .* contains ';'",
        ),
        ("image,cat\na.jpg,1\n\x1a", "line 3 has 1 cells, but the first line has 2"),
        # Python 3.10 does not read such a line.
        ("image,cat\na\0.jpg,1\n", r"has the image 'a\\x00.jpg', with U\+0000|contains NUL"),
    ],
)
def test_wrong_files(tmp_path, data, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    [gzip.compress(b"image,cat\n" + b"a.jpg,1\n" * 99, mtime=0)[:-9], b"image,cat\na.jpg,1\n"],
)
def test_damaged_gzip(tmp_path, data):
    with pytest.raises(ValueError, match="labels.csv.gz is cut off or damaged"):
        read(tmp_path, data, "labels.csv.gz")


def test_a_pointer_of_git_lfs_in_place_of_parquet(tmp_path):
    data = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12\n"
    with pytest.raises(ValueError, match="labels.parquet is a pointer of Git LFS"):
        read(tmp_path, data, "labels.parquet")


@pytest.mark.parametrize("name", ["labels.csv", "labels.parquet", "labels.csv.gz"])
def test_a_folder(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.raises(ValueError, match=f"{name} is a folder: give the path of a file"):
        wide_csv.read(str(tmp_path / name))
