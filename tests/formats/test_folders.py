"""A folder for each class, with links and copies of images in several."""

import os
import re

import pytest

from mmpartial.formats import folders
from tests.formats.some_annotations import contents

NFC, NFD = "caf\u00e9", "cafe\u0301"


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
    (root / "cat" / "1.jpg").write_text("other one")
    found = folders.read(str(root), unlisted="negative")
    images, _, labels = contents(found)
    assert dict(zip(images, labels, strict=True)) == {
        "cat/3.jpg": [1, 0, 0],
        "cat/deep/2.PNG": [1, 1, 0],
        "cat/1.jpg": [1, 0, 0],
        "dog/1.jpg": [0, 1, 1],
    }
    assert set(found.ids) == {"3.jpg", "deep/2.PNG", "/cat/1.jpg", "/dog/1.jpg"}


def test_an_id_is_no_other_images_path(tmp_path):
    put(tmp_path, "", "cat/1.jpg", "dog/1.jpg", "dog/cat/1.jpg", "dog/dog/1.jpg")
    found = folders.read(str(tmp_path), unlisted="negative")
    assert dict(zip(found.ids, found.images, strict=True)) == {
        "/cat/1.jpg": "cat/1.jpg",
        "/dog/1.jpg": "dog/1.jpg",
        "cat/1.jpg": "dog/cat/1.jpg",
        "dog/1.jpg": "dog/dog/1.jpg",
    }


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
    found = folders.read(str(tmp_path), unlisted="negative")
    assert contents(found)[2] == [[1, 0], [0, 1]]


def test_some_classes(root):
    found = folders.read(str(root), unlisted="negative", classes=["empty", "dog"])
    assert contents(found)[1:] == (["empty", "dog"], [[0, 1], [0, 1]])
    with pytest.raises(ValueError, match="no class 'Dog' .* 'dog', which differs in letter case"):
        folders.read(str(root), unlisted="negative", classes=["Dog"])


def test_names_of_classes_that_look_alike(tmp_path):
    put(tmp_path, "", f"{NFC}/1.jpg", f"{NFD}/2.jpg", "hot dog/3.jpg")
    found = folders.read(str(tmp_path), unlisted="negative")
    assert contents(found)[1:] == ([NFC, "hot dog"], [[1, 0], [1, 0], [0, 1]])
    put(tmp_path, "", "hotdog/4.jpg")
    with pytest.raises(ValueError, match="'hot dog' and 'hotdog', which differ only in blanks"):
        folders.read(str(tmp_path), unlisted="negative")
    both = folders.read(str(tmp_path), unlisted="negative", classes=["hot dog", "hotdog"])
    assert contents(both)[2] == [[1, 0], [0, 1]]


@pytest.mark.parametrize("name", ["a\u200bb", "a\nb", "\u2060cat", "ca\u00adt"])
def test_names_that_cannot_be_seen(tmp_path, name):
    put(tmp_path, "", f"{name}/1.jpg")
    with pytest.raises(ValueError, match=re.escape(f"has the class {name!r}, with U+")):
        folders.read(str(tmp_path), unlisted="negative")
    (tmp_path / name).rename(tmp_path / "cat")
    put(tmp_path, "", f"cat/{name}.jpg")
    with pytest.raises(ValueError, match=re.escape(f"has the image {'cat/' + name + '.jpg'!r}")):
        folders.read(str(tmp_path), unlisted="negative")


@pytest.mark.parametrize("names", [("train", "val"), ("images", "labels"), ("Training", "Test")])
def test_parts_of_a_data_set_are_no_classes(tmp_path, names):
    for name in names:
        (tmp_path / name / "cat").mkdir(parents=True)
        (tmp_path / name / "cat" / f"{name}.jpg").write_text(name)
    with pytest.raises(ValueError, match="which are parts of a data set"):
        folders.read(str(tmp_path), unlisted="negative")
    part = folders.read(str(tmp_path / names[0]), unlisted="negative")
    assert part.classes == ("cat",)
    whole = folders.read(str(tmp_path), unlisted="negative", classes=list(names))
    assert whole.classes == names


def test_folder_of_an_archive_from_macos_is_no_class(tmp_path):
    for name in ("cat/1.jpg", "__MACOSX/cat/._1.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert folders.read(str(tmp_path), unlisted="negative").classes == ("cat",)
