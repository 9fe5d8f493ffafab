"""JSON and JSON Lines with lists of class names."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from mmpartial.formats import json_lists
from tests.formats.some_annotations import annotations, contents

RECORDS = [
    dict(image="a.jpg", positive=["cat"], negative=["dog", "bird"]),
    dict(image="b.jpg", positive=["dog"]),
    dict(image="c.jpg", negative=["cat"], positive=None),
    dict(image="d.jpg"),
]


def write(tmp_path, records, name):
    file = tmp_path / name
    if isinstance(records, bytes):
        file.write_bytes(records)
    elif name.lower().endswith((".jsonl", ".ndjson")):
        file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    else:
        file.write_text(json.dumps(records))
    return str(file)


@pytest.mark.parametrize("name", ["lists.json", "lists.jsonl", "lists.JSONL", "lists.ndjson"])
def test_lists(tmp_path, name):
    path = write(tmp_path, RECORDS, name)
    found = json_lists.read(path, unlisted="unknown", classes=["cat", "dog", "bird"])
    assert contents(found) == (
        ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
        ["cat", "dog", "bird"],
        [[1, 0, 0], [-1, 1, -1], [0, -1, -1], [-1, -1, -1]],
    )
    found = json_lists.read(path, unlisted="negative")
    assert contents(found)[1:] == (
        ["bird", "cat", "dog"],
        [[0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]],
    )


def test_metadata_of_hugging_face(tmp_path):
    """Records with other keys, some of which say nothing about classes."""
    records = [
        dict(file_name="a.jpg", labels=["cat", "dog"], text="a cat"),
        dict(file_name="b.jpg", labels=[]),
    ]
    path = write(tmp_path, records, "metadata.jsonl")
    found = json_lists.read(path, unlisted="negative", image="file_name", positive="labels")
    assert contents(found) == (["a.jpg", "b.jpg"], ["cat", "dog"], [[1, 1], [0, 0]])


@pytest.mark.parametrize(
    "record, message",
    [
        (dict(image="e.jpg", negatives=["cat"]), "has the key 'negatives': a record has image, po"),
        (dict(positive=["cat"]), "has no image"),
        (dict(image="", positive=["cat"]), "has no image"),
        (dict(image=7, positive=["cat"]), "has image=7: write a path in quotes"),
        (dict(image="e.jpg", positive="cat"), "has positive='cat': write a list of class names"),
        (dict(image="e.jpg", positive=[1]), r"has positive=\[1\]: write a list of class names"),
        (dict(image="e.jpg", negative=["cat", None]), r"has negative=\['cat', None\]: write a li"),
        (dict(file_name="e.jpg", labels=[]), "and its keys are 'file_name', 'labels'"),
        ("e.jpg", "is no record of image, positive and negative"),
    ],
)
@pytest.mark.parametrize("name, where", [("x.json", "record 2"), ("x.jsonl", "line 3")])
def test_wrong_records(tmp_path, name, where, record, message):
    path = write(tmp_path, [*RECORDS[:2], record], name)
    with pytest.raises(ValueError, match=f"{name}, {where}.*{message}"):
        json_lists.read(path, unlisted="unknown")


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_wrong_labels(tmp_path, name):
    def read(records, **options):
        return json_lists.read(write(tmp_path, records, name), unlisted="unknown", **options)

    with pytest.raises(
        ValueError, match=f"{name} has 'cat' as positive and as negative .* 'a.jpg'"
    ):
        read([dict(image="a.jpg", positive=["cat"], negative=["cat"])])
    with pytest.raises(ValueError, match="image 'a.jpg': there is no class 'dog' .* is 'dogs'"):
        read(RECORDS, classes=["cat", "dogs", "bird"])
    with pytest.raises(ValueError, match="'a.jpg' has a class without a name"):
        read([dict(image="a.jpg", positive=[""])])
    with pytest.raises(ValueError, match="lists the image 'a.jpg' twice with different labels"):
        read([*RECORDS, dict(image="a.jpg", positive=["cat"])])
    assert len(read([*RECORDS, RECORDS[0]])) == len(RECORDS)


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("x.json", b'[{"image": "a.jpg"', "x.json is not complete JSON in UTF-8"),
        (
            "x.json",
            b'[{"image": "\xe9.jpg"}]',
            "x.json, line 1 is not complete JSON in UTF-8 .*0xe9",
        ),
        ("x.json", b"", "x.json is not complete JSON"),
        ("x.json", b"[]", "there is no image in .*x.json"),
        ("x.json", b"{}", "x.json is not a list of records"),
        (
            "x.json",
            b'[{"image": "a", "positive": ["x"], "positive": ["y"]}]',
            "x.json: the key 'positive' is there twice",
        ),
        (
            "x.jsonl",
            b'{"image": "b"}\n{"image": "a", "positive": ["x"], "positive": ["y"]}\n',
            "x.jsonl, line 2 is not a record: the key 'positive' is there twice",
        ),
        ("x.json", b'[{"image": "a", "positive": ["x", " x"]}]', "has the class ' x': remove the"),
        ("x.jsonl", b'{"image": " a", "positive": ["x"]}', "has the image ' a': remove the space"),
        ("x.jsonl", b'{"image": "a"}\n{"image": "b", "pos', "jsonl, line 2 is not complete JSON"),
        (
            "x.jsonl",
            b'{"image": "a"}\n{"image": "\xe9"}\n',
            r"^\S*x.jsonl, line 2 is not complete JSON .*e9",  # the file is named once
        ),
        ("x.jsonl", b"", "there is no image in .*x.jsonl"),
    ],
)
def test_damaged_files(tmp_path, name, text, message):
    with pytest.raises(ValueError, match=message):
        json_lists.read(write(tmp_path, text, name), unlisted="unknown")


def test_wrong_options():
    with pytest.raises(FileNotFoundError, match="there is no none.jsonl"):
        json_lists.read("none.jsonl", unlisted="unknown")
    with pytest.raises(FileNotFoundError, match="there is no none.json"):
        json_lists.read("none.json", unlisted="unknown")


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(annotations())
@pytest.mark.parametrize("name", ["lists.json", "lists.jsonl", "lists.NDJSON"])
def test_round_trip(tmp_path, name, ours):
    path = str(tmp_path / name)
    lost = " ".join(json_lists.write(ours, path))
    assert ("classes without a known label" in lost) == (ours.labels.count(-1) == len(ours)).any()
    assert ("ids of the images" in lost) == (ours.ids is not None)
    theirs = json_lists.read(path, unlisted="unknown", classes=ours.classes)
    assert contents(theirs) == contents(ours)


@pytest.mark.parametrize("name", ["cat,dog", "cat|dog", "dog; cat"])
def test_several_classes_in_one_text(tmp_path, name):
    records = [dict(image=f"{n}.jpg", positive=[n]) for n in ("cat", "dog")]
    path = write(tmp_path, [*records, dict(image="3.jpg", positive=[name])], "x.json")
    with pytest.raises(ValueError, match="beside .*: several classes seem to be in one text"):
        json_lists.read(path, unlisted="negative")
    found = json_lists.read(path, unlisted="negative", classes=["cat", "dog", name])
    assert found.labels.dense()[2].tolist() == [0, 0, 1]
