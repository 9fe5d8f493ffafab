"""Spellings of one path."""

import pytest

from mmpartial.formats.common.unique_images import normal_paths


@pytest.mark.parametrize(
    "path, normal",
    [
        ("./1.jpg", "1.jpg"),
        ("a//1.jpg", "a/1.jpg"),
        ("a\\1.jpg", "a/1.jpg"),
        ("a/b/", "a/b"),
        ("a/../1.jpg", "1.jpg"),
        ("http://h/a//1.jpg", "http://h/a//1.jpg"),
        (".a/1", ".a/1"),
    ],
)
def test_normal_paths(path, normal):
    assert list(normal_paths(["b/2.jpg", path, "c d/é.jpg"])) == ["b/2.jpg", normal, "c d/é.jpg"]
