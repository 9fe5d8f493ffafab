"""Tables with a row for each known label."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from mmpartial.formats import long_csv
from mmpartial.formats.tables import csv_table, parquet
from mmpartial.formats.tables.reader import open_table
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
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
        ("file,tag,confidence\na,cat,1.0\nb,dog,0.0\na,cat,1\n", {}),
        ("tag,file,value\ncat,a,1\ndog,b,0\n", dict(image="file", cls="tag")),
        ("file,tag,seen\na,cat,1\nb,dog,0\n", dict(confidence="seen")),
        ("Image,VALUE,Label\na,1,cat\nb,0,dog\n", {}),
        ("FILENAME, CLASS, Confidence\na, cat, 1\nb, dog, 0\n", {}),
        (
            "image;class;seen\na;cat;yes\nb;dog;no\n",
            dict(confidence="seen", values={"yes": 1, "no": 0}),
        ),
        ("x,seen,tag,file\n,1,cat,a\n,0,dog,b\n", dict(image="file", cls="tag", confidence="seen")),
        ("class,image,confidence\ncat,a,1\ndog,b,0\n", {}),
        ("value,label,image\n1,cat,a\n0,dog,b\n", {}),
        ("confidence,source,image,class\n1,x,a,cat\n0,x,b,dog\n", {}),
        ("label,file,value\ncat,a,1\ndog,b,0\n", {}),
        (",image,class,confidence\n0,a,cat,1\n1,b,dog,0\n", {}),  # pandas' index
        ("Unnamed: 0,file,tag,value\n0,a,cat,1\n1,b,dog,0\n", {}),
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
    with pytest.raises(ValueError, match="labels.csv: the class 'cat' is listed twice: keep one"):
        read(tmp_path, text, classes=["cat", "cat"])


def test_several_columns_of_classes(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("image,tag1,site,tag_2,tag 3\na.jpg,cat,,dog,cat\nb.jpg,,x,bird,\nc.jpg,,,,\n")
    options = dict(unlisted="negative", image="image", confidence="")
    found = long_csv.read(str(path), cls=["tag1", "tag_2", "tag 3"], **options)
    assert contents(found) == (
        ["a.jpg", "b.jpg", "c.jpg"], ["bird", "cat", "dog"], [[0, 1, 1], [1, 0, 0], [0, 0, 0]]
    )  # fmt: skip
    path.write_text("image,tag1,tag2\na.jpg,cat,dog|cat\n")
    with pytest.raises(
        ValueError, match="line 2, column 'tag2' has the value 'dog|cat', which loo"
    ):
        long_csv.read(str(path), cls=["tag1", "tag2"], **options)
    path.write_text("image,label,label2\na.jpg,cat,dog\n")
    with pytest.raises(ValueError, match=r"set cls=\['label', 'label2'\] if each holds a class"):
        long_csv.read(str(path), **options)


def test_many_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_table, "_BLOCK", 1000)
    monkeypatch.setattr(parquet, "_ROWS", 7)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"i": rng.integers(0, 50, 400), "c": rng.integers(0, 9, 400)})
    frame = frame.drop_duplicates().astype(str)
    frame["value"] = rng.integers(0, 2, len(frame))
    frame.to_csv(tmp_path / "labels.csv", index=False)
    frame.to_parquet(tmp_path / "labels.parquet")
    expected = frame.pivot(index="i", columns="c", values="value")
    for name in ("labels.csv", "labels.parquet"):
        found = long_csv.read(str(tmp_path / name), unlisted="unknown")
        theirs = expected.loc[list(found.images), list(found.classes)].fillna(-1)
        np.testing.assert_array_equal(found.labels.dense(), theirs)


@pytest.mark.parametrize(
    "text, message",
    [
        (
            "image,class,value\na,cat,1\na,dog,0.7\n",
            "csv, line 3, column 'value' has the value '0.7'.* set confidence, to '' if there is n",
        ),
        (
            "image,class,value\na,cat,1\na,dog,\n",
            "csv, line 3, column 'value' says that the label is unknown",
        ),
        (
            "image,class,value\na,cat,-1\n",
            "csv, line 2, column 'value' says that the label is unknown: write 1",
        ),
        ("image,class\na,cat\na,\n", "csv, line 3, column 'class' is blank"),
        ("image,class\n,cat\n", "csv, line 2, column 'image' is blank"),
        ("image,class,value\na,cat,1\na,cat,0\n", "'cat' as positive and as negative in .* 'a'"),
        ("image,confidence\na,1\n", "has the columns 'image', 'confidence': it takes one for ima"),
        ("a,cat,1\nb,dog,0\n", "csv has the column '1', as if its first line were a row: write a"),
        ("a.jpg,cat\nb.jpg,dog\n", "csv has the column 'a.jpg', as if its first line were a row"),
        (
            'image,class\na,"cat\ndog"\nb,dog\n',
            r"line 2, column 'class' has a line break in 'cat",
        ),
        ("image\na\n", "has the columns 'image': it takes one for images and another for classes"),
        ("a,b,c,d\na,b,c,1\n", "4 columns, 'a', 'b', 'c', 'd': say which .*image=..., cls=..., co"),
        ("image,class\n", "there is no row in .*labels.csv"),
        ("", "labels.csv is empty: write a line with the names"),
        ("image,class\na,\xe9\n".encode("latin1"), "csv, line 2, byte 3 is not UTF-8"),
        ("image,class\na,cat\nb", "csv, line 3 has 1 cells, but the first line has 2"),
    ],
)
def test_wrong_files(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("unlisted", ["unknown", "negative"])
def test_conflicts_whatever_is_unlisted(tmp_path, unlisted):
    with pytest.raises(ValueError, match="as positive and as negative in the image 'a'"):
        read(tmp_path, "image,class,value\na,cat,1\na,cat,0\n", unlisted=unlisted)


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


def test_a_listed_class_may_be_named_like_an_image(tmp_path):
    text = "image,class\n1.jpg,.bmp\n"
    with pytest.raises(ValueError, match="line 2, column 'class' has the path '.bmp' for a class"):
        read(tmp_path, text)
    assert read(tmp_path, text, classes=[".bmp"]).classes == (".bmp",)


BOXES = "image,class,xmin,ymin,xmax,ymax\na,cat,1,2,3,4\na,cat,5,6,7,8\nb,dog,1,1,2,2\n"
TF_BOXES = "filename,width,height,class,xmin,ymin\na,9,9,cat,1,2\na,9,9,cat,3,4\nb,9,9,dog,1,2\n"


@pytest.mark.parametrize(
    "text, options",
    [
        (BOXES, dict(image="image", cls="class")),
        (BOXES, dict(confidence="")),
        (TF_BOXES, dict(image="filename", cls="class")),
        (TF_BOXES, dict(confidence="")),
        ("image,class,note\na,cat,x\nb,dog,y\n", dict(image="image", cls="class")),
        ("image,class,fold\na,cat,0\nb,dog,1\n", dict(confidence="")),
        ("image,class,year\na,cat,2019\nb,dog,2020\n", dict(image=" image", cls="class ")),
    ],
)
def test_without_a_column_of_confidences(tmp_path, text, options):
    found = read(tmp_path, text, unlisted="negative", **options)
    assert contents(found) == (["a", "b"], ["cat", "dog"], [[1, 0], [0, 1]])


def test_boxes_of_open_images(tmp_path):
    """Their header as it is published; verified boxes have confidence 1."""
    header = (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
        "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"
    )
    row = (
        "0001eeaf4aed83f9,xclick,/m/0cmf2,1,0.022673031,0.9642005,0.07103825,0.80054647,0,0,0,0,0\n"
    )
    found = read(tmp_path, header + row + row.replace("0.02", "0.03"))
    assert contents(found) == (["0001eeaf4aed83f9"], ["/m/0cmf2"], [[1]])


@pytest.mark.parametrize(
    "text, options, message",
    [
        ("image,class,seen\na,cat,1\n", {}, "'class', 'seen': set confidence='seen' if its 1"),
        ("file,tag,fold\na,cat,3\n", {}, "set confidence='fold' if its .* or confidence='' if it"),
        (BOXES, {}, "set confidence to the column whose 1 and 0 say .*, or confidence='' if it is"),
        ("image,class,crowd\na,cat,0\nb,cat,1\n", dict(image="image", cls="class"),
         "set confidence='crowd' if its 1 and 0 say"),
        ("image,class,value\na,cat,1\n", dict(confidence="score"), "has no column 'score'"),
    ],
)  # fmt: skip
def test_no_column_is_guessed_to_be_the_confidence(tmp_path, text, options, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, text, **options)


@pytest.mark.parametrize("name", ["image", "path", None])
def test_a_parquet_index_that_holds_the_images(tmp_path, name):
    file = str(tmp_path / "labels.parquet")
    frame = pd.DataFrame({"class": ["cat", "dog"]}, index=pd.Index(["a", "b"], name=name))
    frame.to_parquet(file)
    options = {} if name else dict(image="")
    found = long_csv.read(file, unlisted="unknown", **options)
    assert contents(found) == (["a", "b"], ["cat", "dog"], [[1, -1], [-1, 1]])


def test_words_for_unknown_are_names_here(tmp_path):
    text = "image,class\nNA,None\nnull,NA\nnan,?\n"
    assert contents(read(tmp_path, text))[:2] == (["NA", "null", "nan"], ["?", "NA", "None"])


def test_space_around_cells(tmp_path):
    text = "image, class\na, cat\nb ,cat\na,dog \n"
    found = read(tmp_path, text, unlisted="negative")
    assert contents(found) == (["a", "b"], ["cat", "dog"], [[1, 1], [1, 0]])


def test_unicode_forms_of_one_image(tmp_path):
    text = "image,class\ncaf\u00e9,cat\ncafe\u0301,dog\n"
    assert contents(read(tmp_path, text)) == (["caf\u00e9"], ["cat", "dog"], [[1, 1]])


def test_unused_categories_are_no_images(tmp_path):
    file = str(tmp_path / "labels.parquet")
    frame = pd.DataFrame({"image": pd.Categorical(list("ab")), "class": pd.Categorical(list("xy"))})
    frame.iloc[:1].to_parquet(file)
    found = long_csv.read(file, unlisted="unknown")
    assert contents(found) == (["a"], ["x"], [[1]])


LISTED = (["1", "2", "3"], ["Edema", "Lung Mass"], [[1, 1], [0, 1], [0, 0]])


@pytest.mark.parametrize(
    "cells, separator",
    [
        (["Edema|Lung Mass", "Lung Mass", ""], "|"),
        (["Edema; Lung Mass", "Lung Mass;", " "], ";"),
        (["Edema, Lung Mass", "Lung Mass", ""], "comma"),
        (["Edema,Lung Mass", "Lung Mass,Lung Mass", ""], ","),
        (["Edema / Lung Mass", "Lung Mass", ""], " / "),
        (["['Edema', 'Lung Mass']", "['Lung Mass']", "[]"], "json"),
        (["[Edema, Lung Mass]", "Lung Mass", "[ ]"], "json"),
        (['{"choices": ["Edema", "Lung Mass"]}', "Lung Mass", '{"choices": []}'], "json"),
        (["('Edema', 'Lung Mass')", "{'Lung Mass'}", "()"], "json"),
    ],
)
def test_several_classes_in_a_cell(tmp_path, cells, separator):
    pd.DataFrame({"image": list("123"), "class": cells}).to_csv(tmp_path / "x.csv", index=False)
    path = str(tmp_path / "x.csv")
    found = long_csv.read(path, unlisted="negative", separator=separator)
    assert contents(found) == LISTED
    with pytest.raises(ValueError, match="set separator="):
        long_csv.read(path, unlisted="negative")


def test_several_classes_with_a_confidence(tmp_path):
    text = "image,class,value\na,cat dog,1\na,bird,0\nb,dog,0\n"
    found = read(tmp_path, text, separator="space")
    assert contents(found) == (["a", "b"], ["bird", "cat", "dog"], [[0, 1, 1], [-1, -1, 0]])


@pytest.mark.parametrize(
    "cells, options, message",
    [
        (
            ["a", "a|b"],
            {},
            r"line 3, .* 'a\|b', which looks .* separator='\|' to .*'none'",
        ),
        (["a;b"], dict(separator="|"), "line 2, .*set separator=';'"),
        (["a|b"], dict(classes=["a", "b"]), "set separator="),
        (["a b"], dict(classes=["a", "b"]), "set separator=.space. .*--options separator=space,"),
        (["['a' 'b']"], dict(separator="json"), "line 2, .*: write commas between its labels"),
        (["[['a'], ['b']]"], dict(separator="json"), "its list holds something other than texts"),
        (["[null]"], dict(separator="json"), "its list holds something other than texts"),
        (["{'a': 1}"], dict(separator="json"), "it does not hold a list of labels"),
        (["['a', '']"], dict(separator="json"), "its list holds a label without a name"),
        (["a", ""], {}, "line 3, column 'class' is blank: name a class; if a cell may list any"),
        (["[]", ""], dict(separator="json"), r"line 3, column 'class' is blank: write \[\]"),
        (["a"], dict(separator=""), "separator='': write '|', ';' or another text"),
        (["a"], dict(separator=[","]), "separator=.*'space', 'comma', 'json' for lists"),
    ],
)
def test_lists_that_are_refused(tmp_path, cells, options, message):
    images = [str(i) for i in range(len(cells))]
    pd.DataFrame({"image": images, "class": cells}).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(ValueError, match=message):
        long_csv.read(str(tmp_path / "x.csv"), unlisted="negative", **options)


@pytest.mark.parametrize("options", [dict(separator="none"), dict(classes=["a|b", "[]"])])
def test_names_that_look_like_lists(tmp_path, options):
    found = read(tmp_path, "image,class\n1,a|b\n2,[]\n", **options)
    assert sorted(found.classes) == ["[]", "a|b"]


def test_what_looks_like_a_list_is_said_when_it_is_written(tmp_path):
    ours = Annotations(["1"], ["a", "a|b"], LabelMatrix.from_dense([[0, 1]]))
    path = str(tmp_path / "x.csv")
    (lost,) = long_csv.write(ours, path)
    assert "'a|b' is one class: read the table with separator='none'" in lost
    theirs = long_csv.read(path, unlisted="unknown", separator="none")
    assert contents(theirs) == contents(ours)


def test_values_without_confidences_are_refused(tmp_path):
    text = "image,label,present\n1.jpg,cat,x\n1.jpg,dog,-\n"
    values = {"x": 1, "-": 0}
    for text_, options in (
        (text, dict(confidence="")),
        (text, dict(image="image", cls="label")),
        ("image,label\n1.jpg,cat\n", {}),
    ):
        with pytest.raises(ValueError, match="labels.csv is read without a column of confidences"):
            read(tmp_path, text_, values=values, **options)
    found = read(tmp_path, text, values=values, confidence="present")
    assert found.labels.dense().tolist() == [[1, 0]]


@pytest.mark.parametrize("word", ["nan", "NA", "NULL", "#N/A"])
def test_words_for_blank_cells_are_said_to_be_classes(tmp_path, said, word):
    text = f"image,label\n1.jpg,cat\n2.jpg,{word}\n3.jpg,dog\n"
    assert word in read(tmp_path, text).classes
    assert len(said) == 1 and f"line 3, column 'label' has the value {word!r}" in said[0]
    read(tmp_path, text, classes=["cat", "dog", word])
    assert len(said) == 1


def test_spellings_of_a_path_are_one_image(tmp_path):
    text = "image,label\na/1.jpg,cat\n./a/1.jpg,dog\na\\1.jpg,cow\n"
    found = read(tmp_path, text)
    assert list(found.images) == ["a/1.jpg"] and found.labels.dense().tolist() == [[1, 1, 1]]


def test_ones_and_zeros_are_not_taken_for_classes_by_their_place(tmp_path):
    text = "image,cactus\n1.jpg,1\n2.jpg,0\n"
    with pytest.raises(ValueError, match="labels.csv, column 'cactus' holds only 1 and 0"):
        read(tmp_path, text)
    assert read(tmp_path, text, cls="cactus").classes == ("0", "1")
    assert read(tmp_path, text.replace("cactus", "label")).classes == ("0", "1")


def test_third_column_of_true_and_false(tmp_path):
    text = "file,name,there\n1.jpg,cat,TRUE\n1.jpg,dog,FALSE\n"
    with pytest.raises(ValueError, match="labels.csv has the columns .* set confidence='there'"):
        read(tmp_path, text, image="file", cls="name")


def test_quotes_after_a_blank(tmp_path):
    with pytest.raises(
        ValueError, match="labels.csv, line 2, column 'label' has the value '\"cat\"'"
    ):
        read(tmp_path, 'image,label\n1.jpg, "cat"\n')


def test_header_of_a_new_image_format(tmp_path):
    with pytest.raises(
        ValueError, match="labels.csv has the column '1.heic', as if its first line"
    ):
        read(tmp_path, "1.heic,cat\n2.heic,dog\n")


def test_ones_and_zeros_in_a_column_of_classes_are_said(tmp_path, said):
    assert read(tmp_path, "ID,Label\na_any,1\nb_any,0\nc_any,1\n").classes == ("0", "1")
    assert "column 'Label' holds only 1 and 0, which are read as the names of two" in said[0]
    read(tmp_path, "ID,Label\na_any,1\nb_any,2\n")
    read(tmp_path, "ID,Label\na_any,1\nb_any,0\n", cls="Label")
    assert len(said) == 1


@pytest.mark.parametrize("header", ["tag,pic", "label,file", "species,photo"])
def test_paths_are_no_classes(tmp_path, header):
    text = f"{header}\ncat,1.jpg\ndog,2.JPEG\n"
    column = header.split(",")[1]
    with pytest.raises(ValueError, match=f"line 2, column '{column}' has the path .*{column}'"):
        read(tmp_path, text, image=header.split(",")[0], cls=column)
    assert read(tmp_path, text, image=column).classes == ("cat", "dog")


def test_blank_cells_in_a_column_that_is_looked_at_are_no_blank_rows(tmp_path, said):
    found = read(tmp_path, "image,tags\n1.jpg,1|0\n2.jpg,1\n3.jpg,\n", separator="|")
    [*open_table(str(tmp_path / "labels.csv")).batches(["tags"])]
    assert len(found) == 3 and not said


def test_a_confidence_is_unknown_only_if_the_user_says_so(tmp_path):
    text = "image,label,confidence\n1.jpg,cat,x\n"
    with pytest.raises(
        ValueError, match=r"'x' \(1 cell\): set values={'x': 1}, where .*, or write 1 or 0"
    ):
        read(tmp_path, text)
    unsaid = r"'confidence' says that the label is unknown: .* set values={'NA': -1} if nobody"
    with pytest.raises(ValueError, match=unsaid):
        read(tmp_path, text.replace("x", "NA"), values=dict(x=-1))
    text += "1.jpg,dog,1\n2.jpg,cat,X\n2.jpg,cat,0\n2.jpg,bird,x\n2.jpg,bird,x\n"
    assert contents(read(tmp_path, text, values=dict(x=-1))) == (
        ["1.jpg", "2.jpg"], ["bird", "cat", "dog"], [[-1, -1, 1], [-1, 0, -1]]
    )  # fmt: skip
    found = read(tmp_path, text, values=dict(x=-1), unlisted="negative")
    assert found.labels.dense().tolist() == [[0, -1, 1], [-1, 0, 0]]
    with pytest.raises(ValueError, match="there is no class 'bird'"):
        read(tmp_path, text, values=dict(x=-1), classes=["cat", "dog"])


def test_a_row_takes_little_memory_while_it_is_read(tmp_path):
    rows = 40_000
    text = "".join(f"{row // 50}.jpg,c{row % 50},{row % 2}\n" for row in range(rows))
    (tmp_path / "many.csv").write_text("image,class,confidence\n" + text)
    tracemalloc.start()
    try:
        found = long_csv.read(str(tmp_path / "many.csv"), unlisted="unknown")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found.labels.count(1).sum(), found.labels.count(0).sum()) == (rows // 2, rows // 2)
    assert peak / rows < 60  # a column of int64 takes 8


def test_images_stand_in_the_order_of_their_first_rows(tmp_path):
    found = read(tmp_path, "image,class\nb,dog\na,cat\n./b,cat\nc,dog\na,dog\n")
    expected = [[1, 1], [1, 1], [-1, 1]]
    assert contents(found) == (["b", "a", "c"], ["cat", "dog"], expected)


@pytest.mark.parametrize("separator", [None, "json", "space"])
@pytest.mark.parametrize("cells", [('"[1, 0, 1]"', '"[0,0,1]"'), ("1 0 1", "0 0 1")])
def test_rows_of_ones_and_zeros_are_no_lists_of_classes(tmp_path, cells, separator):
    text = f"image,labels\na.jpg,{cells[0]}\nb.jpg,{cells[1]}\n"
    with pytest.raises(ValueError, match=r"line 2, column 'labels' has the value .* a row of 1 an"):
        read(tmp_path, text, separator=separator)
    if separator == "space" and cells[0] == "1 0 1":
        assert list(read(tmp_path, f"{text}c.jpg,0 1\n", separator=separator).classes) == ["0", "1"]


NOTHING = "image,class\na,cat\na,dog\nb,None\nc,dog\n"


def test_names_that_say_that_no_class_is_there(tmp_path, said):
    found = read(tmp_path, NOTHING, nothing="none")
    assert contents(found) == (["a", "b", "c"], ["cat", "dog"], [[1, 1], [0, 0], [-1, 1]])
    found = read(tmp_path, NOTHING.replace("class\n", "class\nb,empty\n"),
                 nothing=["none", "Empty"], unlisted="negative")  # fmt: skip
    assert contents(found)[2] == [[0, 0], [1, 1], [0, 1]]
    flagged = "image,class,value\na,none,0\na,cat,1\nb,none,1\nc,cat,0\n"
    assert contents(read(tmp_path, flagged, nothing="none"))[2] == [[1], [0], [0]]
    lists = "image,class\na,cat|dog\nb,No Finding\n"
    found = read(tmp_path, lists, nothing="No Finding", separator="|")
    assert contents(found)[2] == [[1, 1], [0, 0]]
    assert not said
    with pytest.raises(ValueError, match="image 'b' has the class 'cat', and also a name that"):
        read(tmp_path, NOTHING + "b,cat\n", nothing="none")
    with pytest.raises(ValueError, match="in all rows of 'none' that it is absent, as in"):
        read(tmp_path, "image,class,count\na,cat,2\nb,none,0\n", nothing="none",
             confidence="count", values={"counts": 1})  # fmt: skip
    read(tmp_path, NOTHING, nothing=["none", "nil"])
    assert said == [f"{tmp_path}/labels.csv has no class 'nil', so nothing='nil' has no effect"]


def test_names_that_may_be_no_classes_are_not_read_silently(tmp_path, said):
    text = NOTHING + "d,no dog\nd,cat?\ne,?\nf,no-hat\n"
    assert len(read(tmp_path, text).classes) == 7
    place = f"{tmp_path}/labels.csv, line"
    end = "is read as the name of a class: set nothing='none' if it says that no class is there"
    assert f"{place} 4, column 'class' has the value 'None', which {end}" in said
    assert any(line.startswith(f"{place} 8, column 'class' has the value '?', w") for line in said)
    twins = [line for line in said if "has the classes" in line]
    assert [line.split("classes ")[1].split(":")[0] for line in twins] == [
        "'cat' and 'cat?'", "'dog' and 'no dog'",
    ]  # fmt: skip
    said.clear()
    read(tmp_path, text, classes=["cat", "cat?", "dog", "no dog", "None", "?", "no-hat"])
    assert not said
