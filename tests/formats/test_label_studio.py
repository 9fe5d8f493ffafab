"""Label Studio's exports on miniatures, and each way they can be wrong."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from mmpartial.datasets.annotations import Annotations
from mmpartial.formats import label_studio
from mmpartial.formats.label_studio_images import image_place
from mmpartial.label_matrix import LabelMatrix

from .mutations import damaged, mutated, reads_or_says
from .some_annotations import annotations, check_round_trip, contents


def choices(control, *names):
    return dict(
        value=dict(choices=list(names)), id="Dx_aB91ISN", from_name=control, to_name="image",
        type="choices", origin="manual",
    )  # fmt: skip


BOX = dict(
    original_width=600, original_height=403, image_rotation=0, id="q", type="rectanglelabels",
    value=dict(x=1.5, y=2.0, width=3.0, height=4.0, rotation=0, rectanglelabels=["cat"]),
    from_name="box", to_name="image", origin="manual",
)  # fmt: skip


def annotation(*result, skipped=False):
    return dict(
        id=7, completed_by=1, result=list(result), was_cancelled=skipped, ground_truth=False,
        created_at="2021-03-09T22:16:08.728353Z", updated_at="2021-03-09T22:16:08.728378Z",
        draft_created_at=None, lead_time=4.288, prediction={}, result_count=0, unique_id="6a3b",
        import_id=None, last_action=None, task=1, project=1, updated_by=1, parent_prediction=None,
        parent_annotation=None, last_created_by=None,
    )  # fmt: skip


def task(number, image, *annotations):
    """A task as "JSON" has it, with a prediction that nobody has submitted."""
    return dict(
        id=number, annotations=list(annotations), file_upload="0a1b2c3d-1.jpg", drafts=[],
        predictions=[dict(id=1, model_version="1", result=[choices("present", "bird")])],
        data=dict(image=image, caption="an image"), meta={}, inner_id=1, total_annotations=1,
        created_at="2021-03-09T21:52:49.513742Z", updated_at="2021-03-09T22:16:08.746926Z",
        cancelled_annotations=0, total_predictions=1, comment_count=0, unresolved_comment_count=0,
        last_comment_updated_at=None, project=1, updated_by=1, comment_authors=[],
    )  # fmt: skip


def save(tmp_path, content, name="export.json"):
    file = tmp_path / name
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(file)


def export():
    """Annotated with both kinds of choices and a box; nothing chosen; skipped; not annotated."""
    return [
        task(3, "/data/upload/1/0a1b2c3d-k%C3%A4se_1.jpg",
             annotation(BOX, choices("absent", "dog"), choices("present", "cat", "犬"))),
        task(4, "/data/local-files/?d=a%20b/2.jpg", annotation(skipped=True), annotation()),
        task(5, "s3://bucket/3.jpg", annotation(choices("present", "cat"), skipped=True)),
        task(6, "https://example.com/4.jpg?x=1"),
    ]  # fmt: skip


IMAGES = ["käse_1.jpg", "a b/2.jpg", "3.jpg", "4.jpg"]
NOBODY = [-1, -1, -1]


@pytest.mark.parametrize(
    "unlisted, rows", [("unknown", [[1, 0, 1], NOBODY]), ("negative", [[1, 0, 1], [0, 0, 0]])]
)
def test_reads_json(tmp_path, unlisted, rows):
    found = label_studio.read(save(tmp_path, export()), unlisted=unlisted)
    assert contents(found) == (IMAGES, ["cat", "dog", "犬"], [*rows, NOBODY, NOBODY])


def record(number, image, annotation_id=1, **controls):
    """An annotation as "JSON-MIN" has it: one choice is a text, several are a dict."""
    return dict(
        image=image, id=number, **controls, annotator=1, annotation_id=annotation_id,
        created_at="2021", updated_at="2021", lead_time=1.0,
    )  # fmt: skip


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


def no_image(content):
    content[1]["data"] = dict(photo="2.jpg")


def nested(content):
    content[0]["annotations"][0]["result"] = [choices("present", ["animal", "cat"])]


def both(content):
    content[0]["annotations"][0]["result"].append(choices("absent", "cat"))


def twice(content):
    content[3] = task(9, content[0]["data"]["image"], annotation(choices("present", "dog")))


@pytest.mark.parametrize(
    "damage, message",
    [
        (no_image, r"task 4 \(entry 2\) has no text as 'image': .* among 'photo'"),
        (nested, r"task 3 \(entry 1\) has choices \[\['animal', 'cat'\]\] of 'present'"),
        (both, r"has 'cat' as positive and as negative in the image 'käse_1.jpg of task 3"),
        (twice, "lists the image 'käse_1.jpg' twice with different labels"),
        (lambda content: content[2].pop("data"), r"task 5 \(entry 3\) is without its data"),
        (lambda content: content[2].update(data=["1.jpg"]), r"task 5 \(entry 3\) is without it"),
        (lambda content: content[2].update(annotations=[7]), r"task 5 \(entry 3\) is without"),
        (lambda content: content[2].update(completions=[]), "is of Label Studio before 1.0"),
        (lambda content: content.append("task"), "is no list of tasks: export JSON or JSON-MIN"),
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
        with pytest.raises(ValueError, match="export.json is not complete JSON in UTF-8"):
            label_studio.read(str(file), unlisted="unknown")
    file.write_text(json.dumps(dict(images=[], annotations=[], categories=[])))
    with pytest.raises(ValueError, match="is no list of tasks"):
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
    monkeypatch.setattr(label_studio, "LabelMatrix", spy)
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
        reads_or_says(lambda to=unlisted: label_studio.read(str(file), unlisted=to), "export.json")


@settings(deadline=None)
@given(data=damaged(json.dumps(export(), ensure_ascii=False)))
def test_damaged_files(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("label_studio") / "export.json"
    file.write_bytes(data)
    reads_or_says(lambda: label_studio.read(str(file), unlisted="unknown"), "export.json")


def answered(number, value, *names, control="present"):
    return task(number, value, annotation(choices(control, *names)))


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
        ("cat,dog", "the choice 'cat,dog' beside 'cat', 'dog': several choices seem to be in one"),
        ("cat; dog", "the choice 'cat; dog' beside 'cat', 'dog'"),
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
