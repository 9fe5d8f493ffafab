"""Images are found under the names that they have on disk, or it is said how these differ."""

import unicodedata

import pytest

from mmpartial.datasets.image_files import find_images

NFC, NFD = "caf\u00e9", "cafe\u0301"


@pytest.fixture
def put(tmp_path):
    def put(*paths):
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).touch()
        return str(tmp_path)

    return put


def test_names_as_they_are(put, monkeypatch):
    images = ["a/1.jpg", "2.jpg", f"a/{NFC}.jpg", f"a/{NFD}.jpg"]
    root = put(*images)
    assert find_images(images, root) is images
    monkeypatch.chdir(root)
    assert find_images(images, "") is images


@pytest.mark.parametrize(
    "listed, there",
    [
        (f"{NFC}.jpg", f"{NFD}.jpg"),
        (f"{NFD}.jpg", f"{NFC}.jpg"),
        (f"a/{NFC}/1.jpg", f"a/{NFD}/1.jpg"),
        (f"{NFC}/b/{NFC}.jpg", f"{NFD}/b/{NFD}.jpg"),
        ("\u30ac/\ud55c.jpg", unicodedata.normalize("NFD", "\u30ac/\ud55c.jpg")),
    ],
)
def test_the_other_unicode_form(put, listed, there):
    root = put(there, "1.jpg")
    assert find_images(["1.jpg", listed], root) == ["1.jpg", there]


def test_a_form_that_may_be_either_is_missing(put):
    """With two accents there are forms between the two."""
    root = put("\u00e9e\u0301", "e\u0301\u00e9")
    with pytest.raises(FileNotFoundError, match="1 of 1 images are not below"):
        find_images(["\u00e9\u00e9"], root)


@pytest.mark.parametrize(
    "listed, there",
    [
        ("1.jpg", "1.JPG"),
        ("000012", "000012.jpg"),
        ("img.v2", "img.v2.png"),
        ("a.b/1", "a.b/1.TIFF"),
        (f"{NFC}/{NFC}", f"{NFD}/{NFD}.Jpeg"),
    ],
)
def test_other_endings(put, said, listed, there):
    root = put(there, "2.jpg", "2.png", "000012.txt")
    assert find_images([listed, "2.jpg", "2.png"], root) == [there, "2.jpg", "2.png"]
    (line,) = said
    assert "images that are there with another ending: 1, for example" in line
    assert line.endswith(there.rpartition("/")[2].rpartition(".")[2] + "'")


@pytest.mark.parametrize(
    "there, listed, message",
    [
        (["1.jpg", "1.png"], ["1"], "the image '1' may be '1.jpg' or '1.png' in .*write the name"),
        (["1.JPG", "1.Jpg"], ["1.jpg"], "the image '1.jpg' may be '1.JPG' or '1.Jpg'"),
        (["1.jpg"], ["1", "1.jpg"], "images '1' and '1.jpg' are one file, '1.jpg' below"),
        (["1.JPG"], ["1.jpg", "2.jpg", "1.Jpg"], None),
    ],
)
def test_several_files_or_images(put, there, listed, message):
    root = put(*there)
    with pytest.raises(ValueError if message else FileNotFoundError, match=message):
        find_images(listed, root)


@pytest.mark.parametrize(
    "listed, there",
    [
        ("a/1.jpg", "A/1.jpg"),
        ("1.jpg", "1.png"),
        ("1.jpg", "1.jpg.png"),
        ("1.JPG", "1.jpeg"),
        ("my cat.jpg", "mycat.jpg"),
    ],
)
def test_names_that_are_almost_the_same(put, listed, there):
    root = put(there)
    with pytest.raises(FileNotFoundError) as error:
        find_images([listed], root)
    assert str(error.value) == (
        f"1 of 1 images are not below {root}: {listed}. 1 of them are there under a similar "
        f"name: '{listed}' is there as '{there}': write the names of the files into the "
        "annotations."
    )


def test_some_are_almost_there(put):
    root = put(*(f"{number}.png" for number in range(7)), "there.jpg", "ca\u200bt.jpg")
    listed = ["there.jpg", *(f"{number}.jpg" for number in range(7)), "cat.jpg", "gone.jpg"]
    with pytest.raises(FileNotFoundError) as error:
        find_images(listed, root)
    assert "9 of 10 images are not below" in str(error.value)
    assert "8 of them are there under a similar name" in str(error.value)
    assert "'4.jpg' is there as '4.png', ...: write" in str(error.value)
    assert str(error.value).endswith(
        "Put the others there, set data_root and data_prefix to their folder, or take the others "
        "out of the annotations."
    )
    with pytest.raises(FileNotFoundError, match=r"'cat.jpg' is there as 'ca\\u200bt.jpg'"):
        find_images(["cat.jpg"], root)


def test_no_folder(put):
    root = put("a/1.jpg")
    with pytest.raises(FileNotFoundError, match="there is no image folder .*none"):
        find_images(["1.jpg"], f"{root}/none")
    with pytest.raises(FileNotFoundError, match=r"2 of 2 images are .*: b/1.jpg, b/c/1.jpg. Put"):
        find_images(["b/1.jpg", "b/c/1.jpg"], root)
