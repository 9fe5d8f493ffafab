"""Tables and lines of published text files, and each way a file can be damaged."""

import os

import pytest

from mmpartial.utils.text_files import check_file, read_lines, read_table

COLUMNS = {"id": str, "label": int}


def write(tmp_path, content):
    path = tmp_path / "table.txt"
    path.write_bytes(content)
    return str(path)


def test_reads_any_space_and_further_columns(tmp_path):
    path = write(tmp_path, b'000005 -1\r\n000007  1\n\n  "NA\t 0 8 9\nnull 3')
    table = read_table(path, COLUMNS, "")
    assert table["id"].tolist() == ["000005", "000007", '"NA', "null"]
    assert table["label"].tolist() == [-1, 1, 0, 3]


def test_more_columns_than_in_the_first_line(tmp_path):
    path = write(tmp_path, b"1 10 0 3 27.7\n1 11 1 4 0  1.509\n1 12 0 1 2.5\n")
    table = read_table(path, dict.fromkeys("abcd", int), "")
    assert table.to_numpy().tolist() == [[1, 10, 0, 3], [1, 11, 1, 4], [1, 12, 0, 1]]


@pytest.mark.parametrize(
    "content, message",
    [
        (b"a 1\n\nb x\n", "table.txt, line 3: 'b x' should be id, label: the file is damaged"),
        (b"a 1\nb 0.5\n", "table.txt, line 2: 'b 0.5' should be id, label"),
        (b"a 1\nb 1\nc", "table.txt, line 3: 'c' should be id, label"),
        (b"a 1\nb nan\n", "table.txt, line 2: 'b nan'"),
        (b"", "table.txt is empty"),
        (b"\n \n", "table.txt is empty"),
        (b"a 1\n\xff 1\n", "table.txt is not UTF-8 text .*: download it again"),
        (b"a 1\nb 1\x00\n", "table.txt, line 2: "),
    ],
)
def test_damage(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read_table(write(tmp_path, content), COLUMNS, "")


def test_a_name_is_missing(tmp_path):
    with pytest.raises(ValueError, match="table.txt, line 2: '2' should be id, name"):
        read_table(write(tmp_path, b"1 a\n2\n"), {"id": int, "name": str}, "")


def test_a_byte_order_mark(tmp_path):
    assert read_lines(write(tmp_path, b"\xef\xbb\xbfcat\ndog"), "") == ["cat", "dog"]
    table = read_table(write(tmp_path, b"\xef\xbb\xbfa 1\nb 0\n"), COLUMNS, "")
    assert table["id"].tolist() == ["a", "b"]


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder: give the path of a file"):
        read_lines(str(tmp_path), "")


def test_lines(tmp_path):
    assert read_lines(write(tmp_path, b" a\\b c \r\n\r\nd"), "") == ["a\\b c", "d"]
    with pytest.raises(ValueError, match="table.txt is not UTF-8 text"):
        read_lines(write(tmp_path, b"\xff"), "")
    for read in (lambda path: read_lines(path, "get it."), lambda p: read_table(p, {}, "get it.")):
        with pytest.raises(FileNotFoundError, match=r"there is no .*none.txt: get it\."):
            read(str(tmp_path / "none.txt"))


@pytest.mark.parametrize(
    "content, message",
    [
        ("a 1\n".encode("utf-16"), "table.txt is in UTF-16: save it as UTF-8"),
        (b"\xfe\xff" + "a 1\n".encode("utf-16-be"), "table.txt is in UTF-16: save it as UTF-8"),
        ("a 1\n".encode("utf-16-le"), "table.txt, line 1: there is a NUL byte"),
        (b"a 1\nb\0 1\n", "table.txt, line 2: there is a NUL byte, so the file is UTF-16 or"),
        (b"a 1\nb 1\nc 1\n" + bytes(9), "table.txt, line 4: there is a NUL byte"),
    ],
)
def test_no_text_of_single_bytes(tmp_path, content, message):
    path = write(tmp_path, content)
    with pytest.raises(ValueError, match=message):
        read_lines(path, "")
    with pytest.raises(ValueError, match=message):
        read_table(path, COLUMNS, "")


def test_pipes_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    with pytest.raises(ValueError, match="x.csv is a pipe, socket or device"):
        check_file(str(tmp_path / "x.csv"))
