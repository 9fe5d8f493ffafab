"""Images that two columns name together: a folder and a file in it."""

import openpyxl
import pytest

from mmpartial.formats import read_annotations
from mmpartial.formats.tables.reader import open_table
from tests.formats.some_annotations import contents

TABLE = "folder,file,cat\na,1.jpg,1\nb/,1.jpg,0\n,2.jpg,\n"
IMAGE = "folder/file"


@pytest.fixture
def table(tmp_path):
    (tmp_path / "my.csv").write_text(TABLE)
    return str(tmp_path / "my.csv")


def test_a_wide_table(table):
    found = read_annotations("wide_csv", table, image=IMAGE, group="folder")
    assert contents(found) == (["a/1.jpg", "b/1.jpg", "2.jpg"], ["cat"], [[1], [0], [-1]])
    assert found.groups.texts().tolist() == ["a", "b/", ""]


def test_a_long_table(tmp_path):
    (tmp_path / "my.csv").write_text("folder,file,label,by\na,1.jpg,cat,me\nb,1.jpg,dog,me\n")
    options = dict(image=IMAGE, cls="label", unlisted="unknown")
    found = read_annotations("long_csv", str(tmp_path / "my.csv"), **options)
    assert contents(found) == (["a/1.jpg", "b/1.jpg"], ["cat", "dog"], [[1, -1], [-1, 1]])


def test_a_column_of_this_very_name_comes_first(tmp_path):
    (tmp_path / "my.csv").write_text("folder/file,folder,file\n1.jpg,1,0\n")
    found = read_annotations("wide_csv", str(tmp_path / "my.csv"), image=IMAGE)
    assert contents(found) == (["1.jpg"], ["folder", "file"], [[1, 0]])


def test_wrong_names(table):
    with pytest.raises(
        ValueError, match="my.csv has no column 'folder/name': its columns are 'fol"
    ):
        read_annotations("wide_csv", table, image="folder/name")


def test_the_place_of_a_blank_file_in_excel(tmp_path):
    book = openpyxl.Workbook()
    for row in (["folder", "file", "cat"], ["a", "1.jpg", 1], ["a", None, 0]):
        book.active.append(row)
    book.save(tmp_path / "my.xlsx")
    with pytest.raises(ValueError, match="cell B3, column 'folder/file' is blank"):
        read_annotations("wide_csv", str(tmp_path / "my.xlsx"), image=IMAGE)


def test_blank_files_are_no_blank_rows(tmp_path, said):
    """The other columns may be filled in."""
    path = tmp_path / "labels.csv"
    path.write_text("folder,file,cat\na,1,1\na,,1\n")
    list(open_table(str(path)).batches(["folder/file"]))
    assert not said
