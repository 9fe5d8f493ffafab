"""A folder for each class, with links and copies of images in several."""

import os

import pytest

from mmpartial.formats import folders
from tests.formats.some_annotations import contents


def put(root, text="", *paths):
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or path)


@pytest.fixture
def root(tmp_path):
    put(tmp_path, "", "dog/1.jpg", "dog/deep/2.PNG", "cat/3.jpg", "cat/notes.txt", ".git/4.jpg")
    put(tmp_path, "", "cat/.hidden.jpg", "5.jpg")
    (tmp_path / "empty").mkdir()
    (tmp_path / "cat" / "deep").mkdir()
    (tmp_path / "cat" / "deep" / "2.PNG").symlink_to(tmp_path / "dog" / "deep" / "2.PNG")
    return tmp_path


@pytest.mark.parametrize("unlisted, other", [("unknown", -1), ("negative", 0)])
def test_folders(root, unlisted, other):
    found = folders.read(str(root), unlisted=unlisted)
    images, classes, labels = contents(found)
    assert classes == ["cat", "dog", "empty"]
    assert dict(zip(images, labels, strict=True)) == {
        "cat/3.jpg": [1, other, other],
        "cat/deep/2.PNG": [1, 1, other],
        "dog/1.jpg": [other, 1, other],
    }
    assert set(found.ids) == {"3.jpg", "deep/2.PNG", "1.jpg"}


def test_copies_and_other_images_of_one_name(root):
    put(root, "dog/1.jpg", "cat/1.jpg")  # the same contents
    os.link(root / "dog" / "1.jpg", root / "empty" / "1.jpg")
    found = folders.read(str(root), unlisted="negative")
    assert contents(found)[2][list(found.ids).index("1.jpg")] == [1, 1, 1]
    put(root, "other one", "cat/1.jpg")
    with pytest.raises(ValueError, match="different images of one name, cat/1.jpg and dog/1.jpg"):
        folders.read(str(root), unlisted="negative")


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*none"):
        folders.read(str(tmp_path / "none"), unlisted="negative")
    with pytest.raises(ValueError, match="has no folders: put the images into a folder for each"):
        folders.read(str(tmp_path), unlisted="negative")
    (tmp_path / "cat").mkdir()
    with pytest.raises(ValueError, match="there is no image in"):
        folders.read(str(tmp_path), unlisted="negative")


def test_other_images_of_one_size_and_time(tmp_path):
    put(tmp_path, "one", "cat/1.jpg")
    put(tmp_path, "two", "dog/1.jpg")
    for name in ("cat", "dog"):
        os.utime(tmp_path / name / "1.jpg", (1, 1))
    with pytest.raises(ValueError, match="different images of one name, cat/1.jpg and dog/1.jpg"):
        folders.read(str(tmp_path), unlisted="negative")
