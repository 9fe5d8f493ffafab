"""COCO's format as other tools write it: read as it is meant, or refused with a reason."""

import json
import tracemalloc
from unittest.mock import patch

import pytest

from mmpartial.formats.coco.reader import read_coco_json

IMAGES = [dict(id=1, file_name="1.jpg"), dict(id=2, file_name="2.jpg")]
CATEGORIES = [dict(id=1, name="cat"), dict(id=2, name="dog")]


def annotation(image_id=1, category_id=1, **more):
    return dict(id=1, image_id=image_id, category_id=category_id, bbox=[0, 0, 1, 1], **more)


def read(tmp_path, *annotations, images=IMAGES, categories=CATEGORIES, text=None, **options):
    """The classes, and the names of image and class of each annotation."""
    file = tmp_path / "own.json"
    content = dict(images=images, annotations=annotations, categories=categories)
    file.write_text(text or json.dumps(content))
    found = read_coco_json(str(file), **options)
    names = found.files
    pairs = zip(found.image.tolist(), found.category.tolist(), strict=True)
    return found.classes, [(names[i], found.classes[c]) for i, c in pairs]


def told(tmp_path, *annotations, **options):
    """What is logged."""
    with patch("mmpartial.utils.log.print_log") as log:
        read(tmp_path, *annotations, **options)
    return " ".join(call.args[0] for call in log.call_args_list)


def test_ids_that_are_texts(tmp_path):
    """iWildCam and other camera traps: image ids are UUIDs, category 0 is an image without."""
    images = [dict(id="5998cfa4-23d2", file_name="5998cfa4-23d2.jpg", location=3, seq_id="30048d")]
    found = read(
        tmp_path,
        dict(id="a1-b", image_id="5998cfa4-23d2", category_id=0),
        images=images,
        categories=[dict(id=10, name="deer", count=3), dict(id=0, name="empty", count=1)],
    )
    assert found == (["empty", "deer"], [("5998cfa4-23d2.jpg", "empty")])


def test_categories_that_have_texts_as_ids(tmp_path):
    categories = [dict(id="n02", name="dog"), dict(id="n01", name="cat")]
    assert read(tmp_path, annotation(2, "n02"), categories=categories) == (
        ["cat", "dog"],
        [("2.jpg", "dog")],
    )


@pytest.mark.parametrize(
    "image_id, category_id, images",
    [
        (2.0, 1.0, IMAGES),  # as pandas writes whole numbers beside blank ones
        ("2", 1, IMAGES),  # as the VGG Image Annotator writes them
        (2, "1", [dict(id="1", file_name="1.jpg"), dict(id="2", file_name="2.jpg")]),
        (2, 1, [dict(id=1.0, file_name="1.jpg"), dict(id=2.0, file_name="2.jpg")]),
    ],
)
def test_the_same_ids_written_otherwise(tmp_path, image_id, category_id, images):
    _, pairs = read(tmp_path, annotation(image_id, category_id), images=images)
    assert pairs == [("2.jpg", "cat")]


def test_ids_of_two_types_are_told(tmp_path):
    log = told(tmp_path, annotation("2"))
    assert "own.json refers with image_id='2' to the id 2: numbers and texts count as the" in log
    assert told(tmp_path, annotation(2.0)) == ""


@pytest.mark.parametrize(
    "wrong, shown",
    [
        (True, "True"), (None, "None"), (1.5, "1.5"), ([1, 2], r"\[1, 2\]"), ("", "''"),
        ({"id": 1}, r"\{'id': 1\}"), (float("nan"), "nan"), (float("inf"), "inf"),
        (1e300, r"1e\+300"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["image_id", "category_id"])
def test_what_is_no_id(tmp_path, key, wrong, shown):
    message = rf"own.json: annotations\[1\] has {key}={shown}: an id is a whole number or a text"
    with pytest.raises(ValueError, match=message):
        read(tmp_path, annotation(), annotation() | {key: wrong})
    images = [dict(id=wrong, file_name="1.jpg")]
    with pytest.raises(ValueError, match=rf"own.json: images\[0\] has id={shown}: an id is"):
        read(tmp_path, images=images)


@pytest.mark.parametrize("category_id", [-1, 7, "01", "cat", 10**30])
def test_categories_that_are_not_listed(tmp_path, category_id):
    message = f"image 1 with category_id {category_id!r}, which its categories do not list"
    with pytest.raises(ValueError, match=message):
        read(tmp_path, annotation(1, category_id))


def test_no_annotation_is_inside_of_another(tmp_path):
    """CVAT and FiftyOne write attributes of any name into annotations."""
    attributes = dict(image_id=2, category_id=2, parts=[dict(image_id=2, category_id=2)])
    _, pairs = read(tmp_path, annotation(attributes=attributes))
    assert pairs == [("1.jpg", "cat")]
    images = [dict(IMAGES[0], annotations=[annotation(1, 2)]), IMAGES[1]]
    assert read(tmp_path, annotation(), images=images)[1] == [("1.jpg", "cat")]
    categories = [dict(CATEGORIES[0], file_name="x", keypoints=["nose"]), CATEGORIES[1]]
    assert read(tmp_path, annotation(), categories=categories)[1] == [("1.jpg", "cat")]


ROBOFLOW = [
    dict(id=0, name="animals", supercategory="none"),
    dict(id=1, name="cat", supercategory="animals"),
    dict(id=2, name="dog", supercategory="animals"),
]


def test_roboflows_category_of_all(tmp_path):
    assert read(tmp_path, annotation(), categories=ROBOFLOW)[0] == ["cat", "dog"]
    assert "category 'animals' of id 0 is left out" in told(tmp_path, categories=ROBOFLOW)
    one = [dict(id=0, name="pothole", supercategory="none"),
           dict(id=1, name="pothole", supercategory="pothole")]  # fmt: skip
    assert read(tmp_path, annotation(), categories=one)[0] == ["pothole"]


@pytest.mark.parametrize(
    "categories, annotations",
    [
        (ROBOFLOW, [annotation(1, 0)]),  # it has an object
        ([*ROBOFLOW, dict(id=3, name="car", supercategory="none")], []),
        ([dict(ROBOFLOW[0], supercategory="things"), *ROBOFLOW[1:]], []),
        ([dict(ROBOFLOW[0], id=9), *ROBOFLOW[1:]], []),
        (ROBOFLOW[:1], []),
        ([{k: v for k, v in c.items() if k != "supercategory"} for c in ROBOFLOW], []),
    ],
)
def test_a_category_0_that_is_a_class(tmp_path, categories, annotations):
    assert "animals" in read(tmp_path, *annotations, categories=categories)[0]


@pytest.mark.parametrize("score", [0.3, 0, 2, 0.999])
def test_predictions_are_no_labels(tmp_path, score):
    message = rf"own.json: annotations\[1\] has score={score}, as predictions have, which are not"
    with pytest.raises(ValueError, match=message):
        read(tmp_path, annotation(), annotation(2, 2, score=score))


def test_predictions_of_some_score(tmp_path):
    """FiftyOne and Datumaro write the score of a label, if it has one."""
    scored = [annotation(1, 1, score=0.5), annotation(2, 1, score=0.49), annotation(2, 2)]
    _, pairs = read(tmp_path, *scored, min_score=0.5)
    assert pairs == [("1.jpg", "cat"), ("2.jpg", "dog")]
    assert len(read(tmp_path, annotation(score=1.0), annotation(score=None))[1]) == 2
    for wrong in ("0.9", True, [1], float("nan")):
        with pytest.raises(ValueError, match=r"own.json: annotations\[0\] has score=.*is a number"):
            read(tmp_path, annotation(score=wrong), min_score=0.5)


def test_what_is_marked_ignore_counts_and_is_told(tmp_path):
    marked = [annotation(1, 1, ignore=1), annotation(2, 2, iscrowd=1, ignore=0)]
    assert len(read(tmp_path, *marked)[1]) == 2
    assert "own.json: 1 annotations are marked ignore, and count as objects" in told(
        tmp_path, *marked
    )


@pytest.mark.parametrize(
    "text, message",
    [
        ("[]", r"no images and no annotations and no categories: .* it is a list, as results of"),
        (json.dumps([annotation(score=0.9)]), "it is a list, as results of a detector are"),
        ('{"info": {}}', r"no images and no annotations .*; its keys are info\."),
        ('{"info": {}, "categories": {}, "items": []}', "its keys are info, categories, items"),
        ("null", "no images and no annotations and no categories"),
        ("3 4", "is not complete JSON in UTF-8 .*Extra data"),
        ('{"images": [], "images": []}', "the key 'images' is there twice"),
        ('{"annotations": [{"image_id": 1, "image_id": 2}]}', "key 'image_id' is there twice"),
        ('{"annotations": [1, ]}', "has no keys"),
        ('{"images": [{"id": 1 "x"}]}', "is not complete JSON in UTF-8 .*Expecting ',' delimiter"),
        ('{"images": [] "x"', "is not complete JSON in UTF-8 .*Expecting ',' delimiter"),
        ('{"images" []', "is not complete JSON in UTF-8 .*Expecting ':' delimiter"),
        ("{1: []}", "is not complete JSON in UTF-8 .*Expecting property name"),
        ('{"images": [' + "[" * 100_000, "has lists or objects nested too deeply"),
    ],
)
def test_other_files(tmp_path, text, message):
    with pytest.raises(ValueError, match=f"own.json.*{message}"):
        read(tmp_path, text=text)


@pytest.mark.parametrize(
    "other, message",
    [
        (dict(id=1, image_id=1, caption="A cat."), "caption, as captions have; take an instances_"),
        (dict(segments_info=[], image_id=1), "image_id, as panoptic segments have; take an inst"),
        (dict(id=1, bbox=[0, 0, 1, 1]), r"annotations\[1\] has id, bbox; take an instances_"),
    ],
)
def test_annotations_of_another_kind(tmp_path, other, message):
    with pytest.raises(ValueError, match=f"own.json: it has annotations without .*{message}"):
        read(tmp_path, annotation(), other)


def test_two_images_of_one_file(tmp_path):
    images = [dict(id="a", file_name="1.jpg"), dict(id="b", file_name="1.jpg")]
    with pytest.raises(ValueError, match="images 'a' and 'b' have the same file_name '1.jpg': rem"):
        read(tmp_path, images=images)


def test_images_and_categories_as_they_are_listed(tmp_path):
    with pytest.raises(
        ValueError, match=r"images\[0\] has no file_name; its keys are id, coco_url"
    ):
        read(tmp_path, images=[dict(id=1, coco_url="http://images.org/1.jpg")])
    with pytest.raises(ValueError, match=r"own.json: images\[0\] is 'x', not an object"):
        read(tmp_path, images=["x"])
    with pytest.raises(ValueError, match=r"categories\[0\] has no id; its keys are name"):
        read(tmp_path, categories=[dict(name="cat")])
    with pytest.raises(ValueError, match=r"categories\[0\] has name=' ': write a text in quotes"):
        read(tmp_path, categories=[dict(id=1, name=" ")])
    with pytest.raises(ValueError, match="images have the ids 1 and 'a': write all as numbers or"):
        read(tmp_path, images=[*IMAGES, dict(id="a", file_name="3.jpg")])


def test_paths_under_another_key(tmp_path):
    images = [
        dict(id=1, coco_url="http://a.org/train/1.jpg"),
        dict(id=2, coco_url="http://b.org/1.jpg"),
    ]
    _, pairs = read(tmp_path, annotation(2, 1), images=images, file_key="coco_url")
    assert pairs == [("http://b.org/1.jpg", "cat")]


def test_annotations_take_little_memory(tmp_path):
    """Boxes and segments are dropped while the file is read."""
    file = tmp_path / "own.json"
    segment = list(range(100, 200))
    many = [annotation(segmentation=[segment], number=n) for n in range(2_000)]
    file.write_text(json.dumps(dict(images=IMAGES, annotations=many, categories=CATEGORIES)))
    read_coco_json(str(file))
    tracemalloc.start()
    found = read_coco_json(str(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.image) == 2_000 and peak < 3.5 * file.stat().st_size
