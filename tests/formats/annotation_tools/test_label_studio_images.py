"""Where Label Studio's images are, and which are the same."""

import pytest

from mmpartial.formats.annotation_tools import label_studio
from mmpartial.formats.annotation_tools.label_studio_images import image_place

from .label_studio_exports import annotation, answered, choices, save, task


@pytest.mark.parametrize(
    "value, path",
    [
        ("/data/upload/12/0a1b2c3d-a%20b.jpg", "a b.jpg"),
        ("http://localhost:8080/data/upload/12/0a1b2c3d-a.jpg", "a.jpg"),
        ("/label-studio/data/upload/12/0a1b2c3d-a.jpg", "a.jpg"),
        ("/data/upload/12/holidays-a.jpg", "holidays-a.jpg"),
        ("/data/local-files/?d=pets%2Fa%26b.jpg", "pets/a&b.jpg"),
        ("http://localhost:8080/data/local-files/?d=/pets/a.jpg", "pets/a.jpg"),
        ("https://example.com/pets/a%20b.jpg?token=1#x", "pets/a b.jpg"),
        ("gs://bucket/pets/a%20b.jpg", "pets/a%20b.jpg"),
        ("pets/a%20b.jpg", "pets/a%20b.jpg"),
    ],
)
def test_image_path(value, path):
    assert image_place(value).path == path


def test_image_root(tmp_path):
    file = save(tmp_path, [task(1, "s3://bucket/pets/1.jpg", annotation(choices("present", "ox")))])
    assert label_studio.read(file, unlisted="unknown", image_root="/pets/").images == ["1.jpg"]
    with pytest.raises(ValueError, match="'pets/1.jpg', which is not below 'cats': set image_root"):
        label_studio.read(file, unlisted="unknown", image_root="cats")


@pytest.mark.parametrize(
    "values, paths",
    [
        (["/data/upload/1/0a1b2c3d-1.jpg", "http://ls/data/upload/1/ffff0000-1.jpg"],
         ["1/0a1b2c3d-1.jpg", "1/ffff0000-1.jpg"]),
        (["/data/upload/1/1.jpg", "/data/upload/2/1.jpg"], ["1/1.jpg", "2/1.jpg"]),
        (["s3://a/x/1.jpg", "gs://b/x/1.jpg"], ["a/x/1.jpg", "b/x/1.jpg"]),
        (["https://a.com/1.jpg", "https://b.com:80/1.jpg"], ["a.com/1.jpg", "b.com:80/1.jpg"]),
        (["https://a.com/get?id=1", "https://a.com/get?id=2"],
         ["a.com/get?id=1", "a.com/get?id=2"]),
        (["/data/local-files/?d=1.jpg", "s3://a/1.jpg"], ["1.jpg", "a/1.jpg"]),
        (["/data/local-files/?d=x/1.jpg", "s3://a/x//1.jpg"], ["x/1.jpg", "a/x/1.jpg"]),
    ],
)  # fmt: skip
def test_images_of_one_name_stay_apart(tmp_path, values, paths):
    content = [answered(i, value, "cat") for i, value in enumerate([*values, "2.jpg"])]
    found = label_studio.read(save(tmp_path, content), unlisted="unknown")
    assert found.images == [*paths, "2.jpg"]


@pytest.mark.parametrize(
    "values",
    [
        ["https://a.com/1.jpg?X-Amz-Signature=1&X-Amz-Date=2", "https://a.com/1.jpg?X-Amz-Date=3"],
        ["https://me:pw@A.com/1.jpg?Expires=1&Signature=a", "http://a.com/1.jpg"],
        [
            "https://x.blob.core.windows.net/1.jpg?sv=1&sig=a",
            "https://x.blob.core.windows.net/1.jpg",
        ],
        ["/data/upload/1/0a1b2c3d-1.jpg", "http://localhost/data/upload/1/0a1b2c3d-1.jpg"],
        ["/data/local-files/?d=1.jpg", "./1.jpg"],
    ],
)
def test_the_same_image_in_two_tasks(tmp_path, values):
    content = [answered(i, value, "cat") for i, value in enumerate(values)]
    assert label_studio.read(save(tmp_path, content), unlisted="unknown").images == ["1.jpg"]
    content[1] = answered(1, values[1], "dog")
    with pytest.raises(ValueError, match=r"'1.jpg' twice .*, task 0 \(entry 1\) and task 1 \(entr"):
        label_studio.read(save(tmp_path, content), unlisted="unknown")


def test_images_that_cannot_be_told_apart(tmp_path):
    values = ["s3://a/1.jpg", "gs://a/1.jpg"]
    content = [answered(i, value, "cat") for i, value in enumerate(values)]
    with pytest.raises(ValueError, match="path would be 'a/1.jpg', 's3://a/1.jpg' and 'gs://a/1.j"):
        label_studio.read(save(tmp_path, content), unlisted="unknown")


def test_addresses_that_are_none(tmp_path):
    for value, message in (
        ("http://[x/1.jpg", r"task 3 \(entry 1\) has the image 'http://\[x/1.jpg': Invalid IPv6"),
        ("/data/local-files/?x=1", r"task 3 \(entry 1\) has the image .*, which names no file"),
    ):
        with pytest.raises(ValueError, match=message):
            file = save(tmp_path, [answered(3, value, "cat")])
            label_studio.read(file, unlisted="unknown")
