"""What tasks of Label Studio say, and each way they can be wrong."""

import json

import pytest
from hypothesis import given, settings

from mmpartial.formats.annotation_tools import label_studio
from tests.damage import annotations_or_told, damaged, mutated

from .label_studio_exports import BOX, annotation, answered, choices, export, record, save, task


def result(kind, value):
    return dict(type=kind, from_name="choice", to_name="image", value={kind: value})


OTHERS = [
    ("taxonomy", [["animal", "cat"]]), ("textarea", ["a cat"]), ("rating", 4), ("number", 2),
    ("polygonlabels", ["cat"]),
]  # fmt: skip


@pytest.mark.parametrize("kind, value", OTHERS)
@pytest.mark.parametrize("unlisted", ["unknown", "negative"])
def test_other_controls(tmp_path, kind, value, unlisted):
    """They are no choices, in either export, whatever is asked for."""
    named = dict(unlisted=unlisted, present="choice", absent="", classes=["cat"])
    content = [task(1, "1.jpg", annotation(result(kind, value))), task(2, "2.jpg", annotation())]
    with pytest.raises(
        ValueError, match=f"no choices of the control 'choice', which is {kind} and"
    ):
        label_studio.read(save(tmp_path, content), **named)
    with pytest.raises(
        ValueError, match=rf"the control 'present', but 'choice' \({kind}\): set pre"
    ):
        label_studio.read(save(tmp_path, content), unlisted=unlisted, classes=["cat"])
    content = [record(1, "1.jpg", choice=[{"x": 1.5, kind: value}]), record(2, "2.jpg")]
    with pytest.raises(
        ValueError, match=f"no choices of the control 'choice', which is {kind} and"
    ):
        label_studio.read(save(tmp_path, content), **named)


def test_a_control_that_changed_its_type(tmp_path):
    content = [
        answered(1, "1.jpg", "cat", control="choice"),
        task(2, "2.jpg", annotation(result("taxonomy", [["dog"]]))),
    ]
    with pytest.raises(ValueError, match="no choices of the control 'choice', which is taxonomy"):
        label_studio.read(save(tmp_path, content), unlisted="negative", present="choice", absent="")


def test_nothing_chosen_is_an_answer_beside_a_choice(tmp_path):
    content = [answered(1, "1.jpg", "cat"), task(2, "2.jpg", annotation(BOX)), task(3, "3.jpg")]
    found = label_studio.read(save(tmp_path, content), unlisted="negative")
    assert found.labels.dense().tolist() == [[1], [0], [-1]]


@pytest.mark.parametrize(
    "value, message",
    [
        (dict(choices=["cat", ["animal", "dog"]]), "nested choices are not read"),
        (["cat", dict(choices=["dog", None])], r"has choices \['dog', None\] of 'present'"),
        ('{"choices": ["cat", "dog"]}', "of 'present', a list in a text: export JSON or JSON-MIN"),
        ('["cat", "dog"]', "of 'present', a list in a text"),
        ("cat,dog", "the class 'cat,dog' beside 'cat', 'dog': several classes seem to be in one"),
        ("cat; dog", "the class 'cat; dog' beside 'cat', 'dog'"),
        (["cat", 7], "no choices of the control 'present', which is int"),
    ],
)
def test_lists_in_json_min(tmp_path, value, message):
    content = [record(1, "1.jpg", present=["cat", "dog"]), record(2, "2.jpg", present=value)]
    with pytest.raises(ValueError, match=message):
        label_studio.read(save(tmp_path, content), unlisted="negative", absent="")


def test_a_class_whose_name_looks_like_a_list(tmp_path):
    content = [record(1, "1.jpg", present=["cat", "dog"]), record(2, "2.jpg", present="cat,dog")]
    names = ["cat", "dog", "cat,dog"]
    found = label_studio.read(save(tmp_path, content), unlisted="unknown", absent="", classes=names)
    assert found.labels.dense().tolist() == [[1, 1, -1], [-1, -1, 1]]
    content[1]["present"] = "cat, tabby"
    assert (
        len(label_studio.read(save(tmp_path, content), unlisted="unknown", absent="").classes) == 3
    )


def test_ids_of_tasks(tmp_path):
    content = [record("a", "1.jpg", present="cat"), record("b", "2.jpg", present="dog")]
    assert len(label_studio.read(save(tmp_path, content), unlisted="unknown", absent="")) == 2
    content = [record(1, "1.jpg", present="cat"), record(True, "2.jpg", present="dog")]
    with pytest.raises(ValueError, match="export.json, entry 2 has the id True: export it again"):
        label_studio.read(save(tmp_path, content), unlisted="unknown", absent="")
    content = [record(1, "1.jpg", present="cat"), record(1, "2.jpg", present="dog")]
    with pytest.raises(ValueError, match=r"task 1 \(entry 1\) has several images: give each task"):
        label_studio.read(save(tmp_path, content), unlisted="unknown", absent="")


@pytest.mark.parametrize(
    "damage, message",
    [
        (dict(was_cancelled="false"), r"task 3 \(entry 1\) lacks its data or the results"),
        (dict(result="none"), r"task 3 \(entry 1\) has an annotation without its results"),
        (dict(result=["cat"]), r"task 3 \(entry 1\) has an annotation without its results"),
        (dict(result=[dict(choices("present", "cat"), value=["cat", 1])]), "has choices"),
        (dict(result=[dict(choices(["present"], "cat"))]), "has choices of no control"),
    ],
)
def test_wrong_results(tmp_path, damage, message):
    content = export()
    content[0]["annotations"][0].update(damage)
    with pytest.raises(ValueError, match=message):
        label_studio.read(save(tmp_path, content), unlisted="unknown")


def minimal():
    """Of one control a text, a dict, a list; of others boxes and a rating."""
    return [
        record(3, "1.jpg", present=dict(choices=["cat", "犬"]), absent="dog", caption="it"),
        record(4, "2.jpg", None, box=[dict(x=1.5, rectanglelabels=["cat"])]),
        record(5, "3.jpg", 2, present=["cat", dict(choices=["dog"])], stars=[dict(rating=3)]),
    ]


@settings(deadline=None, max_examples=200)
@given(content=mutated(export()) | mutated(minimal()))
def test_wrong_values(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("label_studio") / "export.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    for unlisted in ("unknown", "negative"):
        annotations_or_told(
            lambda to=unlisted: label_studio.read(str(file), unlisted=to), "export.json"
        )


@settings(deadline=None)
@given(data=damaged(json.dumps(export()).encode()))
def test_damaged_files(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("label_studio") / "export.json"
    file.write_bytes(data)
    annotations_or_told(lambda: label_studio.read(str(file), unlisted="unknown"), "export.json")


@pytest.mark.parametrize("other, is_told", [("/data/upload/1/b.jpg?x=1", True), ("a.jpg", False)])
def test_tasks_with_two_images(tmp_path, said, other, is_told):
    """The choices may be about the image that is not read; a file name is no other image."""
    first = answered(1, "/data/upload/1/a.jpg", "cat")
    first["data"]["second"] = other
    told = "several images: 'image' is read, and 'second' not; check that the controls are"
    for content in ([first], [record(1, "/data/upload/1/a.jpg", present="cat", second=other)]):
        said.clear()
        label_studio.read(save(tmp_path, content), unlisted="negative", absent="")
        assert (told in " ".join(said)) == is_told
