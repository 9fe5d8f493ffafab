"""Dividing the images of a label file."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmpartial.apis.split import divide, split
from mmpartial.formats import read_annotations


def write(folder, rows, header="image,site,cat,dog"):
    table = folder / "my.csv"
    table.write_text("\n".join([header, *rows]) + "\n")
    return str(table), str(folder / "my_split.csv")


def some_rows(number, seed=0, sites=5):
    choose = random.Random(seed).choice
    return [
        f"{i}.jpg,s{choose(range(sites))},{choose('10')},{choose(['', '1', '0'])}"
        for i in range(number)
    ]


def parts(out):
    table = pd.read_csv(out, dtype=str, keep_default_na=False)
    return dict(zip(table.image, table.part, strict=True))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 999), number=st.integers(6, 40), sites=st.integers(3, 9))
def test_a_group_is_on_one_side_whatever_the_order(tmp_path, seed, number, sites):
    rows = [*some_rows(number, seed, sites), "x.jpg,s0,1,", "y.jpg,s1,1,", "z.jpg,s2,1,"]
    table, out = write(tmp_path, rows)
    split(table, out, group="site", seed=seed, force=True)
    first = parts(out)
    site = dict(row.split(",")[:2] for row in rows)
    assert len({(site[image], part) for image, part in first.items()}) == len({*site.values()})
    assert {*first.values()} == {"train", "val"}
    write(tmp_path, random.Random(seed).sample(rows, len(rows)))
    split(table, out, group="site", seed=seed, force=True)
    assert parts(out) == first


def test_new_images_are_added_and_the_others_stay(tmp_path):
    rows = some_rows(30)
    table, out = write(tmp_path, rows[:20])
    split(table, out, group="site")
    first = pd.read_csv(out)
    first.insert(0, "remark", "seen")
    first.to_csv(out, index=False, sep=";")  # as a spreadsheet saves it
    before = (tmp_path / "my_split.csv").read_text()
    assert "is unchanged" in split(table, out, group="site")
    write(tmp_path, [*rows, "new.jpg,elsewhere,1,1"])
    assert "added 11 images" in split(table, out, group="site")
    after = (tmp_path / "my_split.csv").read_text()
    assert after.startswith(before)
    table = pd.read_csv(out, sep=";")
    assert len(table) == 31 and (table.groupby("group").part.nunique() == 1).all()
    known = first.set_index("group").part.to_dict()
    assert all(known.get(row.group, row.part) == row.part for row in table.itertuples())
    with pytest.raises(ValueError, match="my_split.csv has groups: name the column"):
        write(tmp_path, [*rows, "newer.jpg,s1,1,1"])
        split(str(tmp_path / "my.csv"), out, options=dict(classes=["cat", "dog"]))


def test_added_images_keep_the_shares_of_the_file(tmp_path):
    rows = [f"{i}.jpg,,{i % 2},1" for i in range(60)]
    table, out = write(tmp_path, rows[:30])
    split(table, out, parts=dict(train=0.5, held=0.5), options=dict(classes=["cat", "dog"]))
    write(tmp_path, rows)
    split(table, out, options=dict(classes=["cat", "dog"]))
    assert list(parts(out).values()).count("held") == 30


def test_a_torn_group_is_refused_and_an_image_without_a_group_is_alone(tmp_path):
    table, out = write(tmp_path, ["a.jpg,s1,1,0", "b.jpg,s1,0,1", "c.jpg,NA,1,1", "d.jpg,,0,1"])
    split(table, out, group="site")
    assert parts(out)["a.jpg"] == parts(out)["b.jpg"]
    (tmp_path / "my_split.csv").write_text("image,part\na.jpg,train\nb.jpg,val\n")
    with pytest.raises(ValueError, match=f"'s1' is in two parts already, .*remove {out}"):
        split(table, out, group="site")
    split(table, out, group="site", force=True)
    assert len(parts(out)) == 4


def test_a_column_of_parts_is_taken_as_it_is(tmp_path):
    rows = ["a.jpg,train,1,0", "b.jpg,valid,0,1", "c.jpg,Train,1,1", "d.jpg,,0,1", "e.jpg,test,1,0"]
    table, out = write(tmp_path, rows, "image,split,cat,dog")
    report = split(table, out)
    found = parts(out)
    known = {f"{name}.jpg": found[f"{name}.jpg"] for name in "abce"}
    assert known == {"a.jpg": "train", "b.jpg": "val", "c.jpg": "train", "e.jpg": "test"}
    assert found["d.jpg"] in ("train", "val", "test")
    assert [line.split()[0] for line in report.splitlines()[3:5]] == ["cat", "dog"]


def test_the_table_names_classes_without_a_score(tmp_path):
    rows = [f"{i}.jpg,,{int(i == 3)},{i % 2}" for i in range(20)]
    table, out = write(tmp_path, rows)
    report = split(table, out, options=dict(classes=["cat", "dog"]))
    assert "val has no positive of cat (1 of 2 classes), which cannot be scored there" in report
    lines = {line.split()[0]: line.split()[1:] for line in report.splitlines() if line}
    assert lines["images"] == ["16", "4"]
    assert lines["cat"] == ["1", "15", "0", "4"] and lines["dog"] == ["8", "8", "2", "2"]


@pytest.mark.parametrize("options, message", [
    (dict(group="place"), "has no column 'place'"),
    (dict(group="site", parts=dict(a=1, b=1, c=1)), "2 groups are too few for the parts a, b"),
    (dict(parts=dict(train="half"), group="site"), "give each part a positive share"),
    (dict(group="site", format="splits"), "splits takes no group: .* one part of the split file"),
])  # fmt: skip
def test_wrong_options(tmp_path, options, message):
    table, out = write(tmp_path, ["a.jpg,s1,1,0", "b.jpg,s1,0,1", "c.jpg,s2,1,1"])
    with pytest.raises(ValueError, match=message):
        split(table, out, **options)


def test_rows_of_an_image_agree_on_its_group(tmp_path):
    rows = ["a.jpg,s1,cat,1", "a.jpg,s1,dog,0", "b.jpg,s2,cat,1", "b.jpg,s3,dog,1"]
    table, out = write(tmp_path, rows, "image,site,class,confidence")
    with pytest.raises(ValueError, match="several values of 'site' for the image 'b.jpg'"):
        split(table, out, format="long_csv", options=dict(unlisted="unknown"), group="site")
    write(tmp_path, rows[:-1], "image,site,class,confidence")
    split(table, out, format="long_csv", options=dict(unlisted="unknown"), group="site")
    assert {*parts(out).values()} == {"train", "val"}


def test_images_whose_files_are_gone_or_back(tmp_path):
    rows = some_rows(20)
    table, out = write(tmp_path, rows)
    split(table, out, group="site")
    before = parts(out)
    found = read_annotations("wide_csv", table, ignore_columns="site")
    taken = np.full(20, "", dtype=object)
    taken[[3, 7]] = "missing", "unreadable"
    assert "changed the part of 2 images in" in divide(found, out, taken=taken, looked=True)
    assert parts(out) == before | {"3.jpg": "missing", "7.jpg": "unreadable"}
    taken[3] = ""
    assert "changed the part of 1 images in" in divide(found, out, taken=taken, looked=True)
    assert parts(out)["3.jpg"] in ("train", "val") and parts(out)["7.jpg"] == "unreadable"
    assert "is unchanged" in split(table, out, group="site")  # which does not look at files
