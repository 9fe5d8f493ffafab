"""Label Studio's exports on miniatures, and each way they can be wrong."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from mmpartial.formats.annotation_tools import label_studio, label_studio_votes
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix

from ..some_annotations import annotations, check_round_trip, contents
from .label_studio_exports import annotation, choices, export, record, save, task

IMAGES = ["käse_1.jpg", "a b/2.jpg", "3.jpg", "4.jpg"]


NOBODY = [-1, -1, -1]


@pytest.mark.parametrize(
    "unlisted, rows", [("unknown", [[1, 0, 1], NOBODY]), ("negative", [[1, 0, 1], [0, 0, 0]])]
)
def test_reads_json(tmp_path, unlisted, rows):
    found = label_studio.read(save(tmp_path, export()), unlisted=unlisted)
    assert contents(found) == (IMAGES, ["cat", "dog", "犬"], [*rows, NOBODY, NOBODY])


def test_reads_json_min(tmp_path):
    box = [dict(x=1.5, rectanglelabels=["cat"], original_width=600)]
    two = [
        record(3, "1.jpg", present=dict(choices=["cat", "犬"]), absent="dog", box=box),
        record(4, "2.jpg"),
        record(5, "3.jpg", None),
        record(6, "4.jpg", 2, present="cat"),
        record(6, "4.jpg", 3, absent="dog"),
    ]
    found = label_studio.read(save(tmp_path, two), unlisted="unknown")
    rows = [[1, 0, 1], NOBODY, NOBODY, [1, 0, -1]]
    assert contents(found) == (["1.jpg", "2.jpg", "3.jpg", "4.jpg"], ["cat", "dog", "犬"], rows)
    found = label_studio.read(save(tmp_path, two[:3]), unlisted="negative")
    assert contents(found)[2] == [[1, 0, 1], [0, 0, 0], NOBODY]


def test_an_ordinary_project(tmp_path):
    content = [
        task(1, "1.jpg", annotation(choices("choice", "dog"), choices("quality", "good"))),
        task(2, "2.jpg", annotation()),
    ]
    file = save(tmp_path, content)
    config = tmp_path / "config.xml"
    config.write_text(
        '<View><Image name="image" value="$image"/><Choices name="choice" toName="image" '
        'choice="multiple"><Choice value="Katze" alias="cat"/><Choice value="dog"/></Choices>'
        '<Choices name="quality" toName="image"><Choice value="good"/></Choices></View>'
    )
    found = label_studio.read(
        file, unlisted="negative", present="choice", absent="", classes=str(config)
    )
    assert contents(found) == (["1.jpg", "2.jpg"], ["cat", "dog"], [[0, 1], [0, 0]])
    with pytest.raises(ValueError, match=r"no choices of the control 'present', but 'choice', 'qu"):
        label_studio.read(file, unlisted="negative", absent="")
    with pytest.raises(ValueError, match="config.xml has no choices of present or absent, its.*ch"):
        label_studio.read(file, unlisted="negative", classes=str(config))
    with pytest.raises(ValueError, match=r"'1.jpg of task 1 \(entry 1\), .*no class 'dog'.*'cat'"):
        label_studio.read(file, unlisted="negative", present="choice", absent="", classes=["cat"])
    config.write_text("<View>")
    with pytest.raises(ValueError, match="config.xml is not complete XML"):
        label_studio.read(file, unlisted="negative", classes=str(config))


def test_several_annotators(tmp_path):
    cat, ox, no_ox = choices("present", "cat"), choices("present", "ox"), choices("absent", "ox")
    content = [
        task(8, "1.jpg", annotation(cat), annotation(ox)),
        task(9, "2.jpg", annotation(ox), annotation(no_ox)),
    ]
    file = save(tmp_path, content)
    found = label_studio.read(file, unlisted="unknown", conflicts="unknown")
    assert contents(found)[2] == [[1, 1], [-1, -1]]
    with pytest.raises(ValueError, match=r"task 9 \(entry 2\): annotations disagree on 'ox'"):
        label_studio.read(file, unlisted="unknown")
    with pytest.raises(ValueError, match=r"task 8 \(entry 1\): annotations disagree on 'cat'"):
        label_studio.read(file, unlisted="negative")
    with pytest.raises(ValueError, match="conflicts='last': choose 'error' or 'unknown'"):
        label_studio.read(file, unlisted="unknown", conflicts="last")


def no_image(content):
    content[1]["data"] = dict(photo="2.jpg")


def images(content):
    content[1]["data"] = dict(image=["2.jpg", "3.jpg"])


def nested(content):
    content[0]["annotations"][0]["result"] = [choices("present", ["animal", "cat"])]


def both(content):
    content[0]["annotations"][0]["result"].append(choices("absent", "cat"))


def twice(content):
    content[3] = task(9, content[0]["data"]["image"], annotation(choices("present", "dog")))


@pytest.mark.parametrize(
    "damage, message",
    [
        (images, r"task 4 \(entry 2\) has a list as 'image': give each image its own task"),
        (no_image, r"task 4 \(entry 2\) has no text as 'image': .* among 'photo'"),
        (nested, r"task 3 \(entry 1\) has choices \[\['animal', 'cat'\]\] of 'present'"),
        (both, r"has 'cat' as positive and as negative in the image 'käse_1.jpg of task 3"),
        (twice, "lists the image 'käse_1.jpg' twice with different labels"),
        (lambda content: content[2].pop("data"), r"task 5 \(entry 3\) lacks its data"),
        (lambda content: content[2].update(data=["1.jpg"]), r"task 5 \(entry 3\) lacks it"),
        (lambda content: content[2].update(annotations=[7]), r"task 5 \(entry 3\) lacks"),
        (lambda content: content[2].update(completions=[]), "is of Label Studio before 1.0"),
        (lambda content: content.append("task"), "is not a list of tasks: export JSON or JSON-MIN"),
        (lambda content: content.clear(), "there is no image in"),
    ],
)
def test_wrong_contents(tmp_path, damage, message):
    content = export()
    damage(content)
    with pytest.raises(ValueError, match=message):
        label_studio.read(save(tmp_path, content), unlisted="unknown")


def test_the_same_task_twice(tmp_path):
    found = label_studio.read(save(tmp_path, [*export(), export()[0]]), unlisted="unknown")
    assert list(found.images) == IMAGES


def test_wrong_files(tmp_path):
    file = tmp_path / "export.json"
    with pytest.raises(FileNotFoundError, match="export.json"):
        label_studio.read(str(file), unlisted="unknown")
    whole = json.dumps(export(), ensure_ascii=False)
    cut, latin = whole[: len(whole) // 2].encode(), whole.replace("犬", "ö").encode("latin-1")
    for text in (b"", cut, latin, whole.encode("utf-16")):
        file.write_bytes(text)
        with pytest.raises(ValueError, match="export.json.* is not complete JSON in UTF-8"):
            label_studio.read(str(file), unlisted="unknown")
    file.write_text(json.dumps(dict(images=[], annotations=[], categories=[])))
    with pytest.raises(ValueError, match="is not a list of tasks"):
        label_studio.read(str(file), unlisted="unknown")
    with pytest.raises(ValueError, match="unlisted='no'"):
        label_studio.read(str(file), unlisted="no")


@settings(deadline=None)
@given(ours=annotations())
def test_round_trip(tmp_path_factory, ours):
    folder = tmp_path_factory.mktemp("label_studio")
    file, config = str(folder / "tasks.json"), str(folder / "tasks.config.xml")
    lost = label_studio.write(ours, file)
    assert sorted(path.name for path in folder.iterdir()) == ["tasks.config.xml", "tasks.json"]
    theirs = label_studio.read(file, unlisted="unknown", classes=config)
    of_classes = [sentence for sentence in lost if "give classes=tasks.config.xml" in sentence]
    check_round_trip(ours, [sentence for sentence in lost if sentence not in of_classes], theirs)
    known = ours.labels.count(-1) < len(ours)
    in_order = list(ours.classes) == sorted(ours.classes)
    assert len(of_classes) == (not known.all()) + (not in_order)


def test_says_what_is_lost(tmp_path):
    labels = LabelMatrix.from_dense([[1, -1], [0, -1]])
    ours = Annotations(["/home/me/1.jpg", "2.jpg"], ["dog", "cat"], labels)
    file = str(tmp_path / "tasks.json")
    hint = "give classes=tasks.config.xml where you read the file."
    assert label_studio.write(ours, file) == [
        f"classes without a known label, cat: {hint}",
        f"the order of the classes: {hint}",
        "the / before 1 paths: set data_prefix to /.",
    ]
    assert label_studio.read(file, unlisted="unknown").images == ["home/me/1.jpg", "2.jpg"]


def test_labels_have_a_byte_each(tmp_path, monkeypatch):
    seen = []

    def from_dense(labels):
        seen.append(labels.dtype)
        return LabelMatrix.from_dense(labels)

    spy = type("Spy", (), dict(from_dense=staticmethod(from_dense)))
    monkeypatch.setattr(label_studio_votes, "LabelMatrix", spy)
    label_studio.read(save(tmp_path, export()), unlisted="unknown")
    assert seen == ["int8"]


def test_writes_what_label_studio_imports(tmp_path):
    """Results have what https://labelstud.io/guide/predictions asks for, and fit the config."""
    ours = label_studio.read(save(tmp_path, export()), unlisted="unknown")
    label_studio.write(ours, str(tmp_path / "tasks.json"))
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert [t["data"]["image"] for t in tasks][:2] == [
        "/data/local-files/?d=k%C3%A4se_1.jpg", "/data/local-files/?d=a%20b/2.jpg",
    ]  # fmt: skip
    assert [len(t["annotations"]) for t in tasks] == [1, 0, 0, 0]
    view = ElementTree.parse(tmp_path / "tasks.config.xml").getroot()
    [image] = view.iter("Image")
    assert image.attrib == dict(name="image", value="$image")
    controls = {c.get("name"): c for c in view.iter("Choices")}
    for result in tasks[0]["annotations"][0]["result"]:
        control = controls[result["from_name"]]
        assert control.get("toName") == result["to_name"] == "image"
        assert control.get("choice") == "multiple" and result["type"] == "choices"
        named = [choice.get("value") for choice in control.iter("Choice")]
        assert named == ["cat", "dog", "犬"] and set(result["value"]["choices"]) <= set(named)
