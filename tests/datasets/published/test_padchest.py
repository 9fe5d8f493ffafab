"""PadChest's table on a miniature: lists in cells, images that are left out, projections."""

import pytest
from PIL import Image

from mmpartial.datasets import PadChest

# Columns as published; the first, without a name, is an index of pandas.
HEADER = ",ImageID,ImageDir,StudyID,PatientID,Projection,MethodLabel,Report,Labels"
ROWS = [
    "0,a_1.png,0,s1,p1,PA,Physician,sin cambios,\"['pleural effusion', ' Pneumonia', '']\"",
    "1,a_2.png,0,s1,p1,L,Physician,\"una, dos\",['normal']",
    "2,b_1.png,14,s2,p2,AP_horizontal,RNN_model,x,\"['unchanged', 'pneumonia', 'pneumonia']\"",
    "3,b_2.png,14,s3,p2,PA,RNN_model,x,\"['suboptimal study', 'normal']\"",
    "4,c_1.png,54,s4,p3,EXCLUDE,RNN_model,x,['exclude']",
    "5,c_2.png,54,s5,p3,PA,RNN_model,x,",
    "6,c_3.png,54,s6,p3,,RNN_model,x,nan",
]
NAME = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv"
CLASSES = ("normal", "pleural effusion", "pneumonia", "unchanged")


def write(root, rows=ROWS, header=HEADER):
    root.mkdir(parents=True, exist_ok=True)
    (root / NAME).write_text("\n".join([header, *rows]) + "\n")


def load(root, rows=ROWS, **kwargs):
    write(root, rows)
    return PadChest(data_root=str(root), check_images=False, **kwargs)


def labels(dataset):
    return dataset.annotations.labels.dense().tolist()


def write_padchest(root, dataset):
    """A miniature with the classes of a config, two images in each list."""
    classes = dataset.metainfo["classes"]
    lists = [classes[:1], classes[1:], ["unchanged"], classes[2:3]]
    write(root, [
        f'{n},{n}.png,0,s,p,{["PA", "AP"][n % 2]},Physician,x,"{row}"'
        for n, row in enumerate(map(list, lists))
    ])  # fmt: skip
    (root / "images").mkdir(exist_ok=True)
    for number in range(4):
        Image.new("I;16", (20, 16)).save(root / "images" / f"{number}.png")
    (root / "train.txt").write_text("0.png\n2.png\n")
    (root / "val.txt").write_text("1.png\n3.png\n")


def test_reads_the_published_format(tmp_path, said):
    dataset = load(tmp_path)
    assert dataset.metainfo["classes"] == CLASSES
    assert dataset.annotations.names == ["a_1.png", "a_2.png", "b_1.png"]
    assert labels(dataset) == [[0, 1, 1, 0], [1, 0, 0, 0], [-1, -1, 1, 1]]
    assert said[-1] == (
        "PadChest: images left out: 2 with 'exclude' or 'suboptimal study', 2 without labels"
    )


def test_options(tmp_path):
    assert labels(load(tmp_path, unlisted="unknown"))[1] == [1, -1, -1, -1]
    assert load(tmp_path, leave_out=[]).annotations.names == [
        "a_1.png", "a_2.png", "b_1.png", "b_2.png", "c_1.png"
    ]  # fmt: skip
    assert load(tmp_path, projection=["PA", "ap_horizontal"]).annotations.names == [
        "a_1.png", "b_1.png"
    ]  # fmt: skip
    (tmp_path / "few.txt").write_text("b_1.png\n")
    few = load(tmp_path, image_list="few.txt").annotations
    assert few.names == ["b_1.png"] and few.groups.texts().tolist() == ["p2"]
    some = load(tmp_path, metainfo=dict(classes=["pneumonia"]))
    assert labels(some) == [[1], [0], [1]]


def test_folders_of_the_archives(tmp_path):
    write(tmp_path)
    for path in ("a_1.png", "0/a_2.png", "14/b_1.png"):
        (tmp_path / "images" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / path).touch()
    found = PadChest(data_root=str(tmp_path), data_prefix="images").annotations
    assert list(found.images) == ["a_1.png", "0/a_2.png", "14/b_1.png"]
    assert found.names == ["a_1.png", "a_2.png", "b_1.png"]


@pytest.mark.parametrize(
    "cell, message",
    [
        ("normal", "line 3, column 'Labels' has the value 'normal': it is not a list in brackets"),
        ("\"['normal', 'pneu\"", "line 3, column 'Labels' .* is not a list in brackets"),
        ('"[1, 2]"', "line 3, column 'Labels' has the value '.1, 2.': it is not a list of texts"),
        ("\"['normal' 'pneumonia']\"", "line 3, column 'Labels' .*: write commas between"),
    ],
)
def test_wrong_cells(tmp_path, cell, message):
    rows = [ROWS[0], ROWS[1].replace("['normal']", cell), *ROWS[2:]]
    with pytest.raises(ValueError, match=message):
        load(tmp_path, rows)


def test_wrong_options(tmp_path):
    with pytest.raises(ValueError, match="no 'LL' in the column 'Projection': set projection to"):
        load(tmp_path, projection="LL")
    with pytest.raises(ValueError, match="no class 'Normal' among .* nearest is 'normal'"):
        load(tmp_path, metainfo=dict(classes=["Normal"]))
    with pytest.raises(FileNotFoundError, match="there is no .*: download it from bimcv"):
        PadChest("other.csv", data_root=str(tmp_path))
