"""The hint at columns that say which images belong together."""

import pytest

from mmpartial.apis.own_data.column_review import review
from mmpartial.apis.own_data.group_hint import group_hint, groups_found
from mmpartial.labels.groups import Groups


@pytest.mark.parametrize("header, cells, group", [
    ("sex,Patient ID", ["m,1", "m,1", "f,2", "m,3", "f,4", "f,4"], "'Patient ID'"),
    ("sex,patient", ["m,1.0", "m,1.0", "f,2.0", "m,3.0", "f,4.0", "f,4.0"], "patient"),
    ("sex,place", ["m,a", "m,a", "f,b", "m,c", "f,d", "f,d"], "place"),
    ("age,patient", [f"{40 + i},{i}" for i in range(6)], "COLUMN"),  # each patient once
    ("cat,site_fire", [f"{i % 2},{i // 3}" for i in range(6)], "COLUMN"),  # a class
])  # fmt: skip
def test_the_likeliest_column(tmp_path, header, cells, group):
    path = tmp_path / "my.csv"
    rows = [f"{i}.jpg,{cell}" for i, cell in enumerate(cells)]
    path.write_text("\n".join([f"image,{header}", *rows]) + "\n")
    columns = review(str(path), {}, None)
    hint = group_hint(columns, ["image"], columns[1:])
    assert f"--group {group}" in hint
    assert ("add a column" in hint) == (group == "COLUMN")


def test_rows_for_labels_and_folders(tmp_path):
    path = tmp_path / "my.csv"
    rows = [f"{i % 2},{i // 2}.jpg,id{i // 2}" for i in range(8)]
    path.write_text("\n".join(["folder,file,image_id", *rows]) + "\n")
    hint = group_hint(review(str(path), {}, None), ["folder", "file"], [])
    assert "--group folder keeps" in hint


def test_groups_that_may_be_one():
    assert groups_found("site", Groups.from_names(["12", "13.0", "12"])) == "2 groups by 'site'"
    found = groups_found("site", Groups.from_names(["12", "13", "12.0"]))
    assert "('12' and '12.0' count as two groups: write one of them" in found
