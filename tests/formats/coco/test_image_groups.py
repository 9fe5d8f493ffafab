"""The key of images in COCO's format that names their group, as camera traps have it."""

import json
import math

import pytest

from mmpartial.formats import read_annotations

CATEGORIES = [dict(id=1, name="deer")]


def groups(tmp_path, entries, group="location", files=None):
    """The groups of images whose entries have more keys."""
    files = files or [f"{i}.jpg" for i in range(len(entries))]
    images = [
        dict(id=str(i), file_name=file, **more)
        for i, (file, more) in enumerate(zip(files, entries, strict=True))
    ]
    content = dict(
        images=images, annotations=[dict(image_id="0", category_id=1)], categories=CATEGORIES
    )
    (tmp_path / "own.json").write_text(json.dumps(content))
    found = read_annotations(
        "coco_json", str(tmp_path / "own.json"), unlisted="unknown", group=group
    )
    return None if found.groups is None else found.groups.texts().tolist()


def test_texts_and_numbers_name_groups(tmp_path, said):
    entries = [dict(location=x) for x in ("7", 7, 7.0, 2.5, "north ", None, math.nan)] + [{}]
    assert groups(tmp_path, entries) == ["7", "7", "7", "2.5", "north", "", "", ""]
    assert any("3 images have no 'location', and each is alone" in line for line in said)
    assert groups(tmp_path, entries, group=None) is None


@pytest.mark.parametrize("value", [["a"], dict(lat=1), True, math.inf, "\ud800"])
def test_what_names_no_group(tmp_path, value):
    with pytest.raises(ValueError, match=r"own.json: images\[1\] has location=.*names no group"):
        groups(tmp_path, [dict(location="a"), dict(location=value)])


def test_no_image_has_the_key(tmp_path):
    with pytest.raises(ValueError, match="no image has the key 'site'.* are 'id', 'file_name'"):
        groups(tmp_path, [dict(location="a")], group="site")
    with pytest.raises(ValueError, match="the key 'locaton'; the nearest is 'location': the keys"):
        groups(tmp_path, [{}, dict(location="a")], group="locaton")


def test_an_image_that_is_listed_twice(tmp_path):
    files = ["x/a.jpg", "./x\\b.jpg", "x/b.jpg"]
    entries = [dict(location="n"), dict(location=3), dict(location=3)]
    assert groups(tmp_path, entries, files=files) == ["n", "3"]
    entries[2] = dict(location="4")
    with pytest.raises(ValueError, match="image 'x/b.jpg' with location='3' and with location='4'"):
        groups(tmp_path, entries, files=files)
