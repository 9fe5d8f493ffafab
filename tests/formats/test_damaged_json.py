"""Damaged JSON of each format: it is read, or a sentence with the file's name says why not."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmpartial.formats import coco_json, json_lists, mmpretrain, splits
from tests.damage import ODD, damaged, mutated, read_or_told

COCO = dict(
    images=[dict(id=7, file_name="x/b.jpg"), dict(id=3, file_name="a.jpg")],
    annotations=[
        dict(id=1, image_id=7, category_id=20, score=1, ignore=0, attributes=dict(image_id=3)),
        dict(id=2, image_id=3, category_id=10),
    ],
    categories=[dict(id=20, name="dog", supercategory="none"), dict(id=10, name="cat")],
)
LISTS = [
    dict(image="a.jpg", positive=["cat"], negative=["dog", "bird"]),
    dict(image="b.jpg", positive=None),
]
MMPRETRAIN = dict(
    metainfo=dict(classes=["A", "B"]),
    data_list=[
        dict(img_path="1.jpg", gt_label=[0], gt_label_neg=[1], img_id="x"),
        dict(img_path="2.jpg", gt_label=[]),
    ],
)
SCORES = dict(
    metainfo=dict(classes=["A", "B"]),
    data_list=[
        dict(img_path="1.jpg", gt_score=[1, -1]),
        dict(img_path="2.jpg", gt_score=[0.0, 1.0]),
    ],
)
SPLITS = dict(
    classes=["sky", "sea"],
    splits=dict(train=[dict(img="1.jpg", labels=[1, 0]), dict(img="2.jpg", labels=[])]),
)
FORMATS = [
    ("coco.json", coco_json, COCO, dict(unlisted="negative")),
    ("lists.json", json_lists, LISTS, dict(unlisted="unknown")),
    ("lists.jsonl", json_lists, LISTS, dict(unlisted="unknown")),
    ("labels.json", mmpretrain, MMPRETRAIN, {}),
    ("scores.json", mmpretrain, SCORES, {}),
    ("splits.json", splits, SPLITS, dict(split="train", unlisted="negative")),
]
each_format = pytest.mark.parametrize("name, format, content, options", FORMATS)
unchecked = settings(suppress_health_check=list(HealthCheck))
many = settings(unchecked, max_examples=200)


def check(file, text, format, options):
    """A file's text is read as annotations of texts, or a sentence says why not."""
    file.write_bytes(text)
    found = read_or_told(lambda: format.read(str(file), **options), file)
    if found is None:
        return False
    assert all(isinstance(name, str) and name.encode() for name in found.images)
    assert all(isinstance(name, str) and name.encode() for name in found.names)
    assert set(found.labels.dense().ravel().tolist()) <= {1, 0, -1}
    return True


def lines(name, text):
    """A list of records, as the name of the file says."""
    if not name.endswith(".jsonl"):
        return text.encode()
    content = json.loads(text)
    records = content if isinstance(content, list) else [content]
    return "\n".join(map(json.dumps, records)).encode()


@each_format
@many
@given(st.data())
def test_values_of_other_types(tmp_path, name, format, content, options, data):
    value = data.draw(mutated(content) | st.sampled_from(ODD))
    check(tmp_path / name, lines(name, json.dumps(value)), format, options)


@each_format
@unchecked
@given(st.data())
def test_other_bytes(tmp_path, name, format, content, options, data):
    text = data.draw(damaged(lines(name, json.dumps(content))))
    check(tmp_path / name, text, format, options)


@each_format
def test_the_whole_file(tmp_path, name, format, content, options):
    assert check(tmp_path / name, lines(name, json.dumps(content)), format, options)
