"""The image files that a user names."""

import gzip
import io

import pandas as pd
import pytest

from mmpartial.apis.prediction.image_files import image_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Some files, and the working directory above them."""
    for name in ("b.jpg", "a.PNG", "notes.txt", "sub/c.webp", ".hidden.jpg", ".cache/d.jpg"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_patterns_and_files(folder):
    everything = ["photos/a.PNG", "photos/b.jpg", "photos/sub/c.webp"]
    assert [*image_files(["photos"])] == everything
    assert [*image_files(["photos/*"])] == everything[:2]
    assert [*image_files(["photos/**/*.webp"])] == everything[2:]
    assert image_files(["photos/b.jpg"]) == {"photos/b.jpg": "photos/b.jpg"}


def test_a_file_that_is_named_twice_is_there_once(folder):
    paths = ["photos/b.jpg", "photos", "./photos/../photos/b.jpg", folder / "photos" / "a.PNG"]
    assert [*image_files(paths)] == ["photos/b.jpg", "photos/a.PNG", "photos/sub/c.webp"]


@pytest.mark.parametrize("name, text", [
    ("list.csv", "id,image\n1,b.jpg\n2,sub/c.webp\n"),
    ("list.csv", "file;id\nb.jpg;1\nsub/c.webp;2\n"),
    ("list.txt", "b.jpg\n\nsub/c.webp\n"),
])  # fmt: skip
def test_lists_are_relative_to_their_folder_or_another(folder, name, text):
    expected = {"b.jpg": "photos/b.jpg", "sub/c.webp": "photos/sub/c.webp"}
    (folder / "photos" / name).write_text(text)
    assert image_files([f"photos/{name}"]) == expected
    (folder / name).write_text(text)
    assert image_files([name], images="photos") == expected


def test_names_in_lists_are_found_as_in_training(folder):
    (folder / "photos" / "list.txt").write_text("a\na.png\nsub/c.WEBP\nno.jpg\nsub/c.WEBP\n")
    found = {"a": "photos/a.PNG", "sub/c.WEBP": "photos/sub/c.webp", "no.jpg": "photos/no.jpg"}
    assert image_files(["photos/list.txt"]) == found


def test_a_parquet_list_and_the_input(folder, monkeypatch):
    pd.DataFrame(dict(image=["b.jpg"])).to_parquet("photos/list.parquet")
    pd.DataFrame(dict(image=["b.jpg"])).to_excel("photos/list.xlsx", index=False)
    for name in ("list.parquet", "list.xlsx"):
        assert image_files([f"photos/{name}"]) == {"b.jpg": "photos/b.jpg"}
    monkeypatch.setattr("sys.stdin", io.StringIO("photos/b.jpg\n\n"))
    assert image_files(["-"]) == {"photos/b.jpg": "photos/b.jpg"}


def test_what_is_not_there_is_refused(folder):
    with pytest.raises(FileNotFoundError, match=r"there is no file or folder photos/c\.jpg"):
        image_files(["photos/c.jpg"])
    (folder / "empty").mkdir()
    for path in ("empty", "photos/*.tif"):
        with pytest.raises(ValueError, match="there is no image in"):
            image_files([path])
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "list.txt").write_text("1.jpg\n")
    with pytest.raises(ValueError, match=r"1\.jpg is the name of two images, one.* and two"):
        image_files(["one/list.txt", "two/list.txt"])


def test_an_archive(folder):
    (folder / "photos.zip").write_bytes(b"PK")
    with pytest.raises(ValueError, match=r"photos\.zip is an archive: unpack it"):
        image_files(["photos.zip"])


def test_a_label_file_that_is_no_list(folder):
    (folder / "coco.json").write_text('{"images": [], "annotations": [], "categories": []}')
    with pytest.raises(ValueError, match=r"coco\.json is neither an image nor a list of"):
        image_files(["coco.json"])
    with gzip.open(folder / "photos" / "list.csv.gz", "wt") as file:
        file.write("image\nb.jpg\n")
    assert image_files(["photos/list.csv.gz"]) == {"b.jpg": "photos/b.jpg"}
