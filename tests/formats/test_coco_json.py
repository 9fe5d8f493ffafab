"""A user's own JSON in COCO's format."""

import json

import pytest

from mmpartial.formats import coco_json
from tests.formats.some_annotations import contents

CONTENT = dict(
    images=[dict(id=7, file_name="x/b.jpg"), dict(id=3, file_name="a.jpg")],
    annotations=[
        dict(id=1, image_id=7, category_id=20, bbox=[0, 0, 1, 1], iscrowd=0),
        dict(id=2, image_id=7, category_id=20, bbox=[1, 0, 1, 1], iscrowd=1),
    ],
    categories=[dict(id=20, name="dog"), dict(id=10, name="cat")],
)


def read(tmp_path, content, unlisted):
    file = tmp_path / "own.json"
    file.write_text(json.dumps(content))
    return coco_json.read(str(file), unlisted=unlisted)


@pytest.mark.parametrize("unlisted, other", [("unknown", -1), ("negative", 0)])
def test_images_without_objects_stay(tmp_path, unlisted, other):
    found = read(tmp_path, CONTENT, unlisted)
    expected = [[other, 1], [other, other]]
    assert contents(found) == (["x/b.jpg", "a.jpg"], ["cat", "dog"], expected)


def test_names_that_another_export_keeps(tmp_path):
    """Tools number images anew: split files, features and hidden labels must not notice."""
    images = [dict(id=i, file_name=image["file_name"]) for i, image in enumerate(CONTENT["images"])]
    again = dict(CONTENT, images=images, annotations=[])
    first, second = (read(tmp_path, content, "unknown") for content in (CONTENT, again))
    assert list(first.names) == list(second.names) == ["x/b.jpg", "a.jpg"]


def test_wrong_files(tmp_path):
    with pytest.raises(ValueError, match="unlisted=None: choose 'unknown' if nobody looked"):
        read(tmp_path, CONTENT, None)
    stray = dict(CONTENT, annotations=[dict(image_id=7, category_id=1)])
    with pytest.raises(ValueError, match=r"own.json: .*category_id 1, which its categories do not"):
        read(tmp_path, stray, "negative")
    with pytest.raises(ValueError, match="there is no image in .*own.json"):
        read(tmp_path, dict(CONTENT, images=[], annotations=[]), "negative")
    with pytest.raises(FileNotFoundError, match="there is no none.json"):
        coco_json.read("none.json", unlisted="negative")


def with_name(part, key, value):
    content = json.loads(json.dumps(CONTENT))
    content[part][0][key] = value
    return content


def test_names_are_texts(tmp_path):
    with pytest.raises(ValueError, match=r"own.json: images\[0\] has file_name=None: write a text"):
        read(tmp_path, with_name("images", "file_name", None), "negative")
    with pytest.raises(ValueError, match=r"own.json: categories\[0\] has name=None: write a text"):
        read(tmp_path, with_name("categories", "name", None), "negative")


def test_a_byte_order_mark(tmp_path):
    file = tmp_path / "own.json"
    file.write_text(json.dumps(CONTENT), encoding="utf-8-sig")
    assert coco_json.read(str(file), unlisted="negative").classes == ("cat", "dog")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder: give the path of a file"):
        coco_json.read(str(tmp_path), unlisted="negative")


def test_one_file_under_two_spellings(tmp_path):
    """Two ids of one path are one image if their labels are the same, and a contradiction else."""
    images = [dict(id=7, file_name="x/b.jpg"), dict(id=3, file_name="./x\\b.jpg")]
    found = read(tmp_path, dict(CONTENT, images=images, annotations=[]), "unknown")
    assert found.images == ["x/b.jpg"] and found.ids is None
    with pytest.raises(
        ValueError, match="'x/b.jpg' twice with different labels, id '7' and id '3'"
    ):
        read(tmp_path, dict(CONTENT, images=images), "unknown")


def test_paths_keep_host_and_folder(tmp_path):
    """Equal file names below different hosts and folders are different images."""
    urls = ["https://a.org/train/1.jpg", "https://b.org/train/1.jpg", "https://a.org/val/1.jpg"]
    images = [dict(id=number, coco_url=url) for number, url in enumerate([*urls, "train/1.jpg"])]
    file = tmp_path / "own.json"
    file.write_text(json.dumps(dict(CONTENT, images=images, annotations=[])))
    found = coco_json.read(str(file), unlisted="unknown", file_key="coco_url")
    assert found.images == [*urls, "train/1.jpg"]


def test_predictions(tmp_path):
    file = tmp_path / "own.json"
    scored = [
        dict(a, score=score) for a, score in zip(CONTENT["annotations"], (0.2, 0.6), strict=True)
    ]
    scored[0]["category_id"] = 10
    file.write_text(json.dumps(dict(CONTENT, annotations=scored)))
    with pytest.raises(ValueError, match="score=0.2, as predictions have, .* with min_score"):
        coco_json.read(str(file), unlisted="negative")
    found = coco_json.read(str(file), unlisted="negative", min_score=0.5)
    assert found.labels.dense().tolist() == [[0, 1], [0, 0]]


def test_classes_that_images_list(tmp_path):
    """LVIS lists absent classes, and present ones that are not fully annotated."""
    images = [
        dict(id=7, file_name="b.jpg", neg_category_ids=[10], not_exhaustive_category_ids=[20]),
        dict(id=3, file_name="a.jpg", neg_category_ids=[20], pos_category_ids=[10]),
        dict(id=4, file_name="c.jpg", neg_category_ids=[]),
        dict(id=5, file_name="d.jpg"),
    ]
    content = dict(CONTENT, images=images)
    found = read(tmp_path, content, "unknown")
    assert found.labels.dense().tolist() == [[0, 1], [1, 0], [-1, -1], [-1, -1]]
    with pytest.raises(ValueError, match="own.json: images have neg_.* with unlisted='unknown'"):
        read(tmp_path, content, "negative")
    images[1]["neg_category_ids"] = [10]
    with pytest.raises(ValueError, match="own.json says that 'cat' is in image 3, but has it in"):
        read(tmp_path, content, "unknown")


def test_lvis_v1_has_addresses_in_the_place_of_file_names(tmp_path):
    url = "http://images.cocodataset.org/val2017/1.jpg"
    images = [
        dict(id=7, coco_url=url, neg_category_ids=[], not_exhaustive_category_ids=[]),
        dict(id=3, coco_url=url.replace("val", "train"), neg_category_ids=[]),
    ]
    found = read(tmp_path, dict(CONTENT, images=images), "unknown")
    assert found.images == ["val2017/1.jpg", "train2017/1.jpg"]
    del images[1]["coco_url"]
    with pytest.raises(ValueError, match=r"images\[1\] has no file_name"):
        read(tmp_path, dict(CONTENT, images=images), "unknown")


@pytest.mark.parametrize("empty, unlooked", [
    ("empty", [-1, -1]), ("Blank", [-1, -1]), ("nothing", [-1, -1]), ("fox", [0, 0]),
])  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_images_of_camera_traps_that_nobody_has_looked_at(tmp_path, said, empty, unlooked, place):
    """Images without an animal have the class empty, which may be any category."""
    content = dict(
        images=[dict(id=f"{i}", file_name=f"{i}.jpg") for i in range(3)],
        annotations=[dict(image_id=str(i), category_id=i) for i in range(2)],
        categories=[dict(id=place, name=empty), dict(id=1 - place, name="deer")],
    )
    found = read(tmp_path, content, "negative")
    assert found.labels.dense().tolist() == [[1, 0], [0, 1], unlooked]
    note = "1 images have no class at all: all their labels are unknown"
    assert (note in " ".join(said)) == (-1 in unlooked)


def test_an_animal_that_nobody_knows(tmp_path, said):
    content = dict(
        images=[dict(id=1, file_name="1.jpg")],
        annotations=[dict(image_id=1, category_id=2)],
        categories=[dict(id=1, name="deer"), dict(id=2, name="Unknown")],
    )
    read(tmp_path, content, "unknown")
    assert not said
    read(tmp_path, content, "negative")
    assert "other classes are negative in its images, such as '1.jpg'" in said[0]


def test_animals_in_empty_images(tmp_path, said):
    content = dict(
        images=[dict(id=i, file_name=f"{i}.jpg") for i in range(2)],
        annotations=[dict(image_id=i, category_id=c) for i, c in ((0, 0), (1, 0), (1, 1))],
        categories=[dict(id=0, name="empty"), dict(id=1, name="deer")],
    )
    read(tmp_path, content, "unknown")
    assert "'empty' together with another class in 1 images, such as '1.jpg': both" in said[0]
    content["annotations"].pop()
    said.clear()
    read(tmp_path, content, "unknown")
    assert not said


def test_labels_of_sequences(tmp_path, said):
    """Somebody has looked at a burst as a whole, so its last photo may be empty."""
    annotations = [
        dict(CONTENT["annotations"][0], sequence_level_annotation=value) for value in (True, False)
    ]
    read(tmp_path, dict(CONTENT, annotations=annotations), "negative")
    assert "own.json: 1 annotations are of whole sequences (sequence_level_annotation)" in said[0]
    with pytest.raises(
        ValueError, match=r"annotations\[0\] has seq_id, category_id; write one for"
    ):
        read(tmp_path, dict(CONTENT, annotations=[dict(seq_id="a", category_id=10)]), "negative")
