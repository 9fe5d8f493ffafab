"""FiftyOne's exports on miniatures, and each way they can be wrong."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from mmpartial.formats.annotation_tools import fiftyone
from mmpartial.labels import encoding
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.labels.parts import forget
from tests.damage import annotations_or_told, damaged, mutated

from ..some_annotations import annotations, check_round_trip, contents


def classification(name, **more):
    oid = {"$oid": "6b01b1e0866598a2fe6a0dce"}
    return {"_id": oid, "_cls": "Classification", "tags": [], "label": name, **more}


def classifications(*names):
    return {"_cls": "Classifications", "classifications": [classification(n) for n in names]}


def sample(path, **fields):
    """A sample as FiftyOne 1.x writes it."""
    now = {"$date": "2026-01-21T14:59:44.372Z"}
    return {
        "filepath": path, "tags": ["validation"], "_media_type": "image", "_rand": 0.99,
        "metadata": {"_cls": "ImageMetadata", "width": 4, "height": 4, "num_channels": 3},
        **fields, "_dataset_id": {"$oid": "6b01b1e0866598a2fe6a0dcd"}, "created_at": now,
        "last_modified_at": now, "_id": {"$oid": "6b01b1e0866598a2fe6a0dd0"},
    }  # fmt: skip


def box(name):
    detection = {"_cls": "Detection", "label": name, "bounding_box": [0.1, 0.1, 0.5, 0.5]}
    return {"_cls": "Detections", "detections": [detection]}


def metadata(**more):
    return {
        "_id": {"$oid": "6b01b1e0866598a2fe6a0dcd"}, "name": "pets", "version": "1.22.1",
        "media_type": "image", "info": {}, "classes": {}, "default_classes": [],
        "sample_fields": [{"name": "filepath", "ftype": "fiftyone.core.fields.StringField"}],
        **more,
    }  # fmt: skip


def samples():
    """Two with labels of both signs, one in which nothing was found, one nobody looked at."""
    return [
        sample("data/a b/é1.jpg", detections=box("dog"),
               positive_labels={"_cls": "Classifications", "classifications": [
                   classification("cat", confidence=1.0), classification("cat")]},
               negative_labels=classifications("dog")),
        sample("data/2.png", positive_labels=classifications("犬"), negative_labels=None),
        sample("data/3.png", positive_labels=classifications()),
        sample("data/4.png", positive_labels=None),
    ]  # fmt: skip


IMAGES = ["a b/é1.jpg", "2.png", "3.png", "4.png"]
NOBODY = [-1, -1, -1]


def save(tmp_path, content, info=None):
    for name, part in (("samples.json", {"samples": content}), ("metadata.json", info)):
        if part is not None:
            (tmp_path / name).write_text(json.dumps(part), encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize("unlisted, x", [("unknown", -1), ("negative", 0)])
@pytest.mark.parametrize("file", ["", "samples.json"])
def test_reads_a_dataset(tmp_path, unlisted, x, file):
    save(tmp_path, samples(), metadata())
    found = fiftyone.read(str(tmp_path / file), unlisted=unlisted)
    rows = [[1, 0, x], [x, x, 1], [x, x, x], NOBODY]
    assert contents(found) == (IMAGES, ["cat", "dog", "犬"], rows)


def test_classes(tmp_path):
    three, four = ["犬", "dog", "cat"], ["犬", "dog", "ox", "cat"]
    for info, classes in (
        (metadata(default_classes=four, classes={"positive_labels": three}), four),
        (metadata(classes={"positive_labels": three, "negative_labels": ["dog"]}), three),
        ({"info": {"classes": four}}, four),
        ({}, ["cat", "dog", "犬"]),
    ):
        found = fiftyone.read(save(tmp_path, samples(), info), unlisted="unknown")
        assert list(found.classes) == classes
    path = save(tmp_path, samples(), metadata(default_classes=["cat", "dog"]))
    with pytest.raises(ValueError, match="samples.json, image '2.png': there is no class '犬'"):
        fiftyone.read(path, unlisted="unknown")
    assert len(fiftyone.read(path, unlisted="unknown", classes=four).classes) == 4


def test_other_fields(tmp_path):
    content = [
        sample("data/1.jpg", ground_truth=classification("cat"), other=classifications("x")),
        sample("data/2.jpg"),
    ]
    path = save(tmp_path, content)
    found = fiftyone.read(path, unlisted="negative", positive="ground_truth", negative="")
    assert contents(found) == (["1.jpg", "2.jpg"], ["cat"], [[1], [-1]])
    with pytest.raises(ValueError, match=r"in the field 'positive_labels', but 'ground_truth', 'o"):
        fiftyone.read(path, unlisted="unknown", negative="")
    with pytest.raises(ValueError, match=r"'negative_labels', but 'other': set negative to the"):
        fiftyone.read(path, unlisted="unknown", positive="ground_truth")


def test_media_that_was_not_exported(tmp_path):
    content = samples()
    for entry in content:
        entry["filepath"] = entry["filepath"].replace("data/", "/home/me/")
    path = save(tmp_path, content)
    assert fiftyone.read(path, unlisted="unknown", image_root="/home/me").images == IMAGES
    with pytest.raises(ValueError, match="'/home/me/a b/é1.jpg', which is not below 'data'"):
        fiftyone.read(path, unlisted="unknown")


def both(content):
    content[0]["negative_labels"] = classifications("cat")


def twice(content):
    content[1]["filepath"] = content[0]["filepath"]


def nameless(content):
    content[1]["positive_labels"] = classifications(None)


@pytest.mark.parametrize(
    "damage, message",
    [
        (both, "has 'cat' as positive and as negative in the image 'a b/é1.jpg'"),
        (twice, "lists the image 'a b/é1.jpg' twice with different labels"),
        (nameless, "has the label None in the image 'data/2.png'"),
        (lambda content: content[2].pop("filepath"), "samples.json, sample 3 has no filepath"),
        (lambda content: content[2].update(filepath=None), "samples.json, sample 3 has no filep"),
        (
            lambda content: content[1]["positive_labels"].update(classifications=["x"]),
            "has the label None in the image 'data/2.png'",
        ),
        (lambda content: content.clear(), "there is no image in"),
    ],
)
def test_wrong_samples(tmp_path, damage, message):
    content = samples()
    damage(content)
    with pytest.raises(ValueError, match=message):
        fiftyone.read(save(tmp_path, content), unlisted="unknown")


def test_an_image_twice_with_the_same_labels(tmp_path):
    path = save(tmp_path, [*samples(), samples()[3], samples()[0]])
    found = fiftyone.read(path, unlisted="negative")
    assert contents(found)[2] == [[1, 0, 0], [0, 0, 1], [0, 0, 0], NOBODY]


def labels_json(tmp_path, labels, classes=None):
    """``FiftyOneImageClassificationDataset``, with images that have nothing in them."""
    (tmp_path / "labels.json").write_text(json.dumps({"classes": classes, "labels": labels}))
    (tmp_path / "data" / "a b").mkdir(parents=True, exist_ok=True)
    for name in IMAGES:
        (tmp_path / "data" / name).touch()
    return str(tmp_path)


def test_nobody_looked_in_any_block(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "CHUNK", 3)  # a row
    found = fiftyone.read(save(tmp_path, [*samples(), sample("data/5.png")]), unlisted="negative")
    assert contents(found)[2] == [[1, 0, 0], [0, 0, 1], [0, 0, 0], NOBODY, NOBODY]


def test_forgets_in_little_memory():
    labels = LabelMatrix.from_entries([0], [0], True, (100_000, 300), 0)
    tracemalloc.start()
    found = forget(labels, np.arange(1, len(labels)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.counts.sum(1).tolist() == [300 * 99_999, 299, 1]
    assert peak < labels.shape[0] * labels.shape[1] * 8  # an int64 for each label


def test_reads_labels(tmp_path):
    rows = [[1, 0, 1], [0, 1, 0], [0, 0, 1], NOBODY]
    numbers = {"a b/é1": [2, 0], "2": 1, "3": [2], "4": None}
    path = labels_json(tmp_path, numbers, ["cat", "dog", "犬"])
    found = fiftyone.read(path, unlisted="negative")
    assert contents(found) == (IMAGES, ["cat", "dog", "犬"], rows)
    dicts = {"confidence": None, "attributes": {}}
    names = {"a b/é1": ["犬", "cat"], "2": "dog", "3": [{"label": "犬", **dicts}], "4": None}
    found = fiftyone.read(labels_json(tmp_path, names), unlisted="negative")
    assert contents(found) == (IMAGES, ["cat", "dog", "犬"], rows)


def test_labels_with_paths(tmp_path):
    path = labels_json(tmp_path, {"/home/me/1.jpg": ["cat"], "/home/me/2.jpg": None})
    found = fiftyone.read(path, unlisted="negative", image_root="/home/me")
    assert contents(found) == (["1.jpg", "2.jpg"], ["cat"], [[1], [-1]])
    labels_json(tmp_path, {"1": ["cat"]})
    (tmp_path / "data.json").write_text(json.dumps({"1": "/home/me/1.jpg"}))
    found = fiftyone.read(path, unlisted="negative", image_root="/home/me")
    assert contents(found) == (["1.jpg"], ["cat"], [[1]])


def test_wrong_labels(tmp_path):
    with pytest.raises(ValueError, match="has the class 2 in the image '2', but lists 2 classes"):
        fiftyone.read(labels_json(tmp_path, {"2": [2]}, ["cat", "dog"]), unlisted="unknown")
    with pytest.raises(ValueError, match="has the label 2 in the image 'data/2.png'"):
        fiftyone.read(labels_json(tmp_path, {"2": [2]}), unlisted="unknown")
    path = labels_json(tmp_path, {"2": ["cat"]})
    (tmp_path / "data" / "2.jpg").touch()
    with pytest.raises(FileNotFoundError, match="names the image '2' .* has 2 of that name"):
        fiftyone.read(path, unlisted="unknown")
    with pytest.raises(FileNotFoundError, match="names the image '9' .* has 0 of that name"):
        fiftyone.read(labels_json(tmp_path, {"9": ["cat"]}), unlisted="unknown")


@pytest.mark.parametrize(
    "info, message",
    [
        ([], "metadata.json does not hold an object"),
        (dict(classes=["cat"]), r"metadata.json has classes=\['cat'\], which is not an object"),
        (dict(info=["cat"]), r"metadata.json has info=\['cat'\], which is not an object"),
        (dict(default_classes="cat"), "metadata.json has 'cat': write a list of names"),
        (dict(default_classes=["cat", None]), "metadata.json has the class None: write its name"),
    ],
)
def test_wrong_metadata(tmp_path, info, message):
    path = save(tmp_path, samples(), info)
    with pytest.raises(ValueError, match=message):
        fiftyone.read(path, unlisted="unknown")


def test_wrong_manifest(tmp_path):
    path = labels_json(tmp_path, {"1": ["cat"]})
    (tmp_path / "data.json").write_text("[]")
    with pytest.raises(ValueError, match="data.json does not hold an object"):
        fiftyone.read(path, unlisted="unknown")
    (tmp_path / "data.json").write_text('{"1": 7}')
    with pytest.raises(ValueError, match="labels.json has the image 7: write its path in quotes"):
        fiftyone.read(path, unlisted="unknown")


def test_wrong_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no samples.json or labels.json in"):
        fiftyone.read(str(tmp_path), unlisted="unknown")
    with pytest.raises(FileNotFoundError, match="none.json"):
        fiftyone.read(str(tmp_path / "none.json"), unlisted="unknown")
    with pytest.raises(ValueError, match="media type 'video': export images"):
        fiftyone.read(save(tmp_path, samples(), metadata(media_type="video")), unlisted="unknown")
    file = tmp_path / "samples.json"
    whole = json.dumps({"samples": samples()}, ensure_ascii=False)
    latin = whole.replace("犬", "ä").encode("latin-1")
    for text in (b"", whole[: len(whole) // 2].encode(), latin):
        file.write_bytes(text)
        with pytest.raises(ValueError, match="samples.json.* is not complete JSON in UTF-8"):
            fiftyone.read(str(tmp_path), unlisted="unknown")
    for other in ([], {"images": []}, {"labels": 3}, {"labels": []}, {"samples": {}}):
        file.write_text(json.dumps(other))
        with pytest.raises(ValueError, match="has neither samples nor labels"):
            fiftyone.read(str(tmp_path), unlisted="unknown")
    with pytest.raises(ValueError, match="unlisted='no'"):
        fiftyone.read(labels_json(tmp_path, {"2": ["cat"]}) + "/labels.json", unlisted="no")


@settings(deadline=None)
@given(ours=annotations())
def test_round_trip(tmp_path_factory, ours):
    folder = tmp_path_factory.mktemp("fiftyone") / "pets"
    lost = fiftyone.write(ours, str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["metadata.json", "samples.json"]
    check_round_trip(ours, lost, fiftyone.read(str(folder), unlisted="unknown"))
    dense = ours.labels.dense()
    dense[(dense >= 0).any(1)[:, None] & (dense < 0)] = 0  # somebody looked
    theirs = fiftyone.read(str(folder), unlisted="negative")
    assert contents(theirs)[2] == dense.tolist()


def test_writes_what_fiftyone_imports(tmp_path):
    """Without a version, FiftyOne takes it for its older layout and infers the fields."""
    ours = fiftyone.read(save(tmp_path, samples()), unlisted="unknown")
    fiftyone.write(ours, str(tmp_path / "pets"))
    info = json.loads((tmp_path / "pets" / "metadata.json").read_text(encoding="utf-8"))
    assert info == {"media_type": "image", "info": {"classes": ["cat", "dog", "犬"]}}
    content = json.loads((tmp_path / "pets" / "samples.json").read_text(encoding="utf-8"))
    first, *_, last = content["samples"]
    assert last == {"filepath": "data/4.png", "tags": []}
    assert first["filepath"] == "data/a b/é1.jpg"
    assert first["negative_labels"] == {
        "_cls": "Classifications", "classifications": [{"_cls": "Classification", "label": "dog"}],
    }  # fmt: skip


LABELS = {"classes": ["cat", "dog"], "labels": {"2": [1, {"label": "cat"}], "3": None, "4": "dog"}}


@settings(deadline=None, max_examples=200)
@given(
    content=mutated({"samples": samples()}),
    info=mutated(
        metadata(default_classes=["cat", "dog", "犬"], classes={"positive_labels": ["cat"]})
    ),
)
def test_wrong_values_of_samples(tmp_path_factory, content, info):
    folder = tmp_path_factory.mktemp("fiftyone")
    (folder / "samples.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "metadata.json").write_text(json.dumps(info), encoding="utf-8")
    annotations_or_told(lambda: fiftyone.read(str(folder), unlisted="negative"), str(folder))


@settings(deadline=None, max_examples=200)
@given(content=mutated(LABELS), manifest=mutated({"2": "data/2.png", "3": "data/3.png"}))
def test_wrong_values_of_labels(tmp_path_factory, content, manifest):
    folder = tmp_path_factory.mktemp("fiftyone")
    (folder / "labels.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(manifest), encoding="utf-8")
    annotations_or_told(lambda: fiftyone.read(str(folder), unlisted="negative"), str(folder))


@settings(deadline=None)
@given(data=damaged(json.dumps({"samples": samples()}).encode()))
def test_damaged_files(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("fiftyone")
    (folder / "samples.json").write_bytes(data)
    annotations_or_told(lambda: fiftyone.read(str(folder), unlisted="unknown"), "samples.json")


@pytest.mark.parametrize(
    "value, kind",
    [
        (box("cat"), "Detections"),
        ({"_cls": "Polylines", "polylines": []}, "Polylines"),
        ({"_cls": "Regression", "value": 1.0}, "Regression"),
        ("cat", "str"), (["cat", "dog"], "list"), (True, "bool"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("unlisted", ["unknown", "negative"])
def test_fields_of_other_types(tmp_path, value, kind, unlisted):
    named = dict(unlisted=unlisted, positive="labels", negative="", classes=["cat"])
    path = save(tmp_path, [sample("data/1.jpg", labels=value), sample("data/2.jpg", labels=None)])
    with pytest.raises(
        ValueError, match=f"no classifications in the field 'labels', which is {kind}"
    ):
        fiftyone.read(path, **named)


def test_only_fields_of_other_types(tmp_path):
    content = [sample("data/1.jpg", ground_truth=box("cat")), sample("data/2.jpg")]
    with pytest.raises(
        ValueError, match=r"'positive_labels', but 'ground_truth' \(Detections\): set"
    ):
        fiftyone.read(save(tmp_path, content), unlisted="negative", classes=["cat"])


def test_images_of_one_name_in_folders(tmp_path):
    paths = ["data/a/1.jpg", "data/b/1.jpg", "data//1.jpg", "data/./2.jpg"]
    content = [sample(path, positive_labels=classifications("cat")) for path in paths]
    found = fiftyone.read(save(tmp_path, content), unlisted="negative")
    assert contents(found) == (["a/1.jpg", "b/1.jpg", "1.jpg", "2.jpg"], ["cat"], [[1]] * 4)
    content[2] = sample("data/b/1.jpg", positive_labels=classifications("dog"))
    with pytest.raises(ValueError, match="image 'b/1.jpg' twice .*, sample 2 and sample 3"):
        fiftyone.read(save(tmp_path, content), unlisted="negative")


@pytest.mark.parametrize("kind", ["video", "3d", "point-cloud"])
def test_groups_with_other_media(tmp_path, kind):
    """Slices of a group are samples of their own, also where the metadata were not exported."""
    group = {"group": {"_cls": "Group", "name": "left"}}
    content = [{**sample("data/1.jpg", positive_labels=classifications("cat")), **group}]
    assert len(fiftyone.read(save(tmp_path, content), unlisted="unknown")) == 1
    content.append({**sample("data/1.bin"), **group, "_media_type": kind})
    with pytest.raises(ValueError, match=f"samples of the media type '{kind}': export images"):
        fiftyone.read(save(tmp_path, content), unlisted="unknown")


def test_labels_that_are_no_names(tmp_path):
    broken = {"_cls": "Classifications", "classifications": 5}
    path = save(tmp_path, [sample("data/1.jpg", positive_labels=broken)])
    with pytest.raises(
        ValueError, match="positive_labels in the image 'data/1.jpg' that is not a list"
    ):
        fiftyone.read(path, unlisted="unknown")
    path = save(tmp_path, [sample("data/1.jpg", positive_labels=classification(True))])
    with pytest.raises(ValueError, match="has the label True in the image 'data/1.jpg'"):
        fiftyone.read(path, unlisted="unknown")
    (tmp_path / "samples.json").unlink()
    (tmp_path / "metadata.json").unlink(missing_ok=True)
    for wrong in (True, [1, True], {"label": False}):
        with pytest.raises(
            ValueError, match="has the label (True|False) in the image 'data/2.png'"
        ):
            fiftyone.read(labels_json(tmp_path, {"2": wrong}, ["cat", "dog"]), unlisted="unknown")


@pytest.mark.parametrize("name", ["cat,dog", "cat|dog", "dog; cat"])
def test_several_classes_in_one_text(tmp_path, name):
    content = [
        sample(f"{number}.png", positive_labels=classifications(label))
        for number, label in enumerate(["cat", "dog", name])
    ]
    with pytest.raises(ValueError, match="beside .*; make each a classification of its own, or"):
        fiftyone.read(save(tmp_path, content), unlisted="negative", image_root="")
