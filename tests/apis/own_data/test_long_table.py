"""Which column of a table with a row for each label says whether the class is there."""

import pytest

from mmpartial.apis.own_data.column_review import long_columns, review
from mmpartial.apis.own_data.long_table import long_options


def options_of(tmp_path, header, cells, given=(), ignore=(), values=None):
    """The options for a table with the image, the class and further cells in each row."""
    path = tmp_path / "my.csv"
    rows = [
        f"{i // 2}.jpg,{('cat', 'dog')[i % 2]}{cell and ','}{cell}" for i, cell in enumerate(cells)
    ]
    path.write_text("\n".join([f"image,{header}", *rows]) + "\n")
    columns = [c for c in review(str(path), values or {}, None) if c.name not in ("image", *ignore)]
    return long_options(str(path), dict(given), "image", columns, long_columns(columns, "image"))[0]


@pytest.mark.parametrize("header, cells, expected", [
    ("labels", [""] * 8, ""),
    ("label,present", "10011100", "present"),
    ("Finding,Verdict", ["yes", "no"] * 4, "Verdict"),
    ("tag,xmin", "30120123", ""),  # of a box
    ("class,xmin,ymin,xmax,ymax", ["0,0,1,1"] * 8, ""),
    ("LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded", ["1,0,1,0,1,0"] * 8, "Confidence"),
])  # fmt: skip
def test_the_column_of_confidences(tmp_path, header, cells, expected):
    assert options_of(tmp_path, header, cells) == dict(
        image="image", cls=header.split(",")[0], confidence=expected, unlisted="unknown"
    )


def test_several_columns_of_classes(tmp_path):
    found = options_of(tmp_path, "Label 1,Label 2,label_3", [",dog", ",bird"] * 3)
    assert found["cls"] == ["Label 1", "label_3"]
    found = options_of(tmp_path, "tag1,tag2,tag3", ["cow,", "bird,snow"] * 3)
    assert found["cls"] == ["tag1", "tag2", "tag3"]  # also if it has one class only


@pytest.mark.parametrize("header, cells, message", [
    ("label,verdict", ["present", "absent", "unsure", "present"],
     "'verdict' has 'present', 'absent', 'unsure'.*present=1 absent=0 unsure=-1, where 1 says"),
    ("label,seen", ["Y", "N", "?", "Y"],
     "'seen' has 'Y', 'N'.* explain them with --values Y=1 N=0 '\\?'=-1, where 1 says"),
    ("label,confidence", ["0.93", "0.4", "0.2", "0.99", "0.5", "0.7", "0.8"],
     "column 'confidence' has 0.93, where 1 and 0 should say.* --ignore confidence if the class"),
    ("label,Count", "20013012",
     "'Count' has 0: if it says .* --options confidence=Count --values counts=1, and if not, --ig"),
    ("label,yes,no", ["3,0", "0,3", "2,1"] * 2, "'yes' has 0: if it says that the class is not"),
    ("label,occluded", "10010110",
     "column 'occluded' has words that may say .*confidence=occluded .with --values 1=0 0=1 if"),
])  # fmt: skip
def test_a_column_that_is_not_sure_is_asked_about(tmp_path, header, cells, message):
    with pytest.raises(ValueError, match=message):
        options_of(tmp_path, header, cells)
    name = header.split(",")[1]
    assert options_of(tmp_path, header, cells, ignore=[name])["confidence"] == ""
    assert options_of(tmp_path, header, cells, dict(confidence=name))["confidence"] == name


def test_columns_about_objects_are_not_taken_for_the_classes(tmp_path):
    with pytest.raises(ValueError, match="column 'is_occluded' has words that may say .* --ignore"):
        options_of(tmp_path, "label,is_occluded,Truncated", ["0,1", "1,1", "1,0"] * 3)


def test_several_columns_that_may_name_classes(tmp_path):
    """As in exports of Wildlife Insights, where the class is that of taxonomy."""
    cells = ["mammals,deer", "mammals,boar", "birds,owl"] * 2
    message = "'label', 'class', 'species' may name classes: choose one, .* --options cls=species"
    with pytest.raises(ValueError, match=message):
        options_of(tmp_path, "label,class,species", cells)
    given = dict(cls="species")
    assert options_of(tmp_path, "label,class,species", cells, given)["confidence"] == ""
    found = options_of(tmp_path, "label,class", ["mammals"] * 6)
    assert found["cls"] == "label"  # the other column is always the same


def test_words_that_the_user_explains(tmp_path):
    cells, values = ["sicher", "fehlt"] * 3, dict(sicher=1, fehlt=0)
    found = options_of(tmp_path, "label,status", cells, dict(values=values), values=values)
    assert (found["confidence"], found["values"]) == ("status", values)
