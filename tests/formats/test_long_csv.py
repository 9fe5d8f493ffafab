"""Tables with a row for each known label."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from mmpartial.formats import long_csv, tables
from tests.formats.some_annotations import annotations, contents

# As Open Images publishes human-verified labels.
OPEN_IMAGES = (
    "ImageID,Source,LabelName,Confidence\n"
    "000026e7ee790996,verification,/m/04hgtk,0\n"
    "000026e7ee790996,verification,/m/07j7r,1\n"
    "000062a39995e348,crowdsource-verification,/m/07j7r,1\n"
)


def read(tmp_path, text, name="labels.csv", unlisted="unknown", **options):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return long_csv.read(str(file), unlisted=unlisted, **options)


def test_open_images(tmp_path):
    images, classes = ["000026e7ee790996", "000062a39995e348"], ["/m/04hgtk", "/m/07j7r"]
    found = read(tmp_path, OPEN_IMAGES)
    assert contents(found) == (images, classes, [[0, 1], [-1, 1]])
    found = read(tmp_path, OPEN_IMAGES, unlisted="negative")
    assert contents(found) == (images, classes, [[0, 1], [0, 1]])


@pytest.mark.parametrize(
    "text, options",
    [
        ("file,tag,seen\na,cat,1.0\nb,dog,0.0\na,cat,1\n", {}),
        ("tag,file,seen\ncat,a,1\ndog,b,0\n", dict(image="file", cls="tag")),
        ("x,seen,tag,file\n,1,cat,a\n,0,dog,b\n", dict(image="file", cls="tag", confidence="seen")),
        ("class,image,confidence\ncat,a,1\ndog,b,0\n", {}),
        ("value,label,image\n1,cat,a\n0,dog,b\n", {}),
        ("confidence,source,image,class\n1,x,a,cat\n0,x,b,dog\n", {}),
        ("label,file,seen\ncat,a,1\ndog,b,0\n", {}),
        (",image,class,confidence\n0,a,cat,1\n1,b,dog,0\n", {}),  # pandas' index
        ("Unnamed: 0,file,tag,seen\n0,a,cat,1\n1,b,dog,0\n", {}),
        (",class,value\na,cat,1\nb,dog,0\n", dict(image="")),
    ],
)
def test_columns(tmp_path, text, options):
    assert contents(read(tmp_path, text, **options)) == (
        ["a", "b"],
        ["cat", "dog"],
        [[1, -1], [-1, 0]],
    )


def test_without_confidence(tmp_path):
    found = read(tmp_path, "image,class\na,cat\na,dog\nb,dog\n", unlisted="negative")
    assert contents(found)[2] == [[1, 1], [0, 1]]


def test_classes(tmp_path):
    text = "image,class\na,cat\n"
    found = read(tmp_path, text, classes=["dog", "cat"])
    assert contents(found)[1:] == (["dog", "cat"], [[-1, 1]])
    with pytest.raises(ValueError, match="'a': there is no class 'cat' .* nearest is 'cats'"):
        read(tmp_path, text, classes=["dog", "cats"])
    with pytest.raises(ValueError, match="labels.csv: the class 'cat' is listed twice"):
        read(tmp_path, text, classes=["cat", "cat"])


def test_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 1000)
    monkeypatch.setattr(tables, "_ROWS", 7)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"i": rng.integers(0, 50, 400), "c": rng.integers(0, 9, 400)})
    frame = frame.drop_duplicates().astype(str)
    frame["v"] = rng.integers(0, 2, len(frame))
    frame.to_csv(tmp_path / "labels.csv", index=False)
    frame.to_parquet(tmp_path / "labels.parquet")
    expected = frame.pivot(index="i", columns="c", values="v")
    for name in ("labels.csv", "labels.parquet"):
        found = long_csv.read(str(tmp_path / name), unlisted="unknown")
        theirs = expected.loc[list(found.images), list(found.classes)].fillna(-1)
        np.testing.assert_array_equal(found.labels.dense(), theirs)


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "image,class,seen\na,cat,1\na,dog,0.7\n",
            "csv, line 3, column 'seen' has the value '0.7'",
        ),
        ("image,class,seen\na,cat,1\na,dog,\n", "csv, line 3, column 'seen' is blank, -1 or NaN"),
        ("image,class,seen\na,cat,-1\n", "csv, line 2, column 'seen' is blank, -1 or NaN: write 1"),
        ("image,class\na,cat\na,\n", "csv, line 3, column 'class' is blank"),
        ("image,class\n,cat\n", "csv, line 2, column 'image' is blank"),
        ("image,class,seen\na,cat,1\na,cat,0\n", "'cat' as positive and as negative in .* 'a'"),
        ("image,confidence\na,1\n", "has the columns 'image', 'confidence': it takes one for ima"),
        ("a,cat,1\nb,dog,0\n", "csv has the column '1', as if its first line were a row: write a"),
        ("a.jpg,cat\nb.jpg,dog\n", "csv has the column 'a.jpg', as if its first line were a row"),
        ("image,class\na,cat\na, cat\n", "has the class ' cat': remove the space around its name"),
        ("image\na\n", "has the columns 'image': it takes one for images and another for classes"),
        ("a,b,c,d\na,b,c,1\n", "4 columns, 'a', 'b', 'c', 'd': say which .*image=..., cls=..., co"),
        ("image,class\n", "there is no row in .*labels.csv"),
        ("", "labels.csv is no table in CSV .*[Ee]mpty"),
        ("image,class\na,\xe9\n".encode("latin1"), "csv, line 2, byte 3 is not UTF-8"),
        ("image,class\na,cat\nb", "csv, line 3 has 1 cells, but the first line 2"),
    ],
)
def test_wrong_files(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("unlisted", ["unknown", "negative"])
def test_conflicts_whatever_is_unlisted(tmp_path, unlisted):
    with pytest.raises(ValueError, match="as positive and as negative in the image 'a'"):
        read(tmp_path, "image,class,seen\na,cat,1\na,cat,0\n", unlisted=unlisted)


def test_wrong_options(tmp_path):
    with pytest.raises(ValueError, match="unlisted='absent': choose 'unknown' if nobody looked"):
        read(tmp_path, OPEN_IMAGES, unlisted="absent")
    with pytest.raises(ValueError, match="has no column 'path': its columns are 'ImageID', 'Sour"):
        read(tmp_path, OPEN_IMAGES, image="path")
    with pytest.raises(FileNotFoundError, match="there is no none.csv"):
        long_csv.read("none.csv", unlisted="unknown")


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(annotations())
@pytest.mark.parametrize("name", ["labels.csv", "labels.parquet"])
def test_round_trip(tmp_path, name, ours):
    """What comes back lacks nothing but what is said to be lost."""
    path = str(tmp_path / name)
    lost = " ".join(long_csv.write(ours, path))
    labels = ours.labels.dense()
    images = [i for i, row in zip(ours.images, labels, strict=True) if (row != -1).any()]
    classes = [c for c, column in zip(ours.classes, labels.T, strict=True) if (column != -1).any()]
    assert ("images without a known label" in lost) == (len(images) < len(ours))
    assert ("classes without a known label" in lost) == (len(classes) < len(ours.classes))
    assert ("order of the classes" in lost) == (list(ours.classes) != sorted(ours.classes))
    assert ("ids of the images" in lost) == (ours.ids is not None)
    if not images:
        with pytest.raises(ValueError, match="there is no row"):
            long_csv.read(path, unlisted="unknown")
        return
    theirs = long_csv.read(path, unlisted="unknown", classes=ours.classes)
    kept = (labels != -1).any(1)
    assert contents(theirs) == (images, list(ours.classes), labels[kept].tolist())
