"""Labels that follow from a hierarchy, against what sets of classes say."""

import itertools
import json
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets.annotated_dataset import AnnotatedDataset
from mmpartial.labels import expansion
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.expansion import expand
from mmpartial.labels.hierarchy import Hierarchy
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.labels.parts import split

CLASSES = ("animal", "cat", "dog", "pet", "car", "thing")
PARENTS = dict(cat=["animal", "pet"], dog=["pet", "animal"], animal="thing", car="thing")


def expanded(dense, parents=PARENTS, classes=CLASSES):
    labels, report = expand(LabelMatrix.from_dense(np.array(dense)), classes, Hierarchy(parents))
    return labels.dense(), report


def above(cls, parents):
    """All classes above one, which itself is not."""
    found = set(parents[cls])
    return found.union(*(above(parent, parents) for parent in found))


def brute_force(row, parents):
    """One image's labels, and its conflicts."""
    row = dict(enumerate(row))
    conflicts = [
        (low, high)
        for low in row for high in sorted(above(low, parents))
        if row[low] == 1 and row[high] == 0
    ]  # fmt: skip
    speaking = {c: row[c] for c in row if c not in {c for pair in conflicts for c in pair}}
    for cls, label in speaking.items():
        for other in row:
            if label == 1 and other in above(cls, parents):
                assert row[other] != 0
                row[other] = 1
            if label == 0 and cls in above(other, parents):
                assert row[other] != 1
                row[other] = 0
    return list(row.values()), conflicts


@st.composite
def problems(draw):
    """Any directed acyclic graph of up to seven classes in any order, and labels."""
    size = draw(st.integers(2, 7))
    order = draw(st.permutations(range(size)))
    parents = {c: [] for c in range(size)}
    for low in range(size):
        for high in range(low):
            if draw(st.integers(0, 2)) == 0:
                parents[order[low]].append(order[high])
    state = st.sampled_from(draw(st.sampled_from([(-1, -1, -1, 0, 1), (0, 1), (0, 0, 0, 1, -1)])))
    row = st.lists(state, min_size=size, max_size=size)
    return parents, np.array(draw(st.lists(row, min_size=1, max_size=6)), dtype=np.int8)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_brute_force(problem):
    parents, dense = problem
    classes = [f"c{c}" for c in parents]
    named = {f"c{c}": [f"c{p}" for p in above] for c, above in parents.items() if above}
    result, report = expanded(dense, named, classes)
    expected = [brute_force(row, parents) for row in dense.tolist()]
    assert result.tolist() == [row for row, _ in expected]
    conflicts = [[i, *pair] for i, (_, found) in enumerate(expected) for pair in found]
    assert sorted(report.conflicts.tolist()) == sorted(conflicts)
    assert (report.positive, report.negative) == tuple(
        int((result == state).sum() - (dense == state).sum()) for state in (1, 0)
    )
    again, report = expanded(result, named, classes)
    np.testing.assert_array_equal(again, result)
    assert report.positive == report.negative == 0


@settings(max_examples=50, deadline=None)
@given(problems(), st.randoms())
def test_the_order_of_images_and_classes_does_not_matter(problem, random):
    parents, dense = problem
    named = {f"c{c}": [f"c{p}" for p in above] for c, above in parents.items() if above}
    rows, columns = list(range(len(dense))), list(range(dense.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    one, _ = expanded(dense, named, [f"c{c}" for c in parents])
    other, _ = expanded(dense[rows][:, columns], named, [f"c{c}" for c in columns])
    np.testing.assert_array_equal(other, one[rows][:, columns])


def test_a_positive_goes_up_and_a_negative_down():
    result, report = expanded([[-1, 1, -1, -1, -1, -1], [0, -1, -1, -1, -1, -1]])
    assert result.tolist() == [[1, 1, -1, 1, -1, 1], [0, 0, 0, -1, -1, -1]]
    assert report.summary(["1.jpg", "2.jpg"]) == (
        "hierarchy: 3 positive and 2 negative labels follow; no label contradicts another"
    )


def test_what_contradicts_says_nothing():
    """A cat that is no animal: nobody knows which is wrong, and so whether a pet is there."""
    result, report = expanded([[-1] * 6, [0, 1, -1, -1, 1, -1]])
    assert result.tolist() == [[-1] * 6, [0, 1, -1, -1, 1, 1]]
    assert report.conflicts.tolist() == [[1, 1, 0]]
    assert report.summary(["1.jpg", "2.jpg"]) == (
        "hierarchy: 1 positive and 0 negative labels follow; 1 times in 1 images a class is "
        "positive and one above it negative; both stay, and no label follows from them: 'cat' "
        "without 'animal' (1); images 2.jpg"
    )


def test_labels_in_several_parts(monkeypatch):
    """Rows are worked on in parts; the report numbers them through."""
    monkeypatch.setattr(expansion, "split", partial(split, known=7))
    dense = np.random.default_rng(0).choice([-1, -1, -1, 0, 1], size=(50, 6))
    assert len(list(expansion.split(LabelMatrix.from_dense(dense)))) > 10
    result, report = expanded(dense)
    parents = {i: [] for i in range(6)} | {1: [0, 3], 2: [3, 0], 0: [5], 4: [5]}
    expected = [brute_force(row, parents) for row in dense.tolist()]
    assert result.tolist() == [row for row, _ in expected]
    assert report.conflicts[:, 0].tolist() == [i for i, e in enumerate(expected) for _ in e[1]]


@pytest.mark.parametrize(
    "parents",
    [dict(cat="animal", animal="thing", thing="cat", dog="cat"), dict(cat=["pet", "cat"])],
)
def test_cycles(parents):
    with pytest.raises(ValueError, match="the hierarchy has a cycle: .* Remove one") as error:
        expanded([[1] * 6], parents)
    names = re.findall(r"'(\w+)'", str(error.value))
    assert names[0] == names[-1] and len(set(names)) == len(names) - 1 == len(names[1:])
    for low, high in itertools.pairwise(names):
        assert high in parents[low]


@pytest.mark.parametrize(
    "parents, message",
    [
        (dict(cat="Animal"), "there is no class 'Animal' .*the nearest is 'animal'"),
        (dict(cot="animal"), "there is no class 'cot' .*the nearest is 'cat'"),
        (dict(cat=3), "'cat' has 3, which is neither a class nor a list of them"),
    ],
)
def test_wrong_names(parents, message):
    with pytest.raises(ValueError, match=message):
        expanded([[1] * 6], parents)


def test_unicode_forms_of_names():
    parents = {"e\u0301": "tier", "\u00e9": "mu\u0308de"}
    assert Hierarchy(parents).ancestors["\u00e9"] == ("m\u00fcde", "tier")


# Open Images' format: a root that is not a class, a class below two others, and parts.
OPEN_IMAGES = {
    "LabelName": "/m/0bl9f",
    "Subcategory": [
        {"LabelName": "thing", "Subcategory": [
            {"LabelName": "animal", "Subcategory": [{"LabelName": "cat"}, {"LabelName": "dog"}]},
            {"LabelName": "car", "Part": [{"LabelName": "pet"}]},
        ]},
        {"LabelName": "pet", "Subcategory": [{"LabelName": "cat"}, {"LabelName": "dog"}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "name, text",
    [
        ("bbox_labels_600_hierarchy.json", json.dumps(OPEN_IMAGES)),
        ("kinds.json", json.dumps(PARENTS)),
        ("kinds.csv", "child,parent\ncat,animal\ncat,pet\ndog,pet\ndog,animal\nanimal,thing\n"
         "car,thing\n"),
    ],
)  # fmt: skip
def test_files(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    hierarchy = Hierarchy.from_file(str(tmp_path / name))
    expected = Hierarchy(PARENTS).above(CLASSES).toarray()
    np.testing.assert_array_equal(hierarchy.above(CLASSES).toarray(), expected)
    assert expected.sum() == 8


def test_open_images_without_the_classes_between(tmp_path):
    """A name that is no class joins those below it to those above it; one must be a class."""
    file = tmp_path / "bbox_labels_600_hierarchy.json"
    file.write_text(json.dumps(OPEN_IMAGES))
    hierarchy = Hierarchy.from_file(str(file))
    assert hierarchy.above(["cat", "thing"]).toarray().tolist() == [[0, 1], [0, 0]]
    with pytest.raises(ValueError, match="none of its 7 names, such as '/m/0bl9f', is one of "):
        hierarchy.above(["Cat"])


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.json", b'{"cat": "ani', r"a.json is not complete JSON in UTF-8 \(Unterminated"),
        ("a.json", b'{"cat": "animal", "cat": "pet"}', "'cat' is there twice: keep one of them"),
        ("a.json", b'["cat"]', 'it should be {"child": "parent"}'),
        ("a.json", b'{"cat": 3}', "'cat' has 3, which is neither a class nor a list of them"),
        ("a.json", b'{"cat": [["pet"]]}', r"'cat' has \[\['pet'\]\], which is neither"),
        ("a.json", b'{"c\xff": "animal"}', "can't decode byte"),
        ("a.json", b'{"a": "b", "b": "a"}', "a.json: .* cycle: .*is a kind of"),
        ("a.json", b'{"LabelName": "x", "Subcategory": [{"Part": []}]}', "Subcategory of x has no"),
        ("a.csv", b"cat,animal\ndog,animal\n", r"its columns are \['cat', 'animal'\], not child,"),
        ("a.csv", b"child,parent\ncat,animal\ndog,\n", "line 3 lacks child or parent"),
        ("a.csv", b"", r"a.csv: its columns are \[\], not child,parent"),
        ("a.csv", b"child,parent\nc\xff,animal\n", "can't decode byte"),
        ("a.csv", b'child,parent\n"cat,animal\n', "a.csv: line 2 lacks child or parent"),
        ("a.json", b"[" * 100_000, "a.json has lists or objects nested too deeply"),
        ("a.json", b"null", 'it should be {"child": "parent"}'),
        ("a.json", b'{"LabelName": "x", "Subcategory": null}', "Subcategory of x is not a list"),
        (
            "a.json",
            b'{"LabelName": "x", "Subcategory": [{"LabelName": ["y"]}]}',
            "a Subcategory of x has no LabelName",
        ),
    ],
)
def test_wrong_files(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        Hierarchy.from_file(str(tmp_path / name))


def test_a_byte_order_mark(tmp_path):
    for name, text in (("a.json", '{"cat": "pet"}'), ("a.csv", "child,parent\ncat,pet\n")):
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
        assert Hierarchy.from_file(str(tmp_path / name)).parents == dict(cat=("pet",))


def test_a_folder(tmp_path):
    with pytest.raises(ValueError, match="is a folder: give the path of a file"):
        Hierarchy.from_file(str(tmp_path))


def test_missing_file():
    with pytest.raises(FileNotFoundError, match="there is no nowhere.json: set hierarchy to"):
        Hierarchy.from_file("nowhere.json")


class Zoo(AnnotatedDataset):
    def read(self):
        labels = LabelMatrix.from_entries([0, 1, 1], [1, 0, 2], [True, False, True], (2, 6))
        return Annotations(["1.jpg", "2.jpg"], CLASSES, labels)


@pytest.mark.parametrize("given_as", ["dict", "file", "absolute"])
def test_datasets_expand_before_classes_are_chosen(tmp_path, given_as, monkeypatch):
    file, log = tmp_path / "kinds.json", []
    file.write_text(json.dumps(PARENTS))
    monkeypatch.setattr("mmpartial.utils.log.print_log", lambda text, **_: log.append(text))
    zoo = Zoo(
        data_root=str(tmp_path),
        hierarchy=dict(dict=PARENTS, file=file.name, absolute=str(file))[given_as],
        check_images=False,
        metainfo=dict(classes=["cat", "thing", "pet"]),
    )
    assert zoo.annotations.labels.dense().tolist() == [[1, 1, 1], [-1, -1, -1]]
    assert "3 positive and 0 negative labels follow; 1 times in 1 images" in log[0]
    assert "'dog' without 'animal' (1); images 2.jpg" in log[0]


def test_a_name_that_is_no_class_is_said_with_the_file(tmp_path):
    path = tmp_path / "kinds.json"
    path.write_text('{"cat": "animal"}')
    with pytest.raises(ValueError, match=r"^hierarchy .*kinds.json: there is no class 'cat'"):
        Hierarchy.from_file(str(path)).above(["cta", "animal"])
    path.write_text('{"LabelName": "/m/0", "Subcategory": [{"LabelName": "/m/1"}]}')
    with pytest.raises(ValueError, match=r"^hierarchy .*kinds.json: none of its"):
        Hierarchy.from_file(str(path)).above(["cat"])


def test_a_chain_without_end(tmp_path):
    """Twenty thousand classes above each other have two hundred million pairs."""
    file = tmp_path / "a.csv"
    file.write_text("child,parent\n" + "".join(f"{i},{i + 1}\n" for i in range(20_000)))
    with pytest.raises(ValueError, match="a.csv: .* classes above it, and others have as many"):
        Hierarchy.from_file(str(file))


@pytest.mark.parametrize("strict", [True, False])
def test_a_message_about_a_long_name_is_short(strict):
    hierarchy = Hierarchy({"c" * 100_000: "d" * 100_000}, strict=strict)
    with pytest.raises(ValueError, match="the 1 classes") as error:
        hierarchy.above(["cat"])
    assert len(str(error.value)) < 2000
