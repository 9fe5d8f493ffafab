"""Which files in class folders are images, and how the log tells of the others."""

import pytest

from mmpartial.formats.common.class_folders import ClassFolders
from tests.formats.test_folders import put


def test_endings(tmp_path, said):
    images = ["1.JPE", "2.jfif", "3.gif", "4.Avif", "5.jp2", "6.TIF", "7.heic", "8.pbm", "9.x.webp"]
    put(tmp_path, "", *(f"cat/{name}" for name in images))
    folders = ClassFolders(str(tmp_path))
    assert folders.names() == ["cat"] and folders.images("cat") == images
    folders.log()
    assert said == []


def test_all_that_is_left_out_is_said(tmp_path, said):
    put(tmp_path, "", "cat/1.jpg", "cat/2", "cat/Thumbs.db", "cat/a/.3.jpg", "cat/1.CR2", "4.jpg")
    put(tmp_path, "", *(f"dog/{number}.cr2" for number in range(4)), "cat/jpg", ".git/x")
    folders = ClassFolders(str(tmp_path))
    assert [folders.images(name) for name in folders.names()] == [["1.jpg"], []]
    folders.log()
    assert said == [
        f"{tmp_path}: left out: 5 with the ending .cr2 ('cat/1.CR2', 'dog/0.cr2', 'dog/1.cr2', "
        "...); 2 hidden ('.git', 'cat/a/.3.jpg'); 2 without ending ('cat/2', 'cat/jpg'); "
        "1 beside the class folders ('4.jpg'); 1 with the ending .db ('cat/Thumbs.db')"
    ]


def test_links_that_lead_back(tmp_path, said):
    put(tmp_path, "", "in/cat/1.jpg", "in/dog/2.jpg", "else/3.jpg", "else/deep/4.jpg")
    root = tmp_path / "in"
    (root / "self").symlink_to(".")
    (root / "cat" / "self").symlink_to(".")
    (root / "cat" / "up").symlink_to("../..")
    (root / "cat" / "dog").symlink_to("../dog")
    (root / "dog" / "cat").symlink_to("../cat")
    (root / "dog" / "else").symlink_to("../../else")
    (tmp_path / "else" / "deep" / "back").symlink_to("../../in/dog")
    folders = ClassFolders(str(root))
    assert folders.names() == ["cat", "dog"]
    assert folders.images("cat") == ["1.jpg", "dog/2.jpg", "dog/else/3.jpg", "dog/else/deep/4.jpg"]
    assert folders.images("dog") == ["2.jpg", "cat/1.jpg", "else/3.jpg", "else/deep/4.jpg"]
    folders.log()
    assert "9 links that lead back ('self', 'cat/dog/cat', 'cat/dog/else/deep/back'" in said[0]


def test_a_link_that_leads_nowhere(tmp_path):
    put(tmp_path, "", "cat/1.jpg")
    (tmp_path / "cat" / "2.jpg").symlink_to("gone.jpg")
    with pytest.raises(ValueError, match=r"cat/2.jpg is a link that leads nowhere, or not a file"):
        ClassFolders(str(tmp_path)).images("cat")


def test_folders_in_class_folders_are_said(tmp_path, said):
    put(tmp_path, "", "animal/cat/1.jpg", "animal/dog/2.jpg", "plant/3.jpg")
    folders = ClassFolders(str(tmp_path))
    assert folders.images("animal") == ["cat/1.jpg", "dog/2.jpg"]
    folders.log()
    assert len(said) == 1 and "2 folders are inside class folders" in said[0]
    assert "'animal/cat', 'animal/dog'" in said[0]
