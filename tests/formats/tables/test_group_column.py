"""The column of groups in wide and long tables, of every kind of file."""

import json

import pandas as pd
import pytest

from mmpartial.formats import read_annotations
from mmpartial.formats.mmpretrain import read, write

WIDE = pd.DataFrame(
    dict(site=["s2", "s1", None, "s2"], image=["a.jpg", "./b.jpg", "é.jpg", "d.jpg"],
         cat=[1, 0, 1, 1], dog=[0, 1, None, 0])
)  # fmt: skip
LONG = pd.DataFrame(
    dict(image=["a.jpg", "a.jpg", "b.jpg"], tag=["cat", "dog", "cat"], patient=[7, 7, 12])
)
WRITERS = {
    "csv": lambda table, path: table.to_csv(path, index=False),
    "xlsx": lambda table, path: table.to_excel(path, index=False),
    "parquet": lambda table, path: table.to_parquet(path, index=False),
}


@pytest.fixture
def table(tmp_path):
    def write(content, kind="csv"):
        path = str(tmp_path / f"my.{kind}")
        WRITERS[kind](content, path)
        return path

    return write


def groups(found):
    return found.groups.texts().tolist()


@pytest.mark.parametrize("kind", WRITERS)
def test_wide_and_long(table, kind):
    found = read_annotations("wide_csv", table(WIDE, kind), group="site")
    assert found.classes == ("cat", "dog") and groups(found) == ["s2", "s1", "", "s2"]
    found = read_annotations("long_csv", table(LONG, kind), unlisted="unknown", group="patient")
    assert found.classes == ("cat", "dog") and groups(found) == ["7", "12"]


def test_classes_may_be_named(table):
    path = table(WIDE)
    assert groups(read_annotations("wide_csv", path, group="site", classes=["dog"])) == [
        "s2", "s1", "", "s2"
    ]  # fmt: skip
    named = dict(image="image", cls="tag", confidence="", classes=["cat", "dog", "fox"])
    found = read_annotations("long_csv", table(LONG), unlisted="unknown", group="patient", **named)
    assert groups(found) == ["7", "12"]
    assert read_annotations("wide_csv", table(WIDE.drop(columns="site"))).groups is None


def test_repeated_rows_and_a_note(table, said):
    found = read_annotations("wide_csv", table(pd.concat([WIDE, WIDE.iloc[:1]])), group="site")
    assert len(found) == 4 and groups(found) == ["s2", "s1", "", "s2"]
    assert any("1 images have no 'site', and each is alone" in line for line in said)
    assert not any("not read" in line for line in said)


@pytest.mark.parametrize("format, content, options, message", [
    ("wide_csv", WIDE, dict(group="place"), "has no column 'place'"),
    ("wide_csv", WIDE, dict(group="dog", classes=["cat", "dog"]), "'dog' is both in classes"),
    ("long_csv", LONG, dict(unlisted="unknown", group="place"), "has no column 'place'"),
    ("long_csv", LONG.assign(patient=[7, 8, 9]), dict(unlisted="unknown", group="patient"),
     "several values of 'patient' for the image 'a.jpg': give all rows of an image the same"),
    ("splits", WIDE, dict(group="site"), "the format splits takes no group"),
])  # fmt: skip
def test_wrong_columns(table, format, content, options, message):
    with pytest.raises(ValueError, match=message):
        read_annotations(format, table(content), **options)


def test_what_other_formats_keep(table, tmp_path):
    found = read_annotations("wide_csv", table(WIDE), group="site")
    assert write(found, str(tmp_path / "all.json")) == []
    assert groups(read(str(tmp_path / "all.json"))) == ["s2", "s1", "", "s2"]
    from mmpartial.formats import FORMATS

    for name, file in (("wide_csv", "w.csv"), ("long_csv", "l.csv"), ("json_lists", "j.json")):
        assert "the groups of the images." in FORMATS[name].write(found, str(tmp_path / file)), name
    (tmp_path / "bad.json").write_text(
        '{"metainfo": {"classes": ["a"]}, "data_list": [{"img_path": "1.jpg", "gt_label": [0], '
        '"group": [1]}]}'
    )
    with pytest.raises(ValueError, match=r"image '1.jpg' has group=\[1\]: write a text or number"):
        read(str(tmp_path / "bad.json"))
    twice = [dict(img_path=path, gt_label=[0], group=path[0]) for path in ("./1.jpg", "1.jpg")]
    content = dict(metainfo=dict(classes=["a"]), data_list=twice)
    (tmp_path / "bad.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match="image '1.jpg' with group='.' and with group='1': give"):
        read(str(tmp_path / "bad.json"))
