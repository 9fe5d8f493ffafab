"""Image files by the names that a table has for them."""

import pytest

from mmpartial.apis.own_data.photos import Photos


@pytest.fixture
def photos(tmp_path):
    for name in ("1.JPG", "a/002.jpg", "3.png", "3.PNG", "b/4.jpeg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return Photos.below(str(tmp_path))


def test_endings_are_found_as_in_training(photos):
    names = ["1.jpg", "1", "1.JPG", "a/002.JPG", "3.png", "3", "1.png", "2.jpg"]
    found = ["1.JPG", "1.JPG", "1.JPG", "a/002.jpg", "3.png", None, None, None]
    assert photos.find(names) == found


def test_whole_paths_in_the_folder(photos):
    assert photos.find([f"{photos.folder}/a/002.jpg", "/elsewhere/1.JPG"]) == ["a/002.jpg", None]
    assert photos.share([f"{photos.folder}/b/4.jpeg"]) == 1


def test_files_with_nearly_the_same_name(photos):
    names = [r"C:\photos\2.jpg", "2.0", "https://b.org/x/4.jpeg?raw=1", "3.png", "5.jpg", ""]
    assert photos.near(names) == {names[0]: "a/002.jpg", "2.0": "a/002.jpg", names[2]: "b/4.jpeg"}


def test_the_ends_of_paths_of_another_machine(tmp_path):
    """Many files have one name, so the folders around them count."""
    for patient in "12":
        (tmp_path / f"p{patient}").mkdir()
        (tmp_path / f"p{patient}" / "front.jpg").touch()
    names = ["D:\\data\\p1\\front.JPG", "/mnt/data/p2/front.jpg", "p3/front.jpg"]
    near = Photos.below(str(tmp_path)).near(names)
    assert near == {names[0]: "p1/front.jpg", names[1]: "p2/front.jpg"}


def test_names_that_are_quoted_as_in_urls(tmp_path):
    (tmp_path / "Müller 1.jpg").touch()
    near = Photos.below(str(tmp_path)).near(["M%C3%BCller%201.jpg"])
    assert near == {"M%C3%BCller%201.jpg": "Müller 1.jpg"}


def test_the_share_of_names_that_are_files(photos):
    assert photos.share(["1.JPG", "a/002.jpg", "5.jpg", "6.jpg"]) == 1 / 2
    assert photos.share(["1", "5"]) == 1 / 4  # without its ending
    assert photos.share([]) == 0


def test_numbers_that_are_written_otherwise_in_files(tmp_path):
    for name in ("cam0007.jpg", "cam0008.jpg", "cam0010.jpg"):
        (tmp_path / name).touch()
    photos = Photos.below(str(tmp_path))
    assert photos.near(["cam7", "cam08", "cam1"]) == {"cam7": "cam0007.jpg", "cam08": "cam0008.jpg"}
    assert photos.near(["7", "10.0", "1"]) == {"7": "cam0007.jpg", "10.0": "cam0010.jpg"}
